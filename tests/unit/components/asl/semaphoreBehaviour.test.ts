// What a step with a semaphore does, run as real definitions on the simulator.
import { describe, expect, it } from "vitest";
import { AwsError, type Call } from "../../../../simulator/service";
import { SemaphoreWorld } from "../../../support/semaphoreWorld";

const second = 1_000;

const isUpdate = (expression: string) => (call: Call) =>
  call.action === "UpdateItem" && String(call.input.UpdateExpression).startsWith(expression);
const isAcquire = isUpdate("SET #me");
const isRelease = isUpdate("REMOVE");
const outage = new AwsError("InternalServerError", "no answer", 500);

function outputOf(step: SemaphoreWorld, arn: string): unknown {
  const { status, output } = step.view(arn);
  expect(status).toBe("SUCCEEDED");
  return JSON.parse(output ?? "null");
}

describe("a free place", () => {
  it("costs two transitions beside the work's own, and passes input and result on", () => {
    const step = new SemaphoreWorld();
    const arn = step.start({ runs: 3 * second });
    step.world.runUntilQuiet();
    expect(outputOf(step, arn)).toEqual({ charged: true });
    expect(step.view(arn).stateTransitions).toBe(3);
    expect(step.held()).toBe(0);
    expect(step.leases()).toEqual({});
  });

  it("is taken until after the work can have ended", () => {
    const step = new SemaphoreWorld({ functionSeconds: 30, timeoutSeconds: 45 });
    const arn = step.start({ runs: 3 * second }, "order-1");
    step.world.run(second);
    const [[owner = "", expires = 0] = []] = Object.entries(step.leases());
    expect(owner).toMatch(/^charges:order-1#0#Acquire#2026-/);
    expect(step.held()).toBe(1);
    expect(expires * second - step.view(arn).startedAt).toBeGreaterThanOrEqual((45 + 60) * second);
  });

  it("is given back when the work failed, with the error kept for the spool", () => {
    const step = new SemaphoreWorld();
    const arn = step.start({ runs: second, fails: true });
    step.world.runUntilQuiet();
    expect(outputOf(step, arn)).toMatchObject({ spooled: { Error: "Declined" }, input: { runs: second } });
    expect(step.held()).toBe(0);
  });

  it("stays taken until the lease expires when nobody can tell whether the function still runs", () => {
    const step = new SemaphoreWorld();
    step.start({ runs: 20 * second, breaks: second });
    step.world.run(5 * second);
    const next = step.start({ runs: second });
    step.world.runUntilQuiet();
    expect(outputOf(step, next)).toEqual({ charged: true });
    expect((step.began[1] ?? 0) - (step.began[0] ?? 0)).toBeGreaterThan((step.use.leaseSeconds - 1) * second);
    expect(step.held()).toBe(0);
  });

  it("stays taken when the state timed out and its function may run on", () => {
    const step = new SemaphoreWorld({ functionSeconds: 60, timeoutSeconds: 10 });
    const arn = step.start({ runs: 60 * second });
    step.world.run(20 * second);
    expect(outputOf(step, arn)).toMatchObject({ spooled: { Error: "States.Timeout" } });
    const next = step.start({ runs: second });
    step.world.runUntilQuiet();
    expect(outputOf(step, next)).toEqual({ charged: true });
    expect(step.mostRunning).toBe(1);
  });
});

describe("a full semaphore", () => {
  it("never lets more than the limit in, and lets all in", () => {
    const step = new SemaphoreWorld({ limit: 3 });
    const arns = Array.from({ length: 30 }, () => step.start({ runs: 3 * second }));
    step.world.runUntilQuiet();
    expect(step.mostRunning).toBe(3);
    for (const arn of arns) expect(outputOf(step, arn)).toEqual({ charged: true });
    expect(step.held()).toBe(0);
  });

  it("takes four transitions for each round of waiting", () => {
    const step = new SemaphoreWorld();
    step.start({ runs: 1.5 * second });
    const arn = step.start({ runs: second });
    step.world.runUntilQuiet();
    const waits = step.view(arn).history.filter(({ type }) => type === "WaitStateEntered").length;
    expect(waits).toBeGreaterThan(0);
    expect(step.view(arn).stateTransitions).toBe(3 + 4 * waits);
  });

  it("counts each key for itself", () => {
    const step = new SemaphoreWorld({ limit: 1, key: "customer.id" });
    for (const id of ["a", "b", 3]) step.start({ runs: 5 * second, customer: { id } });
    step.world.run(2 * second);
    expect(step.isRunning).toBe(3);
    expect([step.held("a"), step.held("b"), step.held("3")]).toEqual([1, 1, 1]);
    step.start({ runs: 5 * second, customer: { id: "a" } });
    step.world.run(second);
    expect(step.isRunning).toBe(3);
  });

  it.each([{}, { id: "" }, { id: "k".repeat(513) }])(
    "sends work whose key has no usable value to the spool as failed: %j",
    (customer) => {
      const step = new SemaphoreWorld({ key: "customer.id" });
      const arn = step.start({ runs: second, customer });
      step.world.runUntilQuiet();
      const { spooled } = outputOf(step, arn) as { spooled: Record<string, unknown> };
      expect(spooled).toMatchObject({ Error: "States.QueryEvaluationError" });
      expect(spooled).not.toHaveProperty("Held");
      expect(step.began).toEqual([]);
    },
  );

  it("gives up after the wait limit: the work is held, never attempted", () => {
    const step = new SemaphoreWorld({ maximumWaitSeconds: 60, functionSeconds: 200 });
    step.start({ runs: 150 * second });
    step.world.run(second);
    const arn = step.start({ runs: second });
    step.world.runUntilQuiet();
    const cause = "waited 60 seconds for one of 1 places";
    expect(outputOf(step, arn)).toEqual({
      held: { Error: "Respool.SemaphoreTimeout", Cause: cause, Held: true },
      input: { runs: second },
    });
    const { startedAt, stoppedAt = 0 } = step.view(arn);
    expect(stoppedAt - startedAt).toBeGreaterThanOrEqual(60 * second);
    expect(stoppedAt - startedAt).toBeLessThan(62 * second);
    expect(step.began).toHaveLength(1);
  });

  it("can be told not to wait at all", () => {
    const step = new SemaphoreWorld({ maximumWaitSeconds: 0 });
    step.start({ runs: 10 * second });
    step.world.run(second);
    const arn = step.start({ runs: second });
    step.world.run(second);
    expect(outputOf(step, arn)).toHaveProperty("held.Error", "Respool.SemaphoreTimeout");
  });

  it("lets nobody in beyond a limit that became smaller, and is no dead end when its leases expired", () => {
    const before = new SemaphoreWorld({ limit: 1 });
    const expired = Math.floor(before.world.clock.now / second) - 1;
    const leases = Object.fromEntries(["a#1", "b#1", "c#1"].map((owner) => [owner, { N: String(expired) }]));
    before.world.call("dynamodb", "PutItem", {
      TableName: "semaphore",
      Item: { key: { S: "*" }, held: { N: "3" }, ...leases },
    });
    const arns = [before.start({ runs: 5 * second }), before.start({ runs: 5 * second })];
    before.world.runUntilQuiet();
    for (const arn of arns) expect(outputOf(before, arn)).toEqual({ charged: true });
    expect(before.mostRunning).toBe(1);
    expect(before.held()).toBe(0);
  });
});

describe("a lost reply", () => {
  it("of Acquire is found out: one lease, and the work goes on", () => {
    const step = new SemaphoreWorld({ limit: 2 });
    step.world.faults.intoCalls({ when: isAcquire, fault: { kind: "errorAfter", error: outage } });
    const arn = step.start({ runs: second });
    step.world.runUntilQuiet();
    expect(outputOf(step, arn)).toEqual({ charged: true });
    // One retry, one look, one choice.
    expect(step.view(arn).stateTransitions).toBe(3 + 3);
    expect(step.held()).toBe(0);
  });

  it("of Release frees one place, not two", () => {
    const step = new SemaphoreWorld({ limit: 2 });
    step.start({ runs: 20 * second });
    step.world.run(second);
    step.world.faults.intoCalls({ when: isRelease, fault: { kind: "errorAfter", error: outage } });
    const arn = step.start({ runs: second });
    step.world.run(12 * second);
    expect(outputOf(step, arn)).toEqual({ charged: true });
    expect(step.held()).toBe(1);
  });
});

describe("a table out of reach", () => {
  it("before the work: it is held, not attempted", () => {
    const step = new SemaphoreWorld();
    step.world.faults.intoCalls({
      when: isAcquire,
      fault: { kind: "errorBefore", error: outage },
      times: Number.POSITIVE_INFINITY,
    });
    const arn = step.start({ runs: second });
    step.world.runUntilQuiet();
    expect(outputOf(step, arn)).toMatchObject({
      held: { Error: "Respool.SemaphoreUnavailable", Held: true, Cause: expect.stringContaining("no answer") },
      input: { runs: second },
    });
    expect(step.began).toEqual([]);
  });

  it("after the work: the result stays, the lease expires and is taken away", () => {
    const step = new SemaphoreWorld();
    const mend = step.world.faults.intoCalls({
      when: isRelease,
      fault: { kind: "errorBefore", error: outage },
      times: Number.POSITIVE_INFINITY,
    });
    const arn = step.start({ runs: second });
    step.world.runUntilQuiet();
    mend();
    expect(outputOf(step, arn)).toEqual({ charged: true });
    expect(step.held()).toBe(1);
    const next = step.start({ runs: second });
    step.world.runUntilQuiet();
    expect(outputOf(step, next)).toEqual({ charged: true });
    expect(step.held()).toBe(0);
    expect((step.began[1] ?? 0) - (step.began[0] ?? 0)).toBeGreaterThan((step.use.leaseSeconds - 1) * second);
  });
});

describe("a late release of a former owner", () => {
  it("frees nothing", () => {
    const step = new SemaphoreWorld({ retry: [{ ErrorEquals: ["States.ALL"], MaxAttempts: 0 }] });
    const arn = step.start({ runs: 10 * second });
    step.world.run(second);
    const expired = String(Math.floor(step.world.clock.now / second) - 1);
    const [owner = ""] = Object.keys(step.leases());
    step.world.call("dynamodb", "UpdateItem", {
      TableName: "semaphore",
      Key: { key: { S: "*" } },
      UpdateExpression: "SET #owner = :expired",
      ExpressionAttributeNames: { "#owner": owner },
      ExpressionAttributeValues: { ":expired": { N: expired } },
    });
    const next = step.start({ runs: 25 * second });
    step.world.run(14 * second);
    expect(outputOf(step, arn)).toEqual({ charged: true });
    expect(step.isRunning).toBe(1);
    expect(step.held()).toBe(1);
    step.world.runUntilQuiet();
    expect(outputOf(step, next)).toEqual({ charged: true });
    expect(step.held()).toBe(0);
  });
});
