// Every Deny that the components create refuses a call, and nothing else does: without that Deny the same call passes.
import type { EvaluatedProgram, JsonObject } from "@respool/simulator";
import { beforeAll, describe, expect, it } from "vitest";
import { cycleProgram } from "../support/cycleProgram";
import { type SimulatorBackend, simulatorBackend } from "../support/simulatorBackend";
import { type Denial, withoutEachDeny } from "./mutants";

/** A call of the operator, whom everything else allows. */
interface RefusedCall {
  readonly action: string;
  readonly input: JsonObject;
}

/** By the name that a Deny has in {@link withoutEachDeny}: the calls that it refuses when they come without TLS. */
function callsWithoutTls(outputs: Readonly<Record<string, string>>): Readonly<Record<string, readonly RefusedCall[]>> {
  const onQueue = (QueueUrl: string | undefined): readonly RefusedCall[] => [
    { action: "SendMessage", input: { QueueUrl: QueueUrl ?? "", MessageBody: "text" } },
    { action: "ReceiveMessage", input: { QueueUrl: QueueUrl ?? "" } },
    { action: "GetQueueAttributes", input: { QueueUrl: QueueUrl ?? "" } },
    { action: "PurgeQueue", input: { QueueUrl: QueueUrl ?? "" } },
  ];
  return {
    "spool-policy: TlsOnly": onQueue(outputs.spoolUrl),
    "spool-poison-policy: TlsOnly": onQueue(outputs.poisonUrl),
  };
}

function answer({ simulation }: SimulatorBackend, { action, input }: RefusedCall, secureTransport: boolean): string {
  let code = "";
  const call = { service: "sqs", action, input, principal: { kind: "operator" }, secureTransport } as const;
  simulation.gateway.call(call, (outcome) => {
    code = outcome.ok ? "ok" : outcome.error.code;
  });
  simulation.runWhile(() => code === "");
  return code;
}

describe("every Deny refuses a call", () => {
  let program: EvaluatedProgram;
  let calls: Readonly<Record<string, readonly RefusedCall[]>>;

  beforeAll(async () => {
    program = await cycleProgram();
    calls = callsWithoutTls(program.outputs as Record<string, string>);
  });

  const answers = (secureTransport: boolean, name: string, change?: Denial["change"]) =>
    (calls[name] ?? []).map((call) => answer(simulatorBackend(program, change && { change }), call, secureTransport));

  it("and none is left out here", () => {
    const names = withoutEachDeny(program.resources).map(({ name }) => name);
    expect(names.sort()).toEqual(Object.keys(calls).sort());
  });

  it("that comes without TLS", () => {
    for (const name of Object.keys(calls)) {
      expect(answers(false, name), name).toEqual(["AccessDenied", "AccessDenied", "AccessDenied", "AccessDenied"]);
    }
  });

  it("and lets it pass with TLS", () => {
    for (const name of Object.keys(calls)) expect(answers(true, name), name).toEqual(["ok", "ok", "ok", "ok"]);
  });

  it("which passes without TLS where the Deny is missing", () => {
    for (const { name, change } of withoutEachDeny(program.resources)) {
      expect(answers(false, name, change), name).toEqual(["ok", "ok", "ok", "ok"]);
    }
  });
});
