// ReprocessFunction: what it is told, what its role may do, and what it refuses.
import { randomBytes } from "node:crypto";
import { inflateRawSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CircuitBreaker } from "../../../components/circuitBreaker";
import { ErrorSpool } from "../../../components/errorSpool";
import { configText } from "../../../components/libraryFunction";
import type { ReprocessFunctionArgs } from "../../../components/reprocessFunction";
import { UncertainTask } from "../../../components/uncertainTask";
import { Workflow } from "../../../components/workflow";
import { MockedProgram } from "./mockedProgram";
import { chargeCardArn, queueUrl, reprocess, sqs, states } from "./reprocessProgram";

const lambda = "aws:lambda/function:Function";
const rule = "aws:cloudwatch/eventRule:EventRule";
let program: MockedProgram;

beforeEach(async () => {
  program = await MockedProgram.start();
});

afterEach(() => program.settled());

describe("the reprocess function", () => {
  it("is told its queues, its sources and its limits", async () => {
    reprocess({ max: 25, rate: 5, maxRedrives: 3 });
    expect(await program.config("reprocess")).toEqual({
      spoolUrl: `${queueUrl}/spool`,
      poisonUrl: `${queueUrl}/spool-poison`,
      sources: { "charge-card": { stateMachineArn: chargeCardArn, longestExecutionSeconds: 31_536_000 } },
      maxRedrives: 3,
      rate: 5,
    });
    expect(await program.environment("reprocess")).toMatchObject({
      MAX_REPROCESS: "25",
      NODE_OPTIONS: "--enable-source-maps",
    });
  });

  it("redrives 10 a run, and each failure 10 times, unless told otherwise", async () => {
    reprocess();
    expect(await program.environment("reprocess")).toMatchObject({ MAX_REPROCESS: "10" });
    expect(await program.config("reprocess")).toMatchObject({ maxRedrives: 10, rate: 100 });
  });

  it("redrives each failure 1000 times by a schedule, which goes on while the dependency is down", async () => {
    reprocess({ schedule: "rate(1 hour)" });
    expect(await program.config("reprocess")).toMatchObject({ maxRedrives: 1000 });
  });

  it("redrives each failure 1000 times where a circuit breaker probes with them", async () => {
    const spool = new ErrorSpool("spool");
    const task = { resource: `${states}:activity:a`, permissions: [] };
    const breaker = new CircuitBreaker("payments");
    const charge = new UncertainTask("charge", { spool, task, timeout: "1 minute", breaker });
    reprocess({ spool, sources: [charge] });
    expect(await program.config("reprocess")).toMatchObject({ maxRedrives: 1000 });
  });

  it("lets the renewer read the circuit breakers of a workflow's steps, and resume what they hold back", async () => {
    const spool = new ErrorSpool("spool");
    const task = { resource: `${states}:activity:a`, permissions: [] };
    const breaker = new CircuitBreaker("payments");
    const steps = [{ name: "charge", task, timeout: "1 minute" as const, breaker }];
    reprocess({ spool, sources: [new Workflow("order", { spool, steps })] });
    const actions = (await program.ownStatements("reprocess-renewer")).flatMap(({ Action }) => Action);
    expect(actions).toEqual(expect.arrayContaining(["dynamodb:GetItem", "states:RedriveExecution"]));
  });

  it("redrives each failure 1000 times where a circuit breaker is probed with it", async () => {
    reprocess({
      sources: { "charge-card": { stateMachineArn: chargeCardArn, breaker: new CircuitBreaker("payments") } },
    });
    expect(await program.config("reprocess")).toMatchObject({ maxRedrives: 1000 });
  });

  it("redrives as often as it is told, with a schedule, too", async () => {
    reprocess({ schedule: "rate(1 hour)", maxRedrives: 5 });
    expect(await program.config("reprocess")).toMatchObject({ maxRedrives: 5 });
  });

  it("may use its queues and start its machines, and nothing else", async () => {
    reprocess();
    expect(await program.ownGrants("reprocess")).toEqual([
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
    const grants = await program.ownGrants("reprocess");
    expect(grants[2]).toEqual(["states:StartExecution", chargeCardArn]);
    expect(grants[3]?.[1]).toEqual([`${states}:execution:charge-card-old:*`, `${states}:execution:charge-card:*`]);
    expect((await program.config("reprocess")).sources["charge-card"].formerStateMachineArns).toEqual([former]);
  });

  it("may redrive executions and answer tokens of sources that resume, and read breakers", async () => {
    const former = `${states}:stateMachine:charge-card-old`;
    const table = "arn:aws:dynamodb:eu-west-1:123456789012:table/payments";
    const breaker = new CircuitBreaker("payments");
    const charge = { stateMachineArn: chargeCardArn, formerStateMachineArns: [former], resumes: true, breaker };
    reprocess({ sources: { "charge-card": charge, other: `${states}:stateMachine:other` } });
    const executions = [`${states}:execution:charge-card-old:*`, `${states}:execution:charge-card:*`];
    expect((await program.ownGrants("reprocess")).slice(4)).toEqual([
      [["states:DescribeExecution", "states:RedriveExecution"], executions],
      [
        ["states:SendTaskFailure", "states:SendTaskSuccess"],
        [chargeCardArn, former],
      ],
      ["dynamodb:GetItem", table],
    ]);
    expect((await program.ownGrants("reprocess-renewer")).slice(2)).toEqual([
      ["states:SendTaskHeartbeat", [chargeCardArn, former]],
      ["states:RedriveExecution", executions],
      ["dynamodb:GetItem", table],
    ]);
    expect((await program.config("reprocess")).sources).toMatchObject({
      "charge-card": { resumes: true, breaker: { tableName: "payments" }, holds: true },
      other: { stateMachineArn: `${states}:stateMachine:other` },
    });
  });

  it("leaves the renewer what only a breaker makes necessary", async () => {
    reprocess({ sources: { "charge-card": { stateMachineArn: chargeCardArn, resumes: true } } });
    expect((await program.ownGrants("reprocess-renewer")).slice(2)).toEqual([
      ["states:SendTaskHeartbeat", chargeCardArn],
    ]);
    expect((await program.config("reprocess")).sources["charge-card"]).toEqual({
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
