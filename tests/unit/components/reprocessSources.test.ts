// What a ReprocessFunction takes as sources, and what it does not.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { AsyncFunction } from "../../../components/asyncFunction";
import { CircuitBreaker } from "../../../components/circuitBreaker";
import { ErrorSpool } from "../../../components/errorSpool";
import { QueueFunction } from "../../../components/queueFunction";
import type { Sources } from "../../../components/sources";
import type { SpoolReference } from "../../../components/spoolReference";
import { StreamFunction } from "../../../components/streamFunction";
import { UncertainTask } from "../../../components/uncertainTask";
import { Workflow } from "../../../components/workflow";
import { runProgram } from "../../support/runProgram";
import { MockedProgram } from "./mockedProgram";
import { chargeCardArn, queueUrl, reprocess, sqs, states } from "./reprocessProgram";

let program: MockedProgram;

beforeEach(async () => {
  program = await MockedProgram.start();
});

afterEach(() => program.settled());

function task(name: string, spool: SpoolReference) {
  return new UncertainTask(name, {
    spool,
    task: { resource: `${states}:activity:a`, permissions: [] },
    timeout: "1 minute",
  });
}

describe("sources", () => {
  it("may be uncertain tasks, whose longest execution is known", async () => {
    const spool = new ErrorSpool("spool");
    const task = new UncertainTask("charge-card", {
      spool,
      task: { resource: `${states}:activity:charge`, permissions: [] },
      timeout: "100 seconds",
      retry: [],
      source: "charges",
    });
    reprocess({ spool, sources: [task] });
    expect((await program.config("reprocess")).sources).toEqual({
      charges: { stateMachineArn: chargeCardArn, longestExecutionSeconds: 100 + 8 * 30 + 182 + 60 },
    });
  });

  it.each<{ sources: Sources; message: string }>([
    { sources: [], message: "[sources] must hold at least one uncertain task or state machine, got none" },
    {
      sources: { charges: "charge-card" },
      message: `[sources.charges] must be the ARN of a state machine, got "charge-card"`,
    },
    {
      sources: { "my charges": chargeCardArn },
      message: `[sources] must be named by 1 to 64 characters of 0-9, A-Z, a-z, ".", "-" and "_", got "my charges"`,
    },
  ])("$message", ({ sources, message }) => {
    expect(() => reprocess({ sources })).toThrow(new Error(message));
  });

  it("may be workflows, whose executions go on, with the breakers of their steps", async () => {
    const spool = new ErrorSpool("spool");
    const breaker = new CircuitBreaker("payments");
    const task = {
      resource: "arn:aws:states:::aws-sdk:s3:headObject",
      permissions: [{ actions: ["s3:GetObject"], resources: ["*"] }],
    };
    const steps = [
      { name: "reserve", task, timeout: "1 minute" as const },
      { name: "charge", task, timeout: "1 minute" as const, breaker },
    ];
    reprocess({ spool, sources: [new Workflow("fulfil", { spool, steps })] });
    expect((await program.config("reprocess")).sources).toMatchObject({
      fulfil: { resumes: true, breakers: { charge: { tableName: "payments" } }, holds: true },
    });
  });

  it("have names of their own", () => {
    const spool = new ErrorSpool("spool");
    const task = (name: string) =>
      new UncertainTask(name, {
        spool,
        task: { resource: `${states}:activity:a`, permissions: [] },
        timeout: "1 minute",
        source: "charges",
      });
    expect(() => reprocess({ spool, sources: [task("a"), task("b")] })).toThrow(
      new Error(`[sources] must have names of their own, got "charges" twice`),
    );
  });
});

describe("sources that are none", () => {
  const listed = "an UncertainTask, another component whose failures are redriven, or one with [redrive]";

  it.each<{ given: string; sources: (spool: ErrorSpool) => unknown; message: string }>([
    {
      given: "the spool in a list",
      sources: (spool) => [spool],
      message: `[sources.0] must be ${listed} (ARNs stand in an object, by logical source), got an object of the class ErrorSpool`,
    },
    {
      given: "an ARN in a list",
      sources: () => [chargeCardArn],
      message: `[sources.0] must be ${listed} (ARNs stand in an object, by logical source), got "${chargeCardArn}"`,
    },
    {
      given: "the spool by name",
      sources: (spool) => ({ charges: spool }),
      message: `[sources.charges] must be ${listed} (or an ARN or [stateMachineArn]), got an object of the class ErrorSpool`,
    },
    {
      given: "one component",
      sources: (spool) => task("charge-card", spool),
      message:
        "[sources] must be a list of components, or an object of components and ARNs by logical source, got an object of the class UncertainTask",
    },
    {
      given: "nothing",
      sources: () => undefined,
      message:
        "[sources] must be a list of components, or an object of components and ARNs by logical source, got undefined",
    },
  ])("are refused: $given", ({ sources, message }) => {
    const spool = new ErrorSpool("spool");
    expect(() => reprocess({ spool, sources: sources(spool) as Sources })).toThrow(new Error(message));
  });
});

describe("sources that fail into another spool", () => {
  const own = () => new ErrorSpool("spool");
  const other = () => new ErrorSpool("other-spool");
  const message = (name: string) =>
    `[sources] must fail into [spool], which is "spool", got "${name}" with "other-spool": give both the same one, or "other-spool" a ReprocessFunction of its own`;

  it("are refused, whatever they are", () => {
    const [spool, elsewhere] = [own(), other()];
    const callback = async () => undefined;
    const replayed = [
      new AsyncFunction("notify", { spool: elsewhere, callback }),
      new QueueFunction("ship", { spool: elsewhere, callback }),
      new StreamFunction("index", {
        spool: elsewhere,
        stream: "arn:aws:kinesis:eu-west-1:123456789012:stream/orders",
        callback,
      }),
    ];
    for (const source of [task("charge-card", elsewhere), ...replayed]) {
      expect(() => reprocess({ spool, sources: [source] })).toThrow(new Error(message(source.source)));
      expect(() => reprocess({ spool, sources: { [source.source]: source } })).toThrow(
        new Error(message(source.source)),
      );
    }
  });

  it("are refused beside sources that do not", () => {
    const spool = own();
    const sources = [task("a", spool), task("b", other())];
    expect(() => reprocess({ spool, sources })).toThrow(new Error(message("b")));
  });

  it("are taken by their URLs where a spool is given by its ARN", async () => {
    const byArn = () => ErrorSpool.fromArn(`${sqs}:spool`, { poisonArn: `${sqs}:spool-poison` });
    reprocess({ spool: own(), sources: [task("charge-card", byArn())] });
    expect(await program.config("reprocess")).toMatchObject({ spoolUrl: `${queueUrl}/spool` });
  });

  it("fail the program where the URLs of spools that are given by their ARNs differ", async () => {
    const { errors } = await runProgram("tests/unit/components/programs/otherSpool.ts");
    const [first = ""] = errors;
    expect(first).toContain(
      `[sources] must fail into [spool], which is "${queueUrl}/orders", got "charge-card" with "${queueUrl}/payments": give both the same one, or "${queueUrl}/payments" a ReprocessFunction of its own`,
    );
  });
});
