import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../../../simulator/json";
import { AwsError } from "../../../../../simulator/service";
import { streamAccount } from "./eventSources/streamAccount";
import { arnOf, forbidding, type LambdaAccount, lambdaAccount, minute } from "./lambdaAccount";

const failing = `exports.handler = async () => { throw new TypeError("no"); };`;
const functionArn = arnOf("lambda", "function:f:$LATEST");

function configure(account: LambdaAccount, inputs: JsonObject): void {
  const type = "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig";
  account.create(type, { functionName: "f", ...inputs });
}

/** The records in a queue. */
function records(account: LambdaAccount, queue: string): JsonObject[] {
  return account.receive(queue).map(({ Body = "" }) => JSON.parse(Body) as JsonObject);
}

describe("Asynchronous invocation", () => {
  it("sends a record of a success, whose members stand as on AWS", () => {
    const account = lambdaAccount();
    account.define("f", `exports.handler = async (event) => ({ got: event.a });`);
    configure(account, { destinationConfig: { onSuccess: { destination: account.queue("done") } } });
    account.invokeLater("f", { a: 1 });
    account.runUntilQuiet();
    const [record] = records(account, "done");
    expect(record).toEqual({
      version: "1.0",
      timestamp: expect.stringMatching(/^2026-01-01T00:00:0\d\.\d{3}Z$/),
      requestContext: {
        requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        functionArn,
        condition: "Success",
        approximateInvokeCount: 1,
      },
      requestPayload: { a: 1 },
      responseContext: { statusCode: 200, executedVersion: "$LATEST" },
      responsePayload: { got: 1 },
    });
    expect(account.metric("AsyncEventsReceived", "f")).toBe(1);
    expect(account.metric("AsyncEventAge", "f")).toBeLessThanOrEqual(50);
    expect(account.metric("AsyncEventsDropped", "f")).toBeUndefined();
  });

  it.each([
    [{}, { condition: "RetriesExhausted", approximateInvokeCount: 3 }, [0, 60, 180]],
    [{ maximumRetryAttempts: 1 }, { condition: "RetriesExhausted", approximateInvokeCount: 2 }, [0, 60]],
    [{ maximumRetryAttempts: 0 }, { condition: "RetriesExhausted", approximateInvokeCount: 1 }, [0]],
    [{ maximumEventAgeInSeconds: 60 }, { condition: "EventAgeExceeded", approximateInvokeCount: 1 }, [0]],
    [{ maximumEventAgeInSeconds: 90 }, { condition: "EventAgeExceeded", approximateInvokeCount: 2 }, [0, 60]],
  ])("with %j gives a failing event up, as recorded on AWS", (settings, context, times) => {
    const account = lambdaAccount();
    account.define("f", failing);
    configure(account, { ...settings, destinationConfig: { onFailure: { destination: account.queue("failed") } } });
    account.invokeLater("f", { a: 1 });
    account.runUntilQuiet();
    const given = account.log("lambda.Invocation").map(({ requestId }) => requestId);
    expect(records(account, "failed")).toMatchObject([
      {
        requestContext: { ...context, requestId: given[0] },
        requestPayload: { a: 1 },
        responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
        responsePayload: { errorType: "TypeError", errorMessage: "no" },
      },
    ]);
    expect(new Set(given).size).toBe(1);
    expect(account.invocations("f").map((second) => Math.floor(second / 10) * 10)).toEqual(times);
    expect(account.metric("AsyncEventsDropped", "f")).toBe(1);
    // It does not wait for a retry that will not be.
    expect(account.clock.now - Date.UTC(2026, 0, 1)).toBeLessThan(((times.at(-1) as number) + 10) * 1000);
  });

  it("keeps the payload's text in the record, numbers included", () => {
    const account = lambdaAccount();
    account.define("f", failing);
    const onFailure = { destination: account.queue("failed") };
    configure(account, { maximumRetryAttempts: 0, destinationConfig: { onFailure } });
    const Payload = '{"amount":12345678901234567890,"rate":1.0}';
    account.call("lambda", "Invoke", { FunctionName: "f", InvocationType: "Event", Payload });
    account.runUntilQuiet();
    expect(account.receive("failed")[0]?.Body).toContain(`"requestPayload":${Payload},`);
  });

  it("gives events up without a run when the function may not run at all", () => {
    const account = lambdaAccount();
    account.define("f", failing, { reservedConcurrentExecutions: 0 });
    configure(account, { destinationConfig: { onFailure: { destination: account.queue("failed") } } });
    account.invokeLater("f");
    account.runUntilQuiet();
    const [record] = records(account, "failed");
    expect(Object.keys(record ?? {})).toEqual(["version", "timestamp", "requestContext", "requestPayload"]);
    expect(record?.requestContext).toMatchObject({ condition: "ZeroReservedConcurrency", approximateInvokeCount: 0 });
  });

  it("waits longer and longer for a throttled function, until the event is too old", () => {
    const account = lambdaAccount();
    account.define("f", `exports.handler = () => new Promise((done) => setTimeout(done, 100_000));`, {
      reservedConcurrentExecutions: 1,
      timeout: 120,
    });
    configure(account, {
      maximumEventAgeInSeconds: 60,
      destinationConfig: { onFailure: { destination: account.queue("failed") } },
    });
    account.invokeLater("f", 1);
    account.run(1000);
    account.invokeLater("f", 2);
    account.runUntilQuiet();
    expect(records(account, "failed")).toMatchObject([
      { requestContext: { condition: "EventAgeExceeded", approximateInvokeCount: 0 }, requestPayload: 2 },
    ]);
    expect(account.log("lambda.AsyncDropped")).toHaveLength(1);
    // At 0, 1, 3, 7, 15 and 31 seconds.
    expect(account.metric("Throttles", "f")).toBe(6);
  });

  it("tells an event bus, a topic and a function", () => {
    const account = lambdaAccount();
    account.define("f", `exports.handler = async (event) => { if (event.fail) throw new Error("x"); return 1; };`);
    account.define("g", `exports.handler = async (record) => { console.log(JSON.stringify(record.requestContext)); };`);
    const bus = arnOf("events", "event-bus/default");
    account.call("events", "PutRule", { Name: "r", EventPattern: JSON.stringify({ source: ["lambda"] }) });
    account.call("events", "PutTargets", { Rule: "r", Targets: [{ Id: "1", Arn: account.queue("events") }] });
    configure(account, { maximumRetryAttempts: 0, destinationConfig: { onFailure: { destination: bus } } });
    account.invokeLater("f", { fail: true });
    account.runUntilQuiet();
    expect(records(account, "events")).toMatchObject([
      {
        source: "lambda",
        "detail-type": "Lambda Function Invocation Result - Failure",
        resources: [bus, functionArn],
        detail: { version: "1.0", requestContext: { condition: "RetriesExhausted" } },
      },
    ]);
    account.call("sns", "CreateTopic", { Name: "t" });
    const topic = arnOf("sns", "t");
    const subscription = { TopicArn: topic, Protocol: "sqs", Endpoint: account.queue("told") };
    account.call("sns", "Subscribe", { ...subscription, Attributes: { RawMessageDelivery: "true" } });
    configure(account, { destinationConfig: { onSuccess: { destination: topic } } });
    account.invokeLater("f");
    account.runUntilQuiet();
    expect(records(account, "told")).toMatchObject([{ responsePayload: 1 }]);
    configure(account, { destinationConfig: { onSuccess: { destination: arnOf("lambda", "function:g") } } });
    account.invokeLater("f");
    account.runUntilQuiet();
    expect(account.collected.lines.some(({ message }) => message.includes('"condition":"Success"'))).toBe(true);
  });

  it("puts the event itself into the dead-letter queue or topic, with the error as attributes", () => {
    const account = lambdaAccount();
    const targetArn = account.queue("dead");
    account.define("f", failing, { deadLetterConfig: { targetArn } });
    account.call("sns", "CreateTopic", { Name: "t" });
    const topic = arnOf("sns", "t");
    account.call("sns", "Subscribe", { TopicArn: topic, Protocol: "sqs", Endpoint: account.queue("told") });
    account.define("g", failing, { deadLetterConfig: { targetArn: topic } });
    account.invokeLater("f", { a: 1 });
    account.invokeLater("g", { a: 2 });
    account.runUntilQuiet();
    const requestId = account.log("lambda.Invocation").find((each) => each.function === "f")?.requestId;
    expect(account.receive("dead")).toMatchObject([
      {
        Body: `{"a":1}`,
        MessageAttributes: {
          ErrorCode: { DataType: "Number", StringValue: "200" },
          ErrorMessage: { DataType: "String", StringValue: "no" },
          RequestID: { DataType: "String", StringValue: requestId },
        },
      },
    ]);
    expect(records(account, "told")).toMatchObject([
      { Message: `{"a":2}`, MessageAttributes: { ErrorCode: { Type: "Number", Value: "200" } } },
    ]);
    expect(account.call("lambda", "GetFunctionConfiguration", { FunctionName: "f" })).toMatchObject({
      DeadLetterConfig: { TargetArn: targetArn },
    });
  });

  it("counts what it cannot deliver for lack of rights, and tries again what fails by accident", () => {
    const account = lambdaAccount({ iam: forbidding("sqs:SendMessage") });
    const dead = account.queue("dead");
    account.define("f", failing, { deadLetterConfig: { targetArn: dead } });
    configure(account, { maximumRetryAttempts: 0, destinationConfig: { onFailure: { destination: dead } } });
    account.invokeLater("f");
    account.runUntilQuiet();
    expect(account.metric("DestinationDeliveryFailures", "f")).toBe(1);
    expect(account.metric("DeadLetterErrors", "f")).toBe(1);
    expect(account.log("lambda.DestinationFailed")).toEqual([
      { function: "f", to: dead, error: "AccessDenied" },
      { function: "f", to: dead, error: "AccessDenied" },
    ]);

    const other = lambdaAccount();
    other.define("f", failing, { deadLetterConfig: { targetArn: other.queue("dead") } });
    configure(other, { maximumRetryAttempts: 0 });
    const error = new AwsError("InternalError", "x", 500);
    other.faults.intoCalls({ when: ({ service }) => service === "sqs", fault: { kind: "errorBefore", error } });
    other.invokeLater("f");
    other.runUntilQuiet();
    expect(other.metric("DeadLetterErrors", "f")).toBe(1);
    expect(other.receive("dead")).toHaveLength(1);
  });
});

describe("PutFunctionEventInvokeConfig", () => {
  it("replaces, shows, changes and deletes the configuration", () => {
    const account = lambdaAccount();
    account.define("f", failing);
    const Destination = account.queue("failed");
    const DestinationConfig = { OnFailure: { Destination } };
    const put = { FunctionName: "f", MaximumRetryAttempts: 0, DestinationConfig };
    expect(account.call("lambda", "PutFunctionEventInvokeConfig", put)).toEqual({
      LastModified: expect.any(Number),
      FunctionArn: functionArn,
      MaximumRetryAttempts: 0,
      DestinationConfig: { OnFailure: { Destination }, OnSuccess: {} },
    });
    const change = { FunctionName: "f", MaximumEventAgeInSeconds: 100 };
    account.call("lambda", "UpdateFunctionEventInvokeConfig", change);
    expect(account.call("lambda", "GetFunctionEventInvokeConfig", { FunctionName: "f" })).toMatchObject({
      MaximumRetryAttempts: 0,
      MaximumEventAgeInSeconds: 100,
      DestinationConfig: { OnFailure: { Destination } },
    });
    account.invokeLater("f");
    account.run(minute);
    expect(records(account, "failed")).toHaveLength(1);
    account.call("lambda", "DeleteFunctionEventInvokeConfig", { FunctionName: "f" });
    expect(() => account.call("lambda", "GetFunctionEventInvokeConfig", { FunctionName: "f" })).toThrow(
      `The function ${functionArn} doesn't have an EventInvokeConfig`,
    );
  });

  it.each([
    [{ MaximumRetryAttempts: 3 }, "[MaximumRetryAttempts] must be a whole number from 0 to 2, got 3"],
    [{ MaximumEventAgeInSeconds: 59 }, "[MaximumEventAgeInSeconds] must be a whole number from 60 to 21600, got 59"],
    [
      { DestinationConfig: { OnSuccess: { Destination: arnOf("sqs", "q.fifo") } } },
      `[DestinationConfig.OnSuccess.Destination] must be the ARN of a standard SQS queue, a standard SNS topic, a Lambda function or an EventBridge event bus in the simulator, got ${arnOf("sqs", "q.fifo")}`,
    ],
    [
      { DestinationConfig: { OnFailure: { Destination: arnOf("sns", "t") } } },
      `The function's execution role arn:aws:iam::123456789012:role/r does not have permissions to call Publish on ${arnOf("sns", "t")}`,
    ],
    [
      { DestinationConfig: { OnSuccess: { Destination: "arn:aws:s3:::done" } } },
      "[DestinationConfig.OnSuccess.Destination] must be the ARN of a standard SQS queue, a standard SNS topic, a Lambda function or an EventBridge event bus in the simulator, got arn:aws:s3:::done",
    ],
    [
      { DestinationConfig: { OnFailure: { Destination: "arn:aws:s3:::failed" } } },
      "The function's execution role arn:aws:iam::123456789012:role/r does not have permissions to call ListBucket on arn:aws:s3:::failed",
    ],
    [{ Qualifier: "1" }, "[Qualifier] must be $LATEST in the simulator, got 1"],
  ])("refuses %j", (settings, message) => {
    const account = lambdaAccount({ iam: forbidding("sns:Publish", "s3:ListBucket") });
    account.define("f", failing);
    const input = { FunctionName: "f", ...settings };
    expect(() => account.call("lambda", "PutFunctionEventInvokeConfig", input)).toThrow(message);
  });

  it("puts the record of a failure into a bucket", () => {
    const account = streamAccount("kinesis", failing);
    const onFailure = { destination: "arn:aws:s3:::failed" };
    configure(account, { maximumRetryAttempts: 0, destinationConfig: { onFailure } });
    account.invokeLater("f", { a: 1 });
    account.runUntilQuiet();
    expect(account.stored).toMatchObject([{ Bucket: "failed" }]);
    expect(account.stored[0]?.Key).toMatch(
      /^aws\/lambda\/async\/f\/2026\/01\/01\/2026-01-01T00\.00\.0\d-[0-9a-f-]{36}$/,
    );
    expect(JSON.parse(account.stored[0]?.Body ?? "")).toMatchObject({
      requestContext: { functionArn, condition: "RetriesExhausted", approximateInvokeCount: 1 },
      requestPayload: { a: 1 },
      responsePayload: { errorType: "TypeError" },
    });
  });

  it("refuses a dead-letter target that is no standard queue or topic", () => {
    const targetArn = arnOf("sqs", "q.fifo");
    expect(() => lambdaAccount().define("f", failing, { deadLetterConfig: { targetArn } })).toThrow(
      `[DeadLetterConfig.TargetArn] must be the ARN of a standard SQS queue or SNS topic, got ${targetArn}`,
    );
  });
});
