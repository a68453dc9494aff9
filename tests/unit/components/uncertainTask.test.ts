import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CircuitBreaker } from "../../../components/circuitBreaker";
import type { Duration } from "../../../components/duration";
import { ErrorSpool } from "../../../components/errorSpool";
import { Semaphore } from "../../../components/semaphore";
import { UncertainTask, type UncertainTaskArgs } from "../../../components/uncertainTask";
import { MockedProgram, outputValue } from "./mockedProgram";

const machine = "aws:sfn/stateMachine:StateMachine";
const rule = "aws:cloudwatch/eventRule:EventRule";
const target = "aws:cloudwatch/eventTarget:EventTarget";
const kmsKeyArn = "arn:aws:kms:eu-west-1:123456789012:key/1";
let program: MockedProgram;

beforeEach(async () => {
  program = await MockedProgram.start();
});

afterEach(() => program.settled());

const chargeFunction = (timeout?: number) =>
  new aws.lambda.Function("charge", { role: "arn:aws:iam::123456789012:role/charge", timeout });

const putItem = {
  resource: "arn:aws:states:::dynamodb:putItem",
  arguments: { TableName: pulumi.output("orders"), Item: { id: { S: "{% $states.input.orderId %}" } } },
  permissions: [{ actions: ["dynamodb:PutItem"], resources: ["arn:aws:dynamodb:eu-west-1:123456789012:table/orders"] }],
};

function chargeCard(args: Partial<UncertainTaskArgs> = {}) {
  return new UncertainTask("charge-card", {
    spool: new ErrorSpool("spool"),
    task: "task" in args ? (args.task as UncertainTaskArgs["task"]) : chargeFunction(30),
    ...args,
  });
}

async function definitionOf(name = "charge-card") {
  return JSON.parse(String((await program.resource(machine, name)).inputs.definition));
}

const xray = {
  Effect: "Allow",
  Action: ["xray:GetSamplingRules", "xray:GetSamplingTargets", "xray:PutTelemetryRecords", "xray:PutTraceSegments"],
  Resource: "*",
};

describe("an uncertain task", () => {
  it("is a Standard state machine around the function, traced and not logged", async () => {
    chargeCard();
    const { inputs } = await program.resource(machine, "charge-card");
    expect(inputs).toMatchObject({
      type: "STANDARD",
      roleArn: "arn:aws:iam::123456789012:role/charge-card-role",
      tracingConfiguration: { enabled: true },
    });
    expect(inputs).not.toHaveProperty("loggingConfiguration");
    expect((await definitionOf()).States.UncertainTask).toMatchObject({
      Resource: "arn:aws:lambda:eu-west-1:123456789012:function:charge",
      End: true,
    });
  });

  it("may call that function, write to that spool and trace, and nothing else", async () => {
    chargeCard();
    expect(await program.statements("charge-card-policy")).toEqual([
      {
        Effect: "Allow",
        Action: "lambda:InvokeFunction",
        Resource: "arn:aws:lambda:eu-west-1:123456789012:function:charge",
      },
      { Effect: "Allow", Action: "sqs:SendMessage", Resource: "arn:aws:sqs:eu-west-1:123456789012:spool" },
      xray,
    ]);
  });

  it("may use the spool's key, and needs no X-Ray when it is not traced", async () => {
    chargeCard({ spool: new ErrorSpool("sealed", { kmsKeyArn }), tracing: false });
    expect((await program.statements("charge-card-policy")).slice(1)).toEqual([
      { Effect: "Allow", Action: "sqs:SendMessage", Resource: "arn:aws:sqs:eu-west-1:123456789012:sealed" },
      { Effect: "Allow", Action: ["kms:Decrypt", "kms:GenerateDataKey"], Resource: kmsKeyArn },
    ]);
  });

  it("takes any task resource, with Outputs in its arguments and permissions of its own", async () => {
    chargeCard({ task: putItem, timeout: "5 minutes" });
    expect((await definitionOf()).States.UncertainTask).toMatchObject({
      Resource: "arn:aws:states:::dynamodb:putItem",
      Arguments: { TableName: "orders", Item: { id: { S: "{% $states.input.orderId %}" } } },
      TimeoutSeconds: 300,
    });
    expect((await program.statements("charge-card-policy"))[0]).toEqual({
      Effect: "Allow",
      Action: "dynamodb:PutItem",
      Resource: "arn:aws:dynamodb:eu-west-1:123456789012:table/orders",
    });
  });

  it("records failures under its own name, or under the source that it is given", async () => {
    expect(chargeCard().source).toBe("charge-card");
    const renamed = new UncertainTask("charge-card-2", {
      spool: new ErrorSpool("other"),
      task: { ...putItem, arguments: {} },
      timeout: "1 minute",
      source: "charge-card",
    });
    expect(renamed.source).toBe("charge-card");
    expect((await definitionOf("charge-card-2")).States.ErrorSpool.Arguments.MessageBody).toContain(
      '"source": "charge-card",',
    );
  });

  it("ends in failure where a parent waits", async () => {
    chargeCard({ outcome: "fail" });
    expect((await definitionOf()).States.Spooled).toMatchObject({ Type: "Fail", Error: "Respool.Spooled" });
  });

  it("is open to transform", async () => {
    chargeCard({ tags: { team: "books" }, transform: { stateMachine: { name: "charge" } } });
    expect((await program.resource(machine, "charge-card")).inputs).toMatchObject({
      name: "charge",
      tags: { team: "books" },
    });
  });
});

describe("the timeout of an attempt", () => {
  it.each([
    { own: 30, given: undefined, seconds: 60 },
    { own: undefined, given: undefined, seconds: 33 },
    { own: 30, given: "31 seconds" as const, seconds: 31 },
  ])("is $seconds seconds where the function has $own and the task $given", async ({ own, given, seconds }) => {
    chargeCard({ task: chargeFunction(own), timeout: given });
    expect((await definitionOf()).States.UncertainTask.TimeoutSeconds).toBe(seconds);
  });

  it("may take as long as it likes where neither a semaphore nor a breaker waits for its end", async () => {
    chargeCard({ task: putItem, timeout: "300 days" });
    expect((await definitionOf()).States.UncertainTask.TimeoutSeconds).toBe(300 * 86_400);
  });

  it("tells the reconciler how long an execution can take", async () => {
    const task = chargeCard();
    const attempts = (1 + 2 + 1) * 60 + 2 + 5;
    const spool = 8 * 30 + 182;
    expect(await outputValue(task.longestExecutionSeconds)).toBe(attempts + spool + 60);
  });
});

describe("the safety net", () => {
  it("matches what this machine failed with, unless it was parked", async () => {
    chargeCard();
    const { inputs } = await program.resource(rule, "charge-card-safety-net");
    expect(inputs.namePrefix).toBe("spool-");
    expect(JSON.parse(String(inputs.eventPattern))).toEqual({
      source: ["aws.states"],
      "detail-type": ["Step Functions Execution Status Change"],
      detail: {
        status: ["FAILED", "TIMED_OUT"],
        stateMachineArn: ["arn:aws:states:eu-west-1:123456789012:stateMachine:charge-card"],
        error: [{ "anything-but": ["Respool.Spooled", "Respool.Discarded"] }, null, { exists: false }],
      },
    });
  });

  it("writes the event with its logical source into the spool", async () => {
    chargeCard();
    expect((await program.resource(target, "charge-card-safety-net-spool")).inputs).toEqual({
      rule: "charge-card-safety-net",
      arn: "arn:aws:sqs:eu-west-1:123456789012:spool",
      inputTransformer: {
        inputTemplate: '{"respool": 1, "source": "charge-card", "event": <aws.events.event.json>}',
      },
    });
  });
});

describe("an uncertain task under control", () => {
  const stateNames = async () => Object.keys((await definitionOf()).States);

  it("has the states of a semaphore, and frees the leases of executions that were stopped", async () => {
    const task = chargeCard({ semaphore: new Semaphore("payments", { limit: 5 }) });
    const { StartAt, States } = await definitionOf();
    expect(StartAt).toBe("Acquire");
    expect(States.UncertainTask).toMatchObject({ Next: "Release" });
    expect(States.UncertainTask.Catch.at(-1)).toMatchObject({ ErrorEquals: ["States.ALL"], Next: "ReleaseFailed" });
    expect(task.holds).toBe(true);
    expect(task.breaker).toBeUndefined();
    await program.resource(machine, "charge-card-release");
  });

  it("keeps the lease of what may still run, and does not try it again meanwhile", async () => {
    chargeCard({ semaphore: new Semaphore("payments", { limit: 5 }), retry: [{ errors: ["States.ALL"] }] });
    const { UncertainTask: task } = (await definitionOf()).States;
    const unfinished = expect.arrayContaining(["Lambda.SdkClientException"]);
    expect(task.Retry[1]).toEqual({ ErrorEquals: unfinished, MaxAttempts: 0 });
    expect(task.Catch[1]).toMatchObject({ ErrorEquals: unfinished, Next: "ErrorSpool" });
  });

  it("asks a breaker first, and tells it how the attempt went", async () => {
    const breaker = new CircuitBreaker("provider");
    const task = chargeCard({ breaker, permanentErrors: ["CardDeclinedError"] });
    const { StartAt, States } = await definitionOf();
    expect(StartAt).toBe("Breaker");
    expect(States.UncertainTask).toMatchObject({ Next: "BreakerSucceeded" });
    expect(States.UncertainTask.Catch.at(-1)).toMatchObject({ Next: "BreakerOutcome" });
    expect(task).toMatchObject({ breaker, holds: true, resumes: false });
  });

  it("waits for a lease no longer than it is told, and an hour else", async () => {
    const semaphore = new Semaphore("payments", { limit: 5 });
    chargeCard({ semaphore: { semaphore, key: "customer.id", maximumWait: "10 minutes" } });
    const { Acquire, Admit } = (await definitionOf()).States;
    expect(JSON.stringify(Acquire)).toContain("customer.id");
    expect(JSON.stringify(Admit)).toContain("600");
  });

  it("counts its waits when it tells how long an execution can take", async () => {
    const semaphore = new Semaphore("payments", { limit: 5 });
    const seconds = await outputValue(chargeCard({ semaphore }).longestExecutionSeconds);
    expect(seconds).toBeGreaterThan(3_600);
  });

  it.each([
    ["resume" as const, ["UncertainTask", "ErrorSpool", "Gate", "SpoolFailedGate"]],
    ["park" as const, ["UncertainTask", "ErrorSpool", "SpoolFailedGate"]],
  ])("has the states that onFailure %s asks for, and no other", async (onFailure, expected) => {
    expect(chargeCard({ onFailure })).toMatchObject({ resumes: true, holds: false });
    expect(await stateNames()).toEqual(expected);
  });

  it("has work under a semaphore that ends", () => {
    const semaphore = new Semaphore("payments", { limit: 5 });
    const retry = [{ errors: ["States.ALL"], maxAttempts: 99_999, interval: "1 hour" as const }];
    expect(() => chargeCard({ semaphore, retry })).toThrow(
      "[semaphore] must protect work that ends, with all its retries, within",
    );
  });
});

describe("arguments of an uncertain task", () => {
  it.each<{ args: Partial<UncertainTaskArgs>; message: string }>([
    {
      args: { source: "charge card" },
      message: `[source] must be 1 to 64 characters of 0-9, A-Z, a-z, ".", "-" and "_", got "charge card"`,
    },
    { args: { outcome: "explode" as "fail" }, message: `[outcome] must be "succeed" or "fail", got "explode"` },
    {
      args: { onFailure: "retry" as "restart" },
      message: `[onFailure] must be "restart", "resume" or "park", got "retry"`,
    },
    {
      args: { onFailure: "park", outcome: "fail" },
      message: `[outcome] must be left out where [onFailure] is "park", since the execution has not ended, got "fail"`,
    },
    { args: { breaker: "payments" as never }, message: `[breaker] must be a CircuitBreaker, got "payments"` },
    {
      args: { semaphore: { limit: 5 } as never },
      message: `[semaphore] must be a Semaphore, or { semaphore, key, maximumWait }, got {"limit":5}`,
    },
    {
      args: { task: "charge" as unknown as UncertainTaskArgs["task"] },
      message: `[task] must be a function, arguments of a ClosureFunction, a Lambda function or a task resource, got "charge"`,
    },
    {
      args: { task: putItem },
      message:
        '[timeout], beside [task], must be given when [task] is a task resource, such as "5 minutes": without one a task that never answers would wait for a year',
    },
    {
      args: { timeout: "0 seconds" },
      message: `[timeout] must be from "1 second" to "365 days", got "0 seconds"`,
    },
    {
      args: { timeout: "soon" as Duration },
      message: `[timeout] must be a duration such as "30 seconds", "5 minutes", "12 hours" or "14 days", got "soon"`,
    },
    {
      args: { task: { callback: async () => undefined, timeout: "1 minute" }, timeout: "1 minute" },
      message: `[timeout] must be longer than the function's own, which [task.timeout] gives ("1 minute"), got "1 minute"`,
    },
    {
      args: { task: { callback: async () => undefined, timeout: "16 minutes" } },
      message: `[task.timeout] must be from "1 second" to "15 minutes", got "16 minutes"`,
    },
    {
      args: { permanentErrors: "CardDeclinedError" as unknown as string[] },
      message: `[permanentErrors] must be a list of names of errors, such as ["CardDeclinedError"], got "CardDeclinedError"`,
    },
    {
      args: { spool: undefined as unknown as UncertainTaskArgs["spool"] },
      message: "[spool] must be an ErrorSpool or ErrorSpool.fromArn(...), got undefined",
    },
  ])("$message", ({ args, message }) => {
    expect(() => chargeCard(args)).toThrow(new Error(message));
  });

  it("name the component where its name is the source", () => {
    const args = { spool: new ErrorSpool("spool"), task: putItem, timeout: "1 minute" } as const;
    expect(() => new UncertainTask("send invoice", args)).toThrow(
      new Error(
        `[name] must be 1 to 64 characters of 0-9, A-Z, a-z, ".", "-" and "_" where [source] is not given, got "send invoice"`,
      ),
    );
    expect(new UncertainTask("send invoice", { ...args, source: "send-invoice" }).source).toBe("send-invoice");
  });

  it("take a spool of another stack", () => {
    const queues = "arn:aws:sqs:eu-west-1:123456789012";
    const spool = ErrorSpool.fromArn(`${queues}:spool`, { poisonArn: `${queues}:poison` });
    expect(chargeCard({ spool }).source).toBe("charge-card");
  });
});
