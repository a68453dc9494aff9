// Functions that decide commands as they are packaged, with the roles that they get, in the simulator: from the queue to the last child.
import { join } from "node:path";
import { type EvaluatedProgram, Simulation } from "@respool/simulator";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { envelopeText } from "../../../handlers/commands/envelope";

let program: EvaluatedProgram;
let simulation: Simulation;

beforeAll(async () => {
  const main = join(__dirname, "programs", "commands.ts");
  program = await new Simulation().deploy({ directory: process.cwd(), main });
});

beforeEach(() => {
  simulation = new Simulation({ seed: 1 });
  simulation.redeploy(program);
});

const output = (name: string) => String(program.outputs[name]);

const orderId = "0199e8a4-0000-7000-8000-000000000001";

function placeOrder(copies: number): void {
  const time = "2026-11-20T10:00:00.000Z";
  const data = { isbn: "978-3", copies };
  simulation.call("sqs", "SendMessage", {
    QueueUrl: output("queueUrl"),
    MessageBody: envelopeText({ respoolCommand: 1, id: orderId, name: "placeOrder", time, data }),
  });
}

type Item = Readonly<Record<string, { readonly S?: string }>>;

/** Name and state of each command. */
function statuses(): (readonly [name: string | undefined, state: string | undefined])[] {
  const { Items } = simulation.call<{ Items: Item[] }>("dynamodb", "Scan", { TableName: output("tableName") });
  return Items.filter(({ id }) => id?.S?.startsWith("command#"))
    .map(({ name, state }) => [name?.S, state?.S] as const)
    .sort();
}

function recordsInSpool(): unknown[] {
  const received = simulation.call<{ Messages?: { Body: string }[] }>("sqs", "ReceiveMessage", {
    QueueUrl: output("spoolUrl"),
    MaxNumberOfMessages: 10,
  });
  return (received.Messages ?? []).map(({ Body }) => JSON.parse(Body));
}

describe("packaged functions of commands", () => {
  it("decide what is sent, and what that sends, once for each id", () => {
    placeOrder(2);
    simulation.runFor(60_000);
    placeOrder(2);
    simulation.runFor(60_000);

    const { executions } = simulation.call<{ executions: { status: string }[] }>("states", "ListExecutions", {
      stateMachineArn: output("chargeCardArn"),
    });
    expect(executions.map(({ status }) => status)).toEqual(["SUCCEEDED"]);
    expect(statuses()).toEqual([
      ["placeOrder", "succeeded"],
      ["reserveStock", "succeeded"],
    ]);
    expect(recordsInSpool()).toEqual([]);
  });

  it("end at once what fails for good, and record it", () => {
    placeOrder(101);
    simulation.runFor(60_000);

    expect(statuses()).toEqual([
      ["placeOrder", "succeeded"],
      ["reserveStock", "failed"],
    ]);
    expect(recordsInSpool()).toMatchObject([
      { kind: "rejected", source: "stock", command: { name: "reserveStock" }, attempts: 1 },
    ]);
  });

  it("are sent commands by a closure that captures sendCommand, whose errors keep their names", () => {
    const send = (data: object) => {
      const { Payload } = simulation.call<{ Payload: string }>("lambda", "Invoke", {
        FunctionName: output("adminName"),
        Payload: JSON.stringify({ key: "row-1", data }),
      });
      return JSON.parse(Payload);
    };

    const first = send({ isbn: "978-3", copies: 2 });
    const again = send({ isbn: "978-3", copies: 2 });
    const reused = send({ isbn: "978-3", copies: 3 });
    simulation.runFor(60_000);

    expect(again).toEqual(first);
    expect(reused).toEqual({
      name: "CommandKeyReused",
      message: `the command ${first.id} was accepted under the same key with other data`,
    });
    expect(statuses()).toEqual([
      ["placeOrder", "succeeded"],
      ["reserveStock", "succeeded"],
    ]);
  });

  it("check by the schemas that are in the package", () => {
    placeOrder(0);
    simulation.runFor(60_000);

    expect(statuses()).toEqual([["placeOrder", "failed"]]);
    expect(recordsInSpool()).toMatchObject([{ kind: "rejected", error: { name: "Respool.InvalidCommand" } }]);
  });
});
