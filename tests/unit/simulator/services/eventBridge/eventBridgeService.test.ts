// EventBridge's API and Pulumi resources.
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../../../simulator/json";
import { AwsError } from "../../../../../simulator/service";
import { EventBridgeService } from "../../../../../simulator/services/eventBridge/eventBridgeService";
import { machineArn, queueArn, roleArn, ruleArn, setUp } from "./bus";

describe("rules", () => {
  it("are described and listed as AWS does", () => {
    const { world, rule } = setUp();
    rule({ Arn: queueArn }, { ScheduleExpression: "rate(1 minute)", Description: "d" });
    const description = {
      Name: "failed",
      Arn: ruleArn,
      EventPattern: undefined,
      ScheduleExpression: "rate(1 minute)",
      State: "ENABLED",
      Description: "d",
      RoleArn: undefined,
      EventBusName: "default",
    };
    expect(world.call("events", "DescribeRule", { Name: "failed" })).toEqual(description);
    expect(world.call("events", "ListRules", { NamePrefix: "fa" })).toEqual({ Rules: [description] });
    expect(world.call("events", "ListRules", { NamePrefix: "x" })).toEqual({ Rules: [] });
    expect(world.call("events", "ListTargetsByRule", { Rule: "failed" })).toEqual({
      Targets: [{ Id: "work", Arn: queueArn }],
    });
  });

  it.each<[string, JsonObject, string, string]>([
    [
      "PutRule",
      { Name: "x" },
      "ValidationException",
      "Parameter(s) EventPattern or ScheduleExpression must be specified.",
    ],
    [
      "PutRule",
      { Name: "x y", EventPattern: "{}" },
      "ValidationException",
      '[Name] must be 1 to 64 characters of letters, digits and .-_, got "x y"',
    ],
    ["DescribeRule", { Name: "x" }, "ResourceNotFoundException", "Rule x does not exist on EventBus default."],
    ["DescribeRule", { Name: "x", EventBusName: "b" }, "ResourceNotFoundException", "Event bus b does not exist."],
    ["DeleteRule", { Name: "failed" }, "ValidationException", "Rule can't be deleted since it has targets."],
  ])("%s %j is refused", (action, input, code, message) => {
    const { world, rule } = setUp();
    rule({ Arn: queueArn });
    expect(world.outcome("events", action, input)).toMatchObject({ ok: false, error: { code, message } });
  });

  it("can be deleted without targets", () => {
    const { world, rule } = setUp();
    rule({ Arn: queueArn });
    world.call("events", "RemoveTargets", { Rule: "failed", Ids: ["work"] });
    world.call("events", "DeleteRule", { Name: "failed" });
    expect(world.call("events", "ListRules")).toEqual({ Rules: [] });
  });

  it("have at most five targets", () => {
    const { world, rule } = setUp();
    rule({ Arn: queueArn });
    const Targets = ["1", "2", "3", "4", "5"].map((Id) => ({ Id, Arn: queueArn }));
    expect(world.outcome("events", "PutTargets", { Rule: "failed", Targets })).toMatchObject({
      error: { code: "LimitExceededException", message: "The requested resource exceeds the maximum number allowed." },
    });
  });

  it("check that a target's role can be assumed, when there are roles to ask", () => {
    const { world } = setUp();
    const asked: string[][] = [];
    const bus = new EventBridgeService(world, {
      assertAssumable: (...arguments_) => void asked.push(arguments_ as string[]),
    });
    const rule = bus.rules.put({ Name: "failed", ScheduleExpression: "rate(1 day)" });
    bus.putTargets(rule, [{ Id: "1", Arn: machineArn, RoleArn: roleArn }]);
    expect(asked).toEqual([[roleArn, "events.amazonaws.com", ruleArn]]);
  });
});

describe("PutEvents", () => {
  const entry = { Source: "shop", DetailType: "Order", Detail: '{"status":"FAILED"}' };

  it("gives ids and delivers", () => {
    const { world, rule, received } = setUp();
    rule({ Arn: queueArn });
    const Time = Date.UTC(2025, 11, 24) / 1_000;
    const output = world.call<{ Entries: { EventId: string }[] }>("events", "PutEvents", {
      Entries: [{ ...entry, Time, Resources: ["arn:a"] }],
    });
    world.runUntilQuiet();
    expect(output).toEqual({ FailedEntryCount: 0, Entries: [{ EventId: expect.any(String) }] });
    const body = JSON.parse(received[0]?.input.MessageBody as string);
    expect(body).toMatchObject({ id: output.Entries[0]?.EventId, time: "2025-12-24T00:00:00Z", resources: ["arn:a"] });
  });

  it("fails entries one by one", () => {
    const { world } = setUp();
    const Entries = [
      { ...entry, Source: undefined },
      entry,
      { ...entry, Detail: "[1]" },
      { ...entry, Source: "aws.states" },
      { ...entry, EventBusName: "other" },
    ];
    expect(world.call("events", "PutEvents", { Entries })).toEqual({
      FailedEntryCount: 3,
      Entries: [
        {
          ErrorCode: "InvalidArgument",
          ErrorMessage: "Parameter Source is not valid. Reason: Source is a required argument.",
        },
        { EventId: expect.any(String) },
        { ErrorCode: "MalformedDetail", ErrorMessage: "Detail is malformed." },
        { ErrorCode: "NotAuthorizedForSourceException", ErrorMessage: "Not authorized for the source." },
        { EventId: expect.any(String) },
      ],
    });
  });

  it("takes 1 to 10 entries of 256 KiB together", () => {
    const { world } = setUp();
    const refusal = (Entries: JsonObject[]) => {
      const outcome = world.outcome("events", "PutEvents", { Entries });
      return outcome.ok ? undefined : outcome.error.message;
    };
    const sized = (bytes: number) => ({ ...entry, Detail: `{"a":"${"é".repeat((bytes - 17) / 2)}"}` });
    expect(refusal([])).toMatch(/Member must have length greater than or equal to 1$/);
    expect(refusal(Array(11).fill(entry))).toMatch(/Member must have length less than or equal to 10$/);
    expect(refusal([sized(262_143)])).toBeUndefined();
    expect(refusal([{ ...sized(262_131), Time: 1 }])).toMatch(/over the limit/);
    expect(refusal([sized(262_143), { ...entry }])).toBe("Total size of the entries in the request is over the limit.");
  });
});

describe("TestEventPattern", () => {
  it("wants a whole event", () => {
    const { world } = setUp();
    const event = { id: "1", account: "1", source: "s", time: "t", region: "r", "detail-type": "d" };
    const test = (Event: string) =>
      world.outcome("events", "TestEventPattern", { EventPattern: '{"source":["s"]}', Event });
    expect(test(JSON.stringify(event))).toEqual({ ok: true, output: { Result: true } });
    expect(test("{}")).toMatchObject({
      error: { code: "ValidationException", message: "Parameter Event is not valid." },
    });
  });
});

describe("Pulumi's resources", () => {
  function create(type: string, inputs: JsonObject) {
    const { bus } = setUp();
    bus.resourceTypes["aws:cloudwatch/eventRule:EventRule"]?.create(
      { name: "failed", scheduleExpression: "rate(1 day)" },
      "r",
    );
    return { bus, created: bus.resourceTypes[type]?.create(inputs, "nightly-1a2b3c4") };
  }

  it("make rules", () => {
    const { created } = create("aws:cloudwatch/eventRule:EventRule", {
      eventPattern: '{"source":["s"]}',
      state: "DISABLED",
    });
    expect(created).toEqual({
      id: "nightly-1a2b3c4",
      state: {
        name: "nightly-1a2b3c4",
        arn: "arn:aws:events:eu-west-1:123456789012:rule/nightly-1a2b3c4",
        eventBusName: "default",
        eventPattern: '{"source":["s"]}',
        state: "DISABLED",
        isEnabled: false,
        forceDestroy: false,
        namePrefix: "",
        tagsAll: {},
      },
    });
  });

  it("make targets", () => {
    const { bus, created } = create("aws:cloudwatch/eventTarget:EventTarget", {
      rule: "failed",
      arn: queueArn,
      inputTransformer: { inputPaths: { id: "$.id" }, inputTemplate: '{"id": <id>}' },
      retryPolicy: { maximumRetryAttempts: 3, maximumEventAgeInSeconds: 600 },
      deadLetterConfig: { arn: queueArn },
    });
    expect(created).toMatchObject({
      id: "failed-nightly-1a2b3c4",
      state: { targetId: "nightly-1a2b3c4", arn: queueArn },
    });
    const target = bus.rules.find("failed").targets.get("nightly-1a2b3c4");
    expect(target).toMatchObject({ maximumRetryAttempts: 3, maximumEventAgeSeconds: 600 });
  });

  it.each<[string, JsonObject, string]>([
    ["Rule", { eventPattern: "{}", eventBusName: "shop" }, "Event bus shop does not exist."],
    ["Target", { rule: "failed" }, "[arn] is required"],
    [
      "Target",
      { rule: "failed", arn: `${queueArn}.fifo`, sqsTarget: {} },
      "Parameter(s) MessageGroupId must be specified for target: nightly-1a2b3c4.",
    ],
    ["Target", { rule: "none", arn: queueArn }, "Rule none does not exist on EventBus default."],
  ])("Event%s refuses %j", (kind, inputs, message) => {
    expect(() => create(`aws:cloudwatch/event${kind}:Event${kind}`, inputs)).toThrow(
      expect.objectContaining({ message }),
    );
    expect(() => create(`aws:cloudwatch/event${kind}:Event${kind}`, inputs)).toThrow(AwsError);
  });
});
