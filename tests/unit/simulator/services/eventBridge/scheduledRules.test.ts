// Scheduled rules of a bus: what they send, when, and at what cost.
import { describe, expect, it } from "vitest";
import { functionArn, ruleArn, setUp } from "./bus";

const minute = 60_000;
const day = 86_400_000;

describe("a scheduled rule", () => {
  it("sends its own event, first one period after its creation", () => {
    const { world, rule, received } = setUp();
    const created = world.clock.now;
    rule({ Arn: functionArn }, { ScheduleExpression: "rate(5 minutes)" });
    world.run(5 * minute - (world.clock.now - created) - 1);
    expect(received).toHaveLength(0);
    world.run(11 * minute);
    expect(received).toHaveLength(3);
    expect(JSON.parse(received[0]?.input.Payload as string)).toMatchObject({
      source: "aws.events",
      "detail-type": "Scheduled Event",
      resources: [ruleArn],
      detail: {},
      time: "2026-01-01T00:05:00Z",
    });
  });

  it("costs nothing between its runs and keeps nothing busy", () => {
    const { world, rule, received } = setUp();
    rule({ Arn: functionArn }, { ScheduleExpression: "cron(0 3 ? * SUN *)" });
    world.runUntilQuiet();
    expect(world.clock.busy).toBe(false);
    const stepsPerRun = 3;
    expect(world.run(14 * day)).toBe(2 * stepsPerRun);
    expect(received).toHaveLength(2);
  });

  it("keeps its pace when it is put again with the same schedule, and starts anew with another", () => {
    const { world, rule, received } = setUp();
    rule({ Arn: functionArn }, { ScheduleExpression: "rate(1 hour)" });
    world.run(30 * minute);
    world.call("events", "PutRule", { Name: "failed", ScheduleExpression: "rate(1 hour)", Description: "d" });
    world.run(31 * minute);
    expect(received).toHaveLength(1);
    world.call("events", "PutRule", { Name: "failed", ScheduleExpression: "rate(2 hours)" });
    world.run(119 * minute);
    expect(received).toHaveLength(1);
    world.run(2 * minute);
    expect(received).toHaveLength(2);
  });

  it("stops while it is disabled, and keeps its pace", () => {
    const { world, rule, received } = setUp();
    rule({ Arn: functionArn }, { ScheduleExpression: "rate(1 hour)" });
    const created = world.clock.now;
    world.call("events", "DisableRule", { Name: "failed" });
    world.run(90 * minute);
    expect(received).toHaveLength(0);
    world.call("events", "EnableRule", { Name: "failed" });
    world.run(45 * minute);
    expect(received).toHaveLength(1);
    expect(((received[0]?.at ?? 0) - created) / minute).toBeCloseTo(120, 0);
  });
});
