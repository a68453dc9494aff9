import { randomBytes } from "node:crypto";
import { inflateRawSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { AsyncFunction } from "../../../components/asyncFunction";
import { CircuitBreaker } from "../../../components/circuitBreaker";
import { ErrorSpool } from "../../../components/errorSpool";
import { configText } from "../../../components/libraryFunction";
import { QueueFunction } from "../../../components/queueFunction";
import { Reconciler } from "../../../components/reconciler";
import { Renewer, renewBeforeSeconds } from "../../../components/renewer";
import { ReprocessFunction, type ReprocessFunctionArgs } from "../../../components/reprocessFunction";
import type { Sources } from "../../../components/sources";
import { retentionRange, type SpoolReference } from "../../../components/spoolReference";
import { StreamFunction } from "../../../components/streamFunction";
import { UncertainTask } from "../../../components/uncertainTask";
import { Workflow } from "../../../components/workflow";
import { runProgram } from "../../support/runProgram";
import { MockedProgram } from "./mockedProgram";

const lambda = "aws:lambda/function:Function";
const rolePolicy = "aws:iam/rolePolicy:RolePolicy";
const rule = "aws:cloudwatch/eventRule:EventRule";
const states = "arn:aws:states:eu-west-1:123456789012";
const sqs = "arn:aws:sqs:eu-west-1:123456789012";
const queueUrl = "https://sqs.eu-west-1.amazonaws.com/123456789012";
const chargeCardArn = `${states}:stateMachine:charge-card`;
let program: MockedProgram;

beforeEach(async () => {
  program = await MockedProgram.start();
});

afterEach(() => program.settled());

function reprocess(args: Partial<ReprocessFunctionArgs> = {}) {
  const spool = args.spool ?? new ErrorSpool("spool");
  return new ReprocessFunction("reprocess", { sources: { "charge-card": chargeCardArn }, ...args, spool });
}

async function environmentOf(name: string): Promise<Record<string, string>> {
  const { environment } = (await program.resource(lambda, name)).inputs as {
    environment: { variables: Record<string, string> };
  };
  return environment.variables;
}

async function configOf(name: string) {
  return JSON.parse((await environmentOf(name)).RESPOOL_CONFIG ?? "");
}

/** Action and resources of each statement but those that every function has: logs and X-Ray. */
async function grantsOf(name: string) {
  const { Statement } = JSON.parse(String((await program.resource(rolePolicy, `${name}-policy`)).inputs.policy));
  return Statement.map(({ Action, Resource }: { Action: unknown; Resource: unknown }) => [Action, Resource]).slice(
    0,
    -2,
  );
}

function task(name: string, spool: SpoolReference) {
  return new UncertainTask(name, {
    spool,
    task: { resource: `${states}:activity:a`, permissions: [] },
    timeout: "1 minute",
  });
}

describe("the reprocess function", () => {
  it("is told its queues, its sources and its limits", async () => {
    reprocess({ max: 25, rate: 5, maxRedrives: 3 });
    expect(await configOf("reprocess")).toEqual({
      spoolUrl: `${queueUrl}/spool`,
      poisonUrl: `${queueUrl}/spool-poison`,
      sources: { "charge-card": { stateMachineArn: chargeCardArn, longestExecutionSeconds: 31_536_000 } },
      maxRedrives: 3,
      rate: 5,
    });
    expect(await environmentOf("reprocess")).toMatchObject({
      MAX_REPROCESS: "25",
      NODE_OPTIONS: "--enable-source-maps",
    });
  });

  it("redrives 10 a run, and each failure 10 times, unless told otherwise", async () => {
    reprocess();
    expect(await environmentOf("reprocess")).toMatchObject({ MAX_REPROCESS: "10" });
    expect(await configOf("reprocess")).toMatchObject({ maxRedrives: 10, rate: 100 });
  });

  it("redrives each failure 1000 times by a schedule, which goes on while the dependency is down", async () => {
    reprocess({ schedule: "rate(1 hour)" });
    expect(await configOf("reprocess")).toMatchObject({ maxRedrives: 1000 });
  });

  it("redrives each failure 1000 times where a circuit breaker probes with them", async () => {
    const spool = new ErrorSpool("spool");
    const task = { resource: `${states}:activity:a`, permissions: [] };
    const breaker = new CircuitBreaker("payments");
    const charge = new UncertainTask("charge", { spool, task, timeout: "1 minute", breaker });
    reprocess({ spool, sources: [charge] });
    expect(await configOf("reprocess")).toMatchObject({ maxRedrives: 1000 });
  });

  it("lets the renewer read the circuit breakers of a workflow's steps, and resume what they hold back", async () => {
    const spool = new ErrorSpool("spool");
    const task = { resource: `${states}:activity:a`, permissions: [] };
    const breaker = new CircuitBreaker("payments");
    const steps = [{ name: "charge", task, timeout: "1 minute" as const, breaker }];
    reprocess({ spool, sources: [new Workflow("order", { spool, steps })] });
    const { policy } = (await program.resource(rolePolicy, "reprocess-renewer-policy")).inputs;
    const { Statement } = JSON.parse(String(policy)) as { Statement: { Action: unknown }[] };
    const actions = Statement.flatMap(({ Action }) => Action);
    expect(actions).toEqual(expect.arrayContaining(["dynamodb:GetItem", "states:RedriveExecution"]));
  });

  it("redrives each failure 1000 times where a circuit breaker is probed with it", async () => {
    reprocess({
      sources: { "charge-card": { stateMachineArn: chargeCardArn, breaker: new CircuitBreaker("payments") } },
    });
    expect(await configOf("reprocess")).toMatchObject({ maxRedrives: 1000 });
  });

  it("redrives as often as it is told, with a schedule, too", async () => {
    reprocess({ schedule: "rate(1 hour)", maxRedrives: 5 });
    expect(await configOf("reprocess")).toMatchObject({ maxRedrives: 5 });
  });

  it("may use its queues and start its machines, and nothing else", async () => {
    reprocess();
    expect(await grantsOf("reprocess")).toEqual([
      [
        ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"],
        `${sqs}:spool`,
      ],
      ["sqs:SendMessage", `${sqs}:spool-poison`],
      ["states:StartExecution", chargeCardArn],
      [["states:DescribeExecution", "states:GetExecutionHistory"], `${states}:execution:charge-card:*`],
    ]);
  });

  it("reads from machines that were replaced, but does not start them", async () => {
    const former = `${states}:stateMachine:charge-card-old`;
    reprocess({ sources: { "charge-card": { stateMachineArn: chargeCardArn, formerStateMachineArns: [former] } } });
    const grants = await grantsOf("reprocess");
    expect(grants[2]).toEqual(["states:StartExecution", chargeCardArn]);
    expect(grants[3][1]).toEqual([`${states}:execution:charge-card-old:*`, `${states}:execution:charge-card:*`]);
    expect((await configOf("reprocess")).sources["charge-card"].formerStateMachineArns).toEqual([former]);
  });

  it("may redrive executions and answer tokens of sources that resume, and read breakers", async () => {
    const former = `${states}:stateMachine:charge-card-old`;
    const table = "arn:aws:dynamodb:eu-west-1:123456789012:table/payments";
    const breaker = new CircuitBreaker("payments");
    const charge = { stateMachineArn: chargeCardArn, formerStateMachineArns: [former], resumes: true, breaker };
    reprocess({ sources: { "charge-card": charge, other: `${states}:stateMachine:other` } });
    const executions = [`${states}:execution:charge-card-old:*`, `${states}:execution:charge-card:*`];
    expect((await grantsOf("reprocess")).slice(4)).toEqual([
      [["states:DescribeExecution", "states:RedriveExecution"], executions],
      [
        ["states:SendTaskFailure", "states:SendTaskSuccess"],
        [chargeCardArn, former],
      ],
      ["dynamodb:GetItem", table],
    ]);
    expect((await grantsOf("reprocess-renewer")).slice(2)).toEqual([
      ["states:SendTaskHeartbeat", [chargeCardArn, former]],
      ["states:RedriveExecution", executions],
      ["dynamodb:GetItem", table],
    ]);
    expect((await configOf("reprocess")).sources).toMatchObject({
      "charge-card": { resumes: true, breaker: { tableName: "payments" }, holds: true },
      other: { stateMachineArn: `${states}:stateMachine:other` },
    });
  });

  it("leaves the renewer what only a breaker makes necessary", async () => {
    reprocess({ sources: { "charge-card": { stateMachineArn: chargeCardArn, resumes: true } } });
    expect((await grantsOf("reprocess-renewer")).slice(2)).toEqual([["states:SendTaskHeartbeat", chargeCardArn]]);
    expect((await configOf("reprocess")).sources["charge-card"]).toEqual({
      stateMachineArn: chargeCardArn,
      longestExecutionSeconds: 31_536_000,
      resumes: true,
    });
  });

  it("runs on a schedule when it is given one", async () => {
    reprocess({ schedule: "rate(1 hour)" });
    expect((await program.resource(rule, "reprocess-schedule")).inputs).toMatchObject({
      scheduleExpression: "rate(1 hour)",
    });
    expect(
      (await program.resource("aws:lambda/permission:Permission", "reprocess-schedule-permission")).inputs,
    ).toEqual({
      action: "lambda:InvokeFunction",
      function: "reprocess",
      principal: "events.amazonaws.com",
      sourceArn: "arn:aws:events:eu-west-1:123456789012:rule/reprocess-schedule",
    });
  });

  it("has no schedule of its own otherwise, and only sparse ones of its companions", async () => {
    reprocess();
    const rules = (await program.all(rule)).map(({ name, inputs }) => [name, inputs.scheduleExpression]);
    expect(rules.filter(([, schedule]) => schedule !== undefined)).toEqual([
      ["reprocess-reconciler-schedule", "rate(1 day)"],
      ["reprocess-renewer-schedule", "rate(1 day)"],
    ]);
  });

  it("leaves its companions to another one", async () => {
    const { reconciler, renewer, editor } = reprocess({ reconciler: false, renewer: false, edit: false });
    expect([reconciler, renewer, editor]).toEqual([undefined, undefined, undefined]);
    expect((await program.all(lambda)).map(({ name }) => name)).toEqual(["reprocess"]);
  });
});

describe("the reconciler", () => {
  it("looks back over two of its intervals, and 15 minutes for what is late", async () => {
    reprocess({ reconciler: { every: "1 hour" } });
    expect(await configOf("reprocess-reconciler")).toEqual({
      spoolUrl: `${queueUrl}/spool`,
      sources: { "charge-card": { stateMachineArn: chargeCardArn, longestExecutionSeconds: 31_536_000 } },
      windowSeconds: 7_200 + 900,
    });
  });

  it("may list and read executions, and write to the spool", async () => {
    reprocess();
    expect(await grantsOf("reprocess-reconciler")).toEqual([
      ["sqs:SendMessage", `${sqs}:spool`],
      ["states:ListExecutions", chargeCardArn],
      ["states:DescribeExecution", `${states}:execution:charge-card:*`],
    ]);
  });

  it("may look once a week, within what its handler takes", async () => {
    reprocess({ reconciler: { every: "7 days" } });
    const { windowSeconds } = await configOf("reprocess-reconciler");
    expect(windowSeconds).toBe(14 * 86_400 + 900);
    expect(windowSeconds).toBeLessThanOrEqual(15 * 86_400);
  });

  it.each([
    { every: "30 seconds" as const, message: `[every] must be from "1 minute" to "7 days", got "30 seconds"` },
    { every: "90 seconds" as const, message: `[every] must be a whole number of minutes, got "90 seconds"` },
  ])("$message", ({ every, message }) => {
    const args = { spool: new ErrorSpool("spool"), sources: { "charge-card": chargeCardArn }, every };
    expect(() => new Reconciler("reconciler", args)).toThrow(new Error(message));
  });
});

describe("the renewer", () => {
  it("renews what has five days left", async () => {
    reprocess({ spool: new ErrorSpool("spool", { retention: "7 days" }), renewer: { every: "6 hours" } });
    expect(await configOf("reprocess-renewer")).toMatchObject({
      spoolUrl: `${queueUrl}/spool`,
      poisonUrl: `${queueUrl}/spool-poison`,
      retentionSeconds: 604_800,
      poisonRetentionSeconds: 1_209_600,
      renewBeforeSeconds: 432_000,
    });
  });

  it("renews in time with the longest interval and the shortest retention, though runs fail and the alarm needs three days", () => {
    const longestInterval = 86_400;
    const alarmWithoutData = 3 * 86_400;
    expect(renewBeforeSeconds).toBeGreaterThan(longestInterval + alarmWithoutData);
    expect(retentionRange.minimum - renewBeforeSeconds).toBeGreaterThan(longestInterval);
  });

  it("may use both queues and ask for executions", async () => {
    reprocess();
    expect(await grantsOf("reprocess-renewer")).toEqual([
      [
        [
          "sqs:ChangeMessageVisibility",
          "sqs:DeleteMessage",
          "sqs:GetQueueAttributes",
          "sqs:ReceiveMessage",
          "sqs:SendMessage",
        ],
        [`${sqs}:spool`, `${sqs}:spool-poison`],
      ],
      ["states:DescribeExecution", `${states}:execution:charge-card:*`],
    ]);
  });

  it("does not come so seldom that the age alarm would miss it", () => {
    const args = {
      spool: new ErrorSpool("spool"),
      sources: { "charge-card": chargeCardArn },
      every: "25 hours" as const,
    };
    expect(() => new Renewer("renewer", args)).toThrow(
      new Error(`[every] must be from "1 hour" to "1 day", got "25 hours"`),
    );
  });
});

describe("the edit function", () => {
  it("is told its queues, its sources and the spool's bucket, and has five minutes unless told otherwise", async () => {
    reprocess();
    expect(await configOf("reprocess-edit")).toEqual({
      spoolUrl: `${queueUrl}/spool`,
      poisonUrl: `${queueUrl}/spool-poison`,
      sources: { "charge-card": { stateMachineArn: chargeCardArn, longestExecutionSeconds: 31_536_000 } },
      bucket: "spool-payloads",
    });
    expect((await program.resource(lambda, "reprocess-edit")).inputs).toMatchObject({ timeout: 300 });
  });

  it("may use the queues, start what is declared, keep edits in the bucket, and nothing else", async () => {
    const former = `${states}:stateMachine:charge-card-old`;
    reprocess({ sources: { "charge-card": { stateMachineArn: chargeCardArn, formerStateMachineArns: [former] } } });
    expect(await grantsOf("reprocess-edit")).toEqual([
      [
        ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:ReceiveMessage"],
        [`${sqs}:spool`, `${sqs}:spool-poison`],
      ],
      ["states:StartExecution", chargeCardArn],
      ["states:DescribeExecution", [`${states}:execution:charge-card-old:*`, `${states}:execution:charge-card:*`]],
      ["s3:PutObject", "arn:aws:s3:::spool-payloads/respool/edits/*"],
      ["s3:GetObject", "arn:aws:s3:::spool-payloads/respool/edits/*"],
      ["s3:ListBucket", "arn:aws:s3:::spool-payloads"],
    ]);
  });

  it("is left out where the spool has no bucket, and refused where it is asked for", async () => {
    const spool = new ErrorSpool("spool", { bucket: false });
    expect(reprocess({ spool }).editor).toBeUndefined();
    expect(
      () => new ReprocessFunction("second", { spool, sources: { "charge-card": chargeCardArn }, edit: {} }),
    ).toThrow(
      new Error("[spool] must have a bucket, where each edit is kept with the original input, got one without"),
    );
  });
});

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
    expect((await configOf("reprocess")).sources).toEqual({
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
    expect((await configOf("reprocess")).sources).toMatchObject({
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
    expect(await configOf("reprocess")).toMatchObject({ spoolUrl: `${queueUrl}/spool` });
  });

  it("fail the program where the URLs of spools that are given by their ARNs differ", async () => {
    const { errors } = await runProgram("tests/unit/components/programs/otherSpool.ts");
    const [first = ""] = errors;
    expect(first).toContain(
      `[sources] must fail into [spool], which is "${queueUrl}/orders", got "charge-card" with "${queueUrl}/payments": give both the same one, or "${queueUrl}/payments" a ReprocessFunction of its own`,
    );
  });
});

describe("arguments of a reprocess function", () => {
  it.each<{ args: Partial<ReprocessFunctionArgs>; message: string }>([
    {
      args: { spool: new Map() as unknown as ReprocessFunctionArgs["spool"] },
      message: "[spool] must be an ErrorSpool or ErrorSpool.fromArn(...), got an object of the class Map",
    },
    { args: { max: 0 }, message: "[max] must be a whole number from 1 to 100000, got 0" },
    { args: { rate: 0 }, message: "[rate] must be more than 0 and at most 1000, got 0" },
    { args: { rate: 1_001 }, message: "[rate] must be more than 0 and at most 1000, got 1001" },
    { args: { maxRedrives: -1 }, message: "[maxRedrives] must be a whole number from 0 to 1000, got -1" },
    {
      args: { schedule: "hourly" },
      message: `[schedule] must be an EventBridge schedule such as "rate(1 hour)" or "cron(0 6 * * ? *)", got "hourly"`,
    },
  ])("$message", ({ args, message }) => {
    expect(() => reprocess(args)).toThrow(new Error(message));
  });

  it("must come to a configuration that Lambda takes", () => {
    expect(configText({ a: 1 })).toBe('{"a":1}');
    const text = configText({ sources: "x".repeat(3_900) });
    expect(text).toMatch(/^deflated:[A-Za-z0-9+/=]{1,100}$/);
    expect(inflateRawSync(Buffer.from(text.slice("deflated:".length), "base64")).toString()).toContain(
      "x".repeat(3_900),
    );
    expect(() => configText({ sources: randomBytes(3_000).toString("base64") })).toThrow(
      /^\[sources\] must come to at most 3840 bytes of configuration, which Lambda takes as environment, got \d{4}, deflated: use a second spool, with a ReprocessFunction of its own, for some of them$/,
    );
  });
});
