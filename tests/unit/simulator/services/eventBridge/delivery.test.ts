// From the bus to the targets: calls, retries, dead-letter queue, faults.
import { describe, expect, it } from "vitest";
import { AwsError } from "../../../../../simulator/service";
import { deadLetterArn, functionArn, machineArn, queueArn, roleArn, ruleArn, setUp } from "./bus";

const service = { kind: "service", service: "events.amazonaws.com", sourceArn: ruleArn };
const throttled = new AwsError("TooManyRequestsException", "Rate exceeded", 429);
const hour = 3_600_000;

describe("an event that a rule matches", () => {
  it("reaches a queue as the message's body", () => {
    const { rule, publish, received } = setUp();
    rule({ Arn: queueArn });
    publish();
    expect(received).toHaveLength(1);
    const [{ action, input, principal }] = received as [(typeof received)[number]];
    expect({ action, principal }).toEqual({ action: "sqs:SendMessage", principal: service });
    expect(input.QueueUrl).toBe("https://sqs.eu-west-1.amazonaws.com/123456789012/work");
    const body = JSON.parse(input.MessageBody as string);
    expect(Object.keys(body)).toEqual([
      "version",
      "id",
      "detail-type",
      "source",
      "account",
      "time",
      "region",
      "resources",
      "detail",
    ]);
    expect(body).toMatchObject({
      version: "0",
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      "detail-type": "Status",
      account: "123456789012",
      time: expect.stringMatching(/^2026-01-01T00:00:0\dZ$/),
      detail: { status: "FAILED" },
    });
  });

  it("is a stream's record, in the target's role, with its id or what the event says for partition key", () => {
    const Arn = "arn:aws:kinesis:eu-west-1:123456789012:stream/events";
    const { rule, publish, received, world } = setUp();
    expect(() => rule({ Arn })).toThrow(`RoleArn is required for target ${Arn}.`);
    rule({ Arn, RoleArn: roleArn, KinesisParameters: { PartitionKeyPath: "$.detail.status" } });
    publish();
    rule({ Arn, RoleArn: roleArn });
    publish();
    const [byStatus, byId] = received;
    expect(byStatus).toMatchObject({
      action: "kinesis:PutRecord",
      principal: { kind: "role", roleArn },
      input: { StreamARN: Arn, PartitionKey: "FAILED" },
    });
    const event = JSON.parse(Buffer.from(String(byId?.input.Data), "base64").toString("utf8"));
    expect(event.detail).toEqual({ status: "FAILED" });
    expect(byId?.input.PartitionKey).toBe(event.id);
    expect(() =>
      world.call("events", "PutTargets", {
        Rule: "failed",
        Targets: [{ Id: "q", Arn: queueArn, KinesisParameters: { PartitionKeyPath: "$.id" } }],
      }),
    ).toThrow(`[KinesisParameters] of target q belongs to Kinesis streams, got ${queueArn}`);
  });

  it("invokes a function asynchronously, and starts an execution in the target's role", () => {
    const toFunction = setUp();
    toFunction.rule({ Arn: functionArn, Input: '{"a":1}' });
    toFunction.publish();
    expect(toFunction.received).toMatchObject([
      {
        action: "lambda:Invoke",
        principal: service,
        input: { FunctionName: functionArn, InvocationType: "Event", Payload: '{"a":1}' },
      },
    ]);
    const toMachine = setUp();
    toMachine.rule({ Arn: machineArn, RoleArn: roleArn, InputPath: "$.detail" });
    toMachine.publish();
    expect(toMachine.received).toMatchObject([
      {
        action: "states:StartExecution",
        principal: { kind: "role", roleArn },
        input: { stateMachineArn: machineArn, input: '{"status":"FAILED"}' },
      },
    ]);
  });

  it("is counted in AWS/Events by the rule's name", () => {
    const { rule, publish, world } = setUp();
    rule({ Arn: queueArn });
    publish();
    expect(world.collected.data.map(({ name }) => name)).toEqual(["MatchedEvents", "TriggeredRules", "Invocations"]);
    expect(world.collected.data[0]).toMatchObject({
      namespace: "AWS/Events",
      dimensions: { RuleName: "failed" },
      values: [1],
    });
  });

  it("does nothing when the rule is disabled or the event differs", () => {
    const { rule, publish, received, world } = setUp();
    rule({ Arn: queueArn });
    publish({ status: "RUNNING" });
    world.call("events", "DisableRule", { Name: "failed" });
    publish();
    expect(received).toHaveLength(0);
    world.call("events", "EnableRule", { Name: "failed" });
    publish();
    expect(received).toHaveLength(1);
  });
});

describe("a target that refuses", () => {
  it("is tried again with growing pauses until it takes the event", () => {
    let refusals = 6;
    const { rule, publish, received, count } = setUp(() => (refusals-- > 0 ? throttled : undefined));
    rule({ Arn: functionArn });
    publish();
    expect(received).toHaveLength(7);
    const pauses = received.slice(1).map(({ at }, index) => at - (received[index]?.at ?? 0));
    for (const [index, pause] of pauses.entries()) {
      expect(pause).toBeGreaterThanOrEqual(500 * 2 ** index);
      expect(pause).toBeLessThanOrEqual(1_000 * 2 ** index + 40);
    }
    expect([count("Invocations"), count("FailedInvocations")]).toEqual([1, 0]);
  });

  it.each([
    new AwsError("Busy", "any code with this status", 429),
    new AwsError("ThrottlingException", "rate", 400),
    new AwsError("ExecutionLimitExceeded", "too many open", 400),
    new AwsError("ServiceUnavailable", "down", 503),
  ])("with %s is tried again", (error) => {
    let refusals = 1;
    const { rule, publish, received } = setUp(() => (refusals-- > 0 ? error : undefined));
    rule({ Arn: functionArn });
    publish();
    expect(received).toHaveLength(2);
  });

  it("has its event in the dead-letter queue after the last retry", () => {
    const { rule, publish, received, count } = setUp((call) => (call.service === "lambda" ? throttled : undefined));
    const RetryPolicy = { MaximumRetryAttempts: 2 };
    rule({ Arn: functionArn, Input: "{}", RetryPolicy, DeadLetterConfig: { Arn: deadLetterArn } });
    publish();
    expect(received.map(({ action }) => action)).toEqual([
      "lambda:Invoke",
      "lambda:Invoke",
      "lambda:Invoke",
      "sqs:SendMessage",
    ]);
    const { input, principal } = received[3] as (typeof received)[number];
    expect(principal).toEqual(service);
    expect(input.QueueUrl).toBe("https://sqs.eu-west-1.amazonaws.com/123456789012/dead");
    expect(JSON.parse(input.MessageBody as string).detail).toEqual({ status: "FAILED" });
    expect(input.MessageAttributes).toEqual({
      RULE_ARN: { DataType: "String", StringValue: ruleArn },
      TARGET_ARN: { DataType: "String", StringValue: functionArn },
      ERROR_CODE: { DataType: "String", StringValue: "THROTTLING" },
      ERROR_MESSAGE: { DataType: "String", StringValue: "Rate exceeded" },
      EXHAUSTED_RETRY_CONDITION: { DataType: "String", StringValue: "MaximumRetryAttempts" },
      RETRY_ATTEMPTS: { DataType: "String", StringValue: "2" },
    });
    expect([count("Invocations"), count("FailedInvocations"), count("InvocationsSentToDlq")]).toEqual([1, 1, 1]);
  });

  it("is given up when the event gets too old", () => {
    const { rule, publish, received } = setUp((call) => (call.service === "lambda" ? throttled : undefined));
    const RetryPolicy = { MaximumEventAgeInSeconds: 60 };
    rule({ Arn: functionArn, RetryPolicy, DeadLetterConfig: { Arn: deadLetterArn } });
    publish();
    const last = received.at(-1);
    expect(last?.input.MessageAttributes).toMatchObject({
      EXHAUSTED_RETRY_CONDITION: { StringValue: "MaximumEventAgeInSeconds" },
    });
    expect((last?.at ?? 0) - (received[0]?.at ?? 0)).toBeLessThanOrEqual(60_000);
  });

  it("is tried for about a day by default", () => {
    const { rule, publish, received } = setUp(() => new AwsError("ServiceException", "down", 500));
    rule({ Arn: functionArn });
    publish();
    const length = (received.at(-1)?.at ?? 0) - (received[0]?.at ?? 0);
    expect(received.length).toBeLessThanOrEqual(186);
    expect(length).toBeGreaterThan(20 * hour);
    expect(length).toBeLessThanOrEqual(24 * hour);
  });

  it.each([
    [new AwsError("AccessDenied", "no", 403), "NO_PERMISSIONS"],
    [new AwsError("QueueDoesNotExist", "gone", 400), "NO_RESOURCE"],
    [new AwsError("InvalidMessageContents", "bad", 400), "INVALID_PARAMETER"],
  ])("for good (%s) is not tried again", (error, code) => {
    const { rule, publish, received } = setUp((call) =>
      call.input.QueueUrl?.toString().endsWith("work") ? error : undefined,
    );
    rule({ Arn: queueArn, DeadLetterConfig: { Arn: deadLetterArn } });
    publish();
    expect(received).toHaveLength(2);
    const attributes = received[1]?.input.MessageAttributes;
    expect(attributes).toMatchObject({ ERROR_CODE: { StringValue: code }, RETRY_ATTEMPTS: { StringValue: "0" } });
    expect(attributes).not.toHaveProperty("EXHAUSTED_RETRY_CONDITION");
  });

  it("without a dead-letter queue loses the event silently", () => {
    const { rule, publish, received, count } = setUp(() => new AwsError("AccessDenied", "no", 403));
    rule({ Arn: queueArn });
    publish();
    expect([received.length, count("FailedInvocations"), count("InvocationsSentToDlq")]).toEqual([1, 1, 0]);
  });

  it("loses it also when the dead-letter queue refuses", () => {
    const { rule, publish, received, count } = setUp(() => new AwsError("AccessDenied", "no", 403));
    rule({ Arn: queueArn, DeadLetterConfig: { Arn: deadLetterArn } });
    publish();
    expect([received.length, count("InvocationsFailedToBeSentToDlq")]).toEqual([2, 1]);
  });

  it("because the simulator lacks something stops the simulation", () => {
    const { rule, publish } = setUp(() => new AwsError("SimulatorUnsupportedArgument", "[x] is not there"));
    rule({ Arn: queueArn });
    expect(() => publish()).toThrow("[x] is not there");
  });

  it("gets no event whose template gives no JSON; the dead-letter queue does", () => {
    const { rule, publish, received } = setUp();
    const InputTransformer = { InputPathsMap: { text: "$.detail.text" }, InputTemplate: '{"text": "<text>"}' };
    rule({ Arn: functionArn, InputTransformer, DeadLetterConfig: { Arn: deadLetterArn } });
    publish({ status: "FAILED", text: 'a "b"' });
    expect(received.map(({ action }) => action)).toEqual(["sqs:SendMessage"]);
    expect(received[0]?.input.MessageAttributes).toMatchObject({ ERROR_CODE: { StringValue: "INVALID_JSON" } });
  });
});

describe("faults", () => {
  it("lose, delay and repeat a service's events before rules see them", () => {
    const { rule, publish, received, world } = setUp();
    rule({ Arn: queueArn });
    const when = ({ kind, to, payload }: { kind: string; to: string; payload: string }) =>
      kind === "events.statusChange" && to === "default" && JSON.parse(payload).detail.status === "FAILED";
    world.faults.intoDeliveries({ when, arrivals: [] });
    publish();
    expect(received).toHaveLength(0);
    world.faults.intoDeliveries({ when, arrivals: [0, hour] });
    const before = world.clock.now;
    publish();
    expect(received).toHaveLength(2);
    expect((received[1]?.at ?? 0) - before).toBeGreaterThanOrEqual(hour);
    const ids = received.map(({ input }) => JSON.parse(input.MessageBody as string).id);
    expect(ids[0]).toBe(ids[1]);
  });

  it("lose and repeat deliveries to a target", () => {
    const { rule, publish, received, world } = setUp();
    rule({ Arn: queueArn });
    const when = ({ kind, to }: { kind: string; to: string }) => kind === "events.target" && to === queueArn;
    world.faults.intoDeliveries({ when, arrivals: [] });
    world.faults.intoDeliveries({ when, arrivals: [0, 1_000] });
    publish();
    publish();
    expect(received).toHaveLength(2);
    expect(world.events.all.filter(({ kind }) => kind === "events.DeliveryLost")).toHaveLength(1);
  });
});
