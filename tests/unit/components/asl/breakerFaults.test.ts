// What a circuit breaker does when DynamoDB or EventBridge cannot be reached, or takes effect and the reply is lost.
import { describe, expect, it } from "vitest";
import type { CallFault } from "../../../../simulator/faults";
import { AwsError, type Call } from "../../../../simulator/service";
import { type BreakerWorld, breakerWorld, outputOf, use } from "./breakerWorld";

const lost: CallFault = { kind: "errorAfter", error: new AwsError("InternalServerError", "no reply", 500) };
const unreachable: CallFault = { kind: "errorBefore", error: new AwsError("InternalServerError", "out of reach", 500) };

const byMachine = ({ principal }: Call) => principal.kind === "role";
const ofTable = (call: Call) => call.service === "dynamodb" && byMachine(call);
const ofBreaker = (call: Call) => (call.service === "dynamodb" || call.service === "events") && byMachine(call);

const phasesOf = ({ events }: BreakerWorld) =>
  events.map(({ Detail }) => {
    const { phase, epoch } = Detail as { phase: string; epoch: number };
    return `${phase} ${epoch}`;
  });

/** An outage from its beginning to its end: opens, is probed in vain, is probed, closes. */
function outage(world: BreakerWorld): BreakerWorld {
  world.work();
  world.behave("fails");
  world.work(use.failureThreshold + 1);
  world.seconds(use.openSeconds + 1);
  world.work();
  world.seconds(use.openSeconds + 1);
  world.behave("works");
  world.work(use.successThreshold);
  world.work();
  return world;
}

const story = ["open 1", "open 3", "closed 5"];

describe("a reply that is lost", () => {
  const calls = countedCalls();

  it("is one of many calls", () => {
    expect(calls).toBeGreaterThan(30);
  });

  it.each(Array.from({ length: calls }, (_, skip) => skip))("at call %i changes neither phases nor epochs", (skip) => {
    const world = breakerWorld();
    world.world.faults.intoCalls({ when: ofBreaker, fault: lost, skip });
    outage(world);
    expect(world.item()).toMatchObject({ phase: { S: "closed" }, epoch: { N: "5" }, failures: { N: "0" } });
    // An event may come twice.
    expect([...new Set(phasesOf(world))]).toEqual(story);
    expect(world.attempts).toHaveLength(1 + use.failureThreshold + 1 + use.successThreshold + 1);
  });

  it("does not count a failure twice", () => {
    const world = breakerWorld();
    world.behave("fails");
    world.work(use.failureThreshold - 2);
    const isReport = (call: Call) => ofTable(call) && String(call.input.UpdateExpression).includes("lastFailure");
    world.world.faults.intoCalls({ when: isReport, fault: lost });
    world.work();
    expect(world.item()).toMatchObject({ failures: { N: String(use.failureThreshold - 1) } });
    expect(world.events).toEqual([]);
  });
});

/** How many calls the story makes. */
function countedCalls(): number {
  let count = 0;
  const world = breakerWorld();
  const counts = (call: Call) => {
    if (ofBreaker(call)) count++;
    return false;
  };
  world.world.faults.intoCalls({ when: counts, fault: lost });
  outage(world);
  return count;
}

describe("a table that is out of reach", () => {
  it("holds the work, which is neither attempted nor lost", () => {
    const world = breakerWorld();
    world.world.faults.intoCalls({ when: ofTable, fault: unreachable, times: Number.POSITIVE_INFINITY });
    const done = world.work();
    expect(world.attempts).toEqual([]);
    expect(outputOf(done)).toMatchObject({
      held: {
        Error: "Respool.BreakerUnavailable",
        Cause: expect.stringMatching(/^the circuit breaker payments could not be asked: DynamoDB\.\w+: out of reach/),
        Held: true,
      },
      input: { order: "order-1" },
    });
  });

  it.each([
    ["the look", ({ action }: Call) => action === "GetItem"],
    ["the first permit", ({ input }: Call) => String(input.ConditionExpression).includes("retryAt <= :now")],
  ])("holds it at each call of the check, %s too", (_, which) => {
    const world = breakerWorld();
    world.behave("fails");
    world.work(use.failureThreshold);
    world.seconds(use.openSeconds + 1);
    const before = world.attempts.length;
    const when = (call: Call) => ofTable(call) && which(call);
    world.world.faults.intoCalls({ when, fault: unreachable, times: Number.POSITIVE_INFINITY });
    expect(outputOf(world.work())).toMatchObject({ held: { Error: "Respool.BreakerUnavailable", Held: true } });
    expect(world.attempts).toHaveLength(before);
  });

  it.each(["works", "fails"] as const)("leaves the work's result as it is: it %s", (mood) => {
    const world = breakerWorld();
    world.behave(mood, 5);
    const arn = world.start();
    world.seconds(2);
    world.world.faults.intoCalls({ when: ofTable, fault: unreachable, times: Number.POSITIVE_INFINITY });
    world.world.runUntilQuiet();
    const done = world.view(arn);
    expect(done.status).toBe("SUCCEEDED");
    if (mood === "works") expect(done.output).toBe('"done"');
    else expect(outputOf(done)).toMatchObject({ failed: { Error: "ServiceUnavailable" }, input: { order: "order-1" } });
    expect(world.attempts).toHaveLength(1);
  });

  it("is asked again for a while", () => {
    const world = breakerWorld();
    world.world.faults.intoCalls({ when: ofTable, fault: unreachable, times: 4 });
    expect(world.work()).toMatchObject({ output: '"done"', stateTransitions: 1 + 2 + 4 });
  });
});

describe("an event that cannot be published", () => {
  it("keeps neither the circuit breaker from opening and closing nor the work from its result", () => {
    const world = breakerWorld();
    const when = (call: Call) => call.service === "events";
    world.world.faults.intoCalls({ when, fault: unreachable, times: Number.POSITIVE_INFINITY });
    outage(world);
    expect(world.item()).toMatchObject({ phase: { S: "closed" }, epoch: { N: "5" } });
    expect(world.events).toEqual([]);
  });
});

describe("an item that somebody wrote by hand", () => {
  it.each([
    ["an unknown phase", { phase: { S: "ajar" } }, "held"],
    ["an open one without a time", { phase: { S: "open" }, epoch: { N: "1" } }, "held"],
    ["a half-open one without permits", { phase: { S: "halfOpen" }, epoch: { N: "1" }, allowed: { N: "1" } }, "held"],
    ["a closed one without counters", { phase: { S: "closed" } }, "done"],
  ])("does not send work round and round: %s", (_, item, outcome) => {
    const world = breakerWorld();
    const Item = { key: { S: "breaker" }, ...item };
    world.world.call("dynamodb", "PutItem", { TableName: use.tableName, Item });
    const done = world.work();
    expect(done.output).toContain(outcome);
    expect(done.stateTransitions).toBeLessThan(6);
  });

  it("nor does one that is deleted while work is tried", () => {
    const world = breakerWorld();
    world.behave("fails", 5);
    const arn = world.start();
    world.seconds(2);
    world.world.call("dynamodb", "DeleteItem", { TableName: use.tableName, Key: { key: { S: "breaker" } } });
    world.world.runUntilQuiet();
    expect(world.view(arn)).toMatchObject({ status: "SUCCEEDED", stateTransitions: 7 });
  });
});
