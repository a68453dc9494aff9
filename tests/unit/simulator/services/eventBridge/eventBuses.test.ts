// Custom event buses: their rules, what PutEvents brings to them, and the way from one bus to another.
import { describe, expect, it } from "vitest";
import { defaultQuotas } from "../../../../../simulator/quotas";
import { EventBridgeService } from "../../../../../simulator/services/eventBridge/eventBridgeService";
import { AccessControl } from "../../../../../simulator/services/iam/accessControl";
import { testWorld } from "../../../../support/simulatorWorld";
import { queueArn, roleArn, setUp } from "./bus";

const busArn = (name: string) => `arn:aws:events:eu-west-1:123456789012:event-bus/${name}`;
const entry = { Source: "shop", DetailType: "Order", Detail: '{"status":"FAILED"}' };
const pattern = '{"detail":{"status":["FAILED"]}}';

/** A bus "shop" with a rule "failed" and a target. */
function withBus(target: object = { Arn: queueArn }) {
  const bus = setUp();
  const { world } = bus;
  const call = (action: string, input: object) => world.call("events", action, { ...input });
  expect(call("CreateEventBus", { Name: "shop" })).toEqual({ EventBusArn: busArn("shop") });
  const rule = (EventBusName: string, Name: string, given: object) => {
    call("PutRule", { Name, EventBusName, EventPattern: pattern });
    call("PutTargets", { Rule: Name, EventBusName, Targets: [{ Id: "work", ...given }] });
  };
  rule("shop", "failed", target);
  const put = (...Entries: object[]) => {
    const output = world.call<{ Entries: { EventId: string }[] }>("events", "PutEvents", {
      Entries: [...Entries] as never,
    });
    world.runUntilQuiet();
    return output;
  };
  return { ...bus, call, rule, put };
}

describe("a custom event bus", () => {
  it("gets the events that name it, by name or ARN, and no others", () => {
    const { put, publish, received } = withBus();
    const output = put({ ...entry, EventBusName: "shop" }, { ...entry, EventBusName: busArn("shop") }, entry);
    publish();
    const ids = received.map(({ input }) => JSON.parse(String(input.MessageBody)).id);
    expect(ids.sort()).toEqual(
      output.Entries.slice(0, 2)
        .map(({ EventId }) => EventId)
        .sort(),
    );
  });

  it("has rules of its own, with its name in their ARNs", () => {
    const { call, world } = withBus();
    call("PutRule", { Name: "failed", EventPattern: '{"source":["s"]}' });
    expect(call("DescribeRule", { Name: "failed", EventBusName: "shop" })).toMatchObject({
      Arn: "arn:aws:events:eu-west-1:123456789012:rule/shop/failed",
      EventPattern: pattern,
      EventBusName: "shop",
    });
    expect(call("ListRules", { EventBusName: "shop" })).toMatchObject({ Rules: [{ EventPattern: pattern }] });
    call("DeleteRule", { Name: "failed" });
    expect(world.outcome("events", "DescribeRule", { Name: "other", EventBusName: "shop" })).toMatchObject({
      error: { message: "Rule other does not exist on EventBus shop." },
    });
    const scheduled = { Name: "nightly", EventBusName: "shop", ScheduleExpression: "rate(1 day)" };
    expect(world.outcome("events", "PutRule", scheduled)).toMatchObject({
      error: { message: "ScheduleExpression is supported only on the default event bus." },
    });
  });

  it("is described, listed, and deleted without rules", () => {
    const { call, world } = withBus();
    expect(call("DescribeEventBus", { Name: "shop" })).toEqual({
      Name: "shop",
      Arn: busArn("shop"),
      CreationTime: expect.any(Number),
    });
    expect(call("ListEventBuses", {})).toMatchObject({ EventBuses: [{ Name: "default" }, { Name: "shop" }] });
    expect(world.outcome("events", "CreateEventBus", { Name: "shop" })).toMatchObject({
      error: { code: "ResourceAlreadyExistsException", message: "Event bus shop already exists." },
    });
    expect(world.outcome("events", "DeleteEventBus", { Name: "shop" })).toMatchObject({
      error: { message: "Event bus shop can't be deleted since it has rules." },
    });
    call("RemoveTargets", { Rule: "failed", EventBusName: "shop", Ids: ["work"] });
    call("DeleteRule", { Name: "failed", EventBusName: "shop" });
    call("DeleteEventBus", { Name: "shop" });
    expect(world.outcome("events", "DescribeEventBus", { Name: "shop" })).toMatchObject({
      error: { code: "ResourceNotFoundException", message: "Event bus shop does not exist." },
    });
  });

  it("that does not exist swallows events with success, as recorded on AWS", () => {
    const { put, received } = withBus();
    expect(put({ ...entry, EventBusName: "none" }, { ...entry, EventBusName: "shop" })).toEqual({
      FailedEntryCount: 0,
      Entries: [{ EventId: expect.any(String) }, { EventId: expect.any(String) }],
    });
    expect(received).toHaveLength(1);
  });

  it("refuses a policy that no bus can have", () => {
    const { world } = withBus();
    const Policy = JSON.stringify({ Statement: [{ Effect: "Allow", Action: "events:PutEvents", Resource: "*" }] });
    expect(world.outcome("events", "PutPermission", { EventBusName: "shop", Policy })).toMatchObject({
      error: { message: "Missing required field Principal" },
    });
  });
});

describe("from bus to bus", () => {
  it("an event goes as it is, in the target's role", () => {
    const { rule, publish, received, world } = withBus();
    rule("default", "forward", { Arn: busArn("shop"), RoleArn: roleArn });
    publish();
    expect(JSON.parse(String(received[0]?.input.MessageBody))).toMatchObject({
      source: "aws.states",
      resources: ["arn:x"],
    });
    const forwarding = world.events.all.filter(({ kind }) => kind === "events.PutEvents");
    expect(forwarding).toMatchObject([{ detail: { caller: roleArn, result: "ok" } }]);
  });

  it("it keeps its id, and goes no further than the second bus", () => {
    const { call, rule, put, received, world } = withBus({ Arn: busArn("third"), RoleArn: roleArn });
    call("CreateEventBus", { Name: "third" });
    rule("shop", "here", { Arn: queueArn });
    rule("third", "there", { Arn: queueArn });
    rule("default", "forward", { Arn: busArn("shop"), RoleArn: roleArn });
    const { Entries } = put(entry);
    expect(received.map(({ input }) => JSON.parse(String(input.MessageBody)).id)).toEqual([Entries[0]?.EventId]);
    expect(world.events.all.filter(({ kind }) => kind === "events.NotForwardedAgain")).toHaveLength(1);
  });

  it("needs the role's permission, or that of the bus's own policy", () => {
    const attempt = (grant: (iam: AccessControl, bus: EventBridgeService) => void) => {
      const iam = new AccessControl("123456789012", defaultQuotas("eu-west-1").iam);
      const trusted = { Effect: "Allow", Principal: { Service: "events.amazonaws.com" }, Action: "sts:AssumeRole" };
      const assumeRolePolicy = JSON.stringify({ Version: "2012-10-17", Statement: [trusted] });
      iam.createRole({ name: "start", arn: roleArn, assumeRolePolicy });
      const world = testWorld({ iam });
      const bus = new EventBridgeService(world, iam);
      world.gateway.add(bus);
      world.call("events", "CreateEventBus", { Name: "shop" });
      grant(iam, bus);
      world.call("events", "PutRule", { Name: "forward", EventPattern: pattern });
      const Targets = [{ Id: "work", Arn: busArn("shop"), RoleArn: roleArn }];
      world.call("events", "PutTargets", { Rule: "forward", Targets });
      world.call("events", "PutEvents", { Entries: [entry] });
      world.runUntilQuiet();
      return world.events.all.filter(({ kind }) => kind === "events.PutEvents").at(-1)?.detail.result;
    };
    const statement = { Effect: "Allow", Action: "events:PutEvents", Resource: busArn("shop") };
    const policy = (more: object) => JSON.stringify({ Version: "2012-10-17", Statement: [{ ...statement, ...more }] });
    expect(attempt(() => undefined)).toBe("AccessDeniedException");
    expect(attempt((iam) => iam.putRolePolicy("start", "own", policy({})))).toBe("ok");
    expect(
      attempt((_iam, bus) => bus.buses.setPolicy(bus.buses.get("shop"), policy({ Principal: { AWS: roleArn } }))),
    ).toBe("ok");
  });
});

describe("targets", () => {
  it("that are FIFO queues get the target's message group", () => {
    const { put, received } = withBus({ Arn: `${queueArn}.fifo`, SqsParameters: { MessageGroupId: "failures" } });
    put({ ...entry, EventBusName: "shop" });
    expect(received).toMatchObject([
      { input: { QueueUrl: "https://sqs.eu-west-1.amazonaws.com/123456789012/work.fifo", MessageGroupId: "failures" } },
    ]);
  });

  it("that are topics get the event as the message", () => {
    const TopicArn = "arn:aws:sns:eu-west-1:123456789012:topic";
    const { put, received } = withBus({ Arn: TopicArn });
    put({ ...entry, EventBusName: "shop" });
    expect(received).toMatchObject([{ action: "sns:Publish", input: { TopicArn } }]);
    expect(JSON.parse(String(received[0]?.input.Message))).toMatchObject({ source: "shop" });
  });
});

describe("Pulumi's resources", () => {
  it("make buses, their policies, rules and targets", () => {
    const { bus } = setUp();
    const create = (type: string, inputs: object) =>
      bus.resourceTypes[`aws:cloudwatch/${type}`]?.create({ ...inputs }, "shop-1a2b3c4");
    expect(create("eventBus:EventBus", { description: "d", tags: { team: "shop" } })).toEqual({
      id: "shop-1a2b3c4",
      state: {
        name: "shop-1a2b3c4",
        arn: busArn("shop-1a2b3c4"),
        description: "d",
        tags: { team: "shop" },
        tagsAll: { team: "shop" },
      },
    });
    const eventBusName = busArn("shop-1a2b3c4");
    const statement = { Effect: "Allow", Principal: "*", Action: "events:PutEvents", Resource: eventBusName };
    const policy = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
    create("eventBusPolicy:EventBusPolicy", { eventBusName, policy });
    expect(bus.buses.get("shop-1a2b3c4").policy).toEqual(JSON.parse(policy));
    expect(create("eventRule:EventRule", { name: "r", eventPattern: pattern, eventBusName })).toMatchObject({
      id: "shop-1a2b3c4/r",
      state: { arn: "arn:aws:events:eu-west-1:123456789012:rule/shop-1a2b3c4/r" },
    });
    const target = {
      rule: "r",
      arn: `${queueArn}.fifo`,
      eventBusName,
      targetId: "t",
      sqsTarget: { messageGroupId: "g" },
    };
    expect(create("eventTarget:EventTarget", target)).toMatchObject({ id: "shop-1a2b3c4-r-t" });
    expect(bus.rules.find("r", eventBusName).targets.get("t")?.given.SqsParameters).toEqual({ MessageGroupId: "g" });
  });
});
