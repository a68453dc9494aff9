import { describe, expect, it } from "vitest";
import { AwsError } from "../../../../../simulator/service";
import { deadLetterArn, functionArn, queueArn, roleArn, scheduleArn, schedulerWorld } from "./schedulerWorld";

const hour = 3_600_000;
const day = 24 * hour;
const exists = (world: ReturnType<typeof schedulerWorld>["world"]) =>
  world.outcome("scheduler", "GetSchedule", { Name: "work" }).ok;

describe("a schedule", () => {
  it("invokes its target with its role, when it is due", () => {
    const { world, create, invoked } = schedulerWorld();
    create({ ScheduleExpression: "cron(0 6 * * ? *)" }, { Input: '{"a":1}' });
    world.run(2 * day);
    expect(invoked).toEqual(
      [6 * 3_600, 30 * 3_600].map((at) => ({
        at,
        action: "sqs:SendMessage",
        input: { QueueUrl: "https://sqs.eu-west-1.amazonaws.com/123456789012/work", MessageBody: '{"a":1}' },
        principal: { kind: "role", roleArn },
      })),
    );
  });

  it("has nothing to do between its times", () => {
    const { world, create } = schedulerWorld();
    create({ ScheduleExpression: "at(2027-01-01T00:00:00)" });
    expect(world.clock.busy).toBe(false);
    expect(world.run(14 * day)).toBe(0);
  });

  it("begins a rate at once", () => {
    const { world, create, invoked } = schedulerWorld();
    create({ ScheduleExpression: "rate(2 hours)" });
    world.run(5 * hour);
    expect(invoked.map(({ at }) => at)).toEqual([0, 7_200, 14_400]);
  });

  it("waits for some time within a flexible window", () => {
    const { world, create, invoked } = schedulerWorld();
    create(
      {
        ScheduleExpression: "cron(0 * * * ? *)",
        FlexibleTimeWindow: { Mode: "FLEXIBLE", MaximumWindowInMinutes: 30 },
      },
      { Input: "<aws.scheduler.scheduled-time>" },
    );
    world.run(10 * hour);
    const offsets = invoked.map(({ at }) => at % 3_600);
    expect(Math.max(...offsets)).toBeLessThanOrEqual(1_801);
    expect(new Set(offsets).size).toBeGreaterThan(5);
    expect(invoked[0]?.input.MessageBody).toBe("2026-01-01T01:00:00Z");
  });

  it("fills in context attributes", () => {
    const { world, create, invoked } = schedulerWorld((_call, number) =>
      number === 1 ? new AwsError("ThrottlingException", "slow", 400) : undefined,
    );
    const Input = JSON.stringify({
      schedule: "<aws.scheduler.schedule-arn>",
      due: "<aws.scheduler.scheduled-time>",
      execution: "<aws.scheduler.execution-id>",
      attempt: "<aws.scheduler.attempt-number>",
    });
    create({ ScheduleExpression: "at(2026-01-01T01:00:00)" }, { Input });
    world.run(2 * hour);
    const [first, second] = invoked.map(({ input }) => JSON.parse(String(input.MessageBody)));
    expect(first).toEqual({
      schedule: scheduleArn,
      due: "2026-01-01T01:00:00Z",
      execution: expect.stringMatching(/^[0-9a-f]{16}$/),
      attempt: "1",
    });
    expect(second).toEqual({ ...first, attempt: "2" });
  });

  it("sends a notification of its own without an input", () => {
    const { world, create, invoked } = schedulerWorld();
    create({ ScheduleExpression: "at(2026-01-01T01:00:00)" }, { Arn: functionArn });
    world.run(2 * hour);
    expect(JSON.parse(String(invoked[0]?.input.Payload))).toMatchObject({
      "detail-type": "Scheduled Event",
      source: "aws.scheduler",
      time: "2026-01-01T01:00:00Z",
      resources: [scheduleArn],
      detail: "{}",
    });
  });

  it("calls each templated target as that service wants it", () => {
    const { world, create, invoked } = schedulerWorld();
    const arn = (service: string, resource: string) => `arn:aws:${service}:eu-west-1:123456789012:${resource}`;
    const targets = [
      { Arn: functionArn },
      { Arn: `${queueArn}.fifo`, SqsParameters: { MessageGroupId: "g" } },
      { Arn: arn("sns", "topic") },
      { Arn: arn("states", "stateMachine:machine") },
      { Arn: arn("events", "event-bus/bus"), EventBridgeParameters: { DetailType: "Due", Source: "shop" } },
      { Arn: arn("kinesis", "stream/s"), KinesisParameters: { PartitionKey: "p" } },
    ];
    targets.forEach((target, index) => {
      create({ Name: `s${index}`, ScheduleExpression: `at(2026-01-01T01:0${index}:00)` }, { Input: "{}", ...target });
    });
    world.run(2 * hour);
    expect(invoked.map(({ action, input }) => [action, input])).toEqual([
      ["lambda:Invoke", { FunctionName: functionArn, InvocationType: "Event", Payload: "{}" }],
      ["sqs:SendMessage", { QueueUrl: expect.stringMatching(/work\.fifo$/), MessageBody: "{}", MessageGroupId: "g" }],
      ["sns:Publish", { TopicArn: arn("sns", "topic"), Message: "{}" }],
      ["states:StartExecution", { stateMachineArn: arn("states", "stateMachine:machine"), input: "{}" }],
      [
        "events:PutEvents",
        {
          Entries: [{ EventBusName: arn("events", "event-bus/bus"), DetailType: "Due", Source: "shop", Detail: "{}" }],
        },
      ],
      ["kinesis:PutRecord", { StreamARN: arn("kinesis", "stream/s"), PartitionKey: "p", Data: "e30=" }],
    ]);
  });

  it("deletes itself after its last invocation when it shall, and stays otherwise", () => {
    const { world, create } = schedulerWorld();
    create({ ScheduleExpression: "at(2026-01-01T01:00:00)", ActionAfterCompletion: "DELETE" });
    create({ Name: "other", ScheduleExpression: "at(2026-01-01T01:00:00)" });
    const latency = { kind: "latency", milliseconds: 10_000 } as const;
    world.faults.intoCalls({ when: ({ service }) => service === "sqs", fault: latency, times: 2 });
    world.run(hour + 5_000);
    expect(exists(world)).toBe(true);
    world.run(10_000);
    expect(exists(world)).toBe(false);
    expect(world.outcome("scheduler", "GetSchedule", { Name: "other" }).ok).toBe(true);
  });

  it("does nothing while it is disabled, nor after it was deleted", () => {
    const { world, create, invoked } = schedulerWorld();
    create({ ScheduleExpression: "rate(1 hour)", State: "DISABLED" });
    create({ Name: "gone", ScheduleExpression: "cron(0 * * * ? *)" });
    world.call("scheduler", "DeleteSchedule", { Name: "gone" });
    world.run(day);
    expect(invoked).toEqual([]);
  });

  it("is late, doubled or lost when a test says so", () => {
    const { world, create, invoked } = schedulerWorld();
    world.faults.intoDeliveries({ when: ({ kind }) => kind === "scheduler.target", arrivals: [60_000, 120_000] });
    world.faults.intoDeliveries({ when: ({ kind }) => kind === "scheduler.target", arrivals: [] });
    create({ ScheduleExpression: "cron(0 * * * ? *)" });
    world.run(3.5 * hour);
    expect(invoked.map(({ at }) => at)).toEqual([3_660, 3_720, 10_800]);
  });
});

describe("a failed invocation", () => {
  const throttled = () => new AwsError("ThrottlingException", "Rate exceeded", 400);
  const onlyWork = (error: AwsError) => (call: { input: { QueueUrl?: unknown } }) =>
    String(call.input.QueueUrl).endsWith("/work") ? error : undefined;
  const texts = (input: unknown) =>
    Object.fromEntries(
      Object.entries((input as { MessageAttributes: Record<string, { StringValue: string }> }).MessageAttributes).map(
        ([name, { StringValue }]) => [name, StringValue],
      ),
    );

  it("is retried as often as its policy says, then lies in the dead-letter queue with what became of it", () => {
    const { world, create, invoked } = schedulerWorld(onlyWork(throttled()));
    create(
      { ScheduleExpression: "at(2026-01-01T01:00:00)" },
      { Input: '{"a":1}', RetryPolicy: { MaximumRetryAttempts: 2 }, DeadLetterConfig: { Arn: deadLetterArn } },
    );
    world.run(day);
    expect(invoked).toHaveLength(4);
    const dead = invoked[3];
    expect(dead).toMatchObject({ principal: { kind: "role", roleArn }, input: { MessageBody: '{"a":1}' } });
    expect(texts(dead?.input)).toEqual({
      ERROR_CODE: "ThrottlingException",
      ERROR_MESSAGE: "Rate exceeded",
      EXECUTION_ID: expect.stringMatching(/^[0-9a-f]{16}$/),
      EXHAUSTED_RETRY_CONDITION: "MaximumRetryAttempts",
      IS_PAYLOAD_TRUNCATED: "false",
      RETRY_ATTEMPTS: "2",
      SCHEDULED_TIME: "2026-01-01T01:00:00Z",
      SCHEDULE_ARN: scheduleArn,
      TARGET_ARN: queueArn,
    });
  });

  it("is not retried beyond its age", () => {
    const { world, create, invoked } = schedulerWorld(onlyWork(throttled()));
    create(
      { ScheduleExpression: "at(2026-01-01T01:00:00)" },
      { RetryPolicy: { MaximumEventAgeInSeconds: 60 }, DeadLetterConfig: { Arn: deadLetterArn } },
    );
    world.run(day);
    expect(texts(invoked.at(-1)?.input)).toMatchObject({ EXHAUSTED_RETRY_CONDITION: "MaximumEventAgeInSeconds" });
    expect(Number(invoked.at(-1)?.at)).toBeLessThanOrEqual(3_661);
  });

  it("is not retried without a target, and is dropped without a queue", () => {
    const { world, create, invoked } = schedulerWorld(onlyWork(new AwsError("QueueDoesNotExist", "none", 400)));
    create({ ScheduleExpression: "at(2026-01-01T01:00:00)" }, { DeadLetterConfig: { Arn: deadLetterArn } });
    create({ Name: "other", ScheduleExpression: "at(2026-01-01T02:00:00)" });
    world.run(day);
    expect(invoked).toHaveLength(3);
    expect(texts(invoked[1]?.input)).toMatchObject({
      ERROR_CODE: "AWS.SimpleQueueService.NonExistentQueue",
      RETRY_ATTEMPTS: "0",
    });
    const dropped = world.collected.data.filter(({ name }) => name === "InvocationDroppedCount");
    expect(dropped).toEqual([
      expect.objectContaining({ namespace: "AWS/Scheduler", dimensions: { ScheduleGroup: "default" } }),
    ]);
  });
});
