// What becomes of the leases of executions that were stopped, run as real definitions on the simulator.
import { describe, expect, it } from "vitest";
import type { Call } from "../../../../simulator/service";
import { SemaphoreWorld } from "../../../support/semaphoreWorld";

const second = 1_000;

const isAcquire = ({ action, input }: Call) =>
  action === "UpdateItem" && String(input.UpdateExpression).startsWith("SET #me");

function outputOf(step: SemaphoreWorld, arn: string): unknown {
  const { status, output } = step.view(arn);
  expect(status).toBe("SUCCEEDED");
  return JSON.parse(output ?? "null");
}

describe("an execution that was stopped", () => {
  it("gives its place back when its function has ended, and not before", () => {
    const step = new SemaphoreWorld({ functionSeconds: 30 });
    const arn = step.start({ runs: 30 * second });
    const stoppedAt = step.world.clock.now + 5 * second;
    step.world.run(5 * second);
    step.stop(arn);
    const next = step.start({ runs: second });
    step.world.runUntilQuiet();
    expect(outputOf(step, next)).toEqual({ charged: true });
    expect(step.mostRunning).toBe(1);
    const freedAfter = (step.began[1] ?? 0) - stoppedAt;
    expect(freedAfter).toBeGreaterThanOrEqual(40 * second);
    expect(freedAfter).toBeLessThan(65 * second);
    expect(step.held()).toBe(0);
  });

  it("does not take away what its redrive holds, when the news comes late", () => {
    const step = new SemaphoreWorld();
    const arn = step.start({ runs: second });
    step.world.run(second / 2);
    step.stop(arn);
    step.world.run(120 * second);
    expect(step.held()).toBe(0);
    const late = step.view(arn);
    const owner = `charges:${late.name}#1#Acquire#2026-01-01T00:02:00.000Z`;
    const expires = String(Math.floor(step.world.clock.now / second) + 1_000);
    step.world.call("dynamodb", "PutItem", {
      TableName: "semaphore",
      Item: { key: { S: "*" }, held: { N: "1" }, [owner]: { N: expires } },
    });
    step.announceAgain(arn);
    step.world.run(300 * second);
    expect(step.leases()).toEqual({ [owner]: Number(expires) });
    expect(step.held()).toBe(1);
  });

  it("takes a lease of a new length when it is redriven, however long after", () => {
    const step = new SemaphoreWorld();
    step.world.faults.intoCalls({ when: isAcquire, fault: { kind: "latency", milliseconds: 5 * second } });
    const arn = step.start({ runs: 10 * second });
    step.world.run(4 * second);
    step.stop(arn);
    step.world.run(1_000 * second);
    expect(step.held()).toBe(0);
    step.redrive(arn);
    step.world.run(second);
    const [expires = 0] = Object.values(step.leases());
    expect(expires).toBeGreaterThan(step.world.clock.now / second + step.use.leaseSeconds - 5);
    step.world.runUntilQuiet();
    expect(outputOf(step, arn)).toEqual({ charged: true });
  });

  it("frees the right key, of its own execution alone", () => {
    const step = new SemaphoreWorld({ limit: 2, key: "customer.id" });
    const [arn = ""] = ["a", "a", "b"].map((id) => step.start({ runs: 25 * second, customer: { id } }));
    step.world.run(second);
    step.stop(arn);
    step.world.run(20 * second);
    expect([step.held("a"), step.held("b")]).toEqual([2, 1]);
    step.world.run(15 * second);
    step.start({ runs: 25 * second, customer: { id: "a" } });
    step.world.run(15 * second);
    expect([step.held("a"), step.held("b")]).toEqual([1, 0]);
    step.world.runUntilQuiet();
    expect([step.held("a"), step.held("b")]).toEqual([0, 0]);
  });

  it("keeps its lease until it expires when the event lacks the input that the key comes from", () => {
    const step = new SemaphoreWorld({ key: "customer.id", releases: true });
    const customer = { id: "a", padding: "x".repeat(250 * 1024) };
    const arn = step.start({ runs: second, customer });
    step.world.run(second / 2);
    step.stop(arn);
    step.world.runUntilQuiet();
    expect(step.held("a")).toBe(1);
  });

  it("costs the machine that frees eight transitions, and four when nothing was held", () => {
    const step = new SemaphoreWorld();
    const arn = step.start({ runs: 20 * second });
    step.world.run(second);
    step.stop(arn);
    step.world.runUntilQuiet();
    step.announceAgain(arn);
    step.world.runUntilQuiet();
    expect(step.releases().map(({ status, stateTransitions }) => [status, stateTransitions])).toEqual([
      ["SUCCEEDED", 8],
      ["SUCCEEDED", 4],
    ]);
  });
});
