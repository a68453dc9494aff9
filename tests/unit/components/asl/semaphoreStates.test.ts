import aslValidator from "asl-validator";
import { describe, expect, it } from "vitest";
import type { SemaphoreUse } from "../../../../components/asl/semaphoreLease";
import { acquireStates, releaseStates } from "../../../../components/asl/semaphoreStates";
import type { States } from "../../../../components/asl/states";
import { evaluate } from "./evaluate";

const use: SemaphoreUse = { tableName: "payments", limit: 5, leaseSeconds: 300, maximumWaitSeconds: 600 };

const context = {
  Execution: { Name: "order-1", RedriveCount: 2, Input: { customer: { id: 17 } } },
  StateMachine: { Name: "charge-card" },
  State: { Name: "Charge: Acquire", EnteredTime: "2026-11-02T10:00:07.456Z" },
};
const owner = "charge-card:order-1#2#Charge: Acquire#2026-11-02T10:00:07.456Z";

function statesOf(more: Partial<SemaphoreUse> = {}): States {
  const names = (state: string) => `Charge: ${state}`;
  return acquireStates({
    names,
    use: { ...use, ...more },
    acquired: "Charge",
    again: "Charge: Breaker",
    gaveUp: "Parked",
    failed: "Failed",
  }).states;
}

/** A field of a state, evaluated. */
async function field(name: string, path: readonly (string | number)[], scope: Parameters<typeof evaluate>[1]) {
  const states: Readonly<Record<string, unknown>> = statesOf({ key: "customer.id" });
  let value: unknown = states[`Charge: ${name}`];
  for (const step of path) {
    if (typeof value !== "object" || value === null) throw new Error(`nothing at ${path.join("/")}`);
    value = Object.entries(value).find(([key]) => key === String(step))?.[1];
  }
  return evaluate(value, scope);
}

describe("the states that take a lease", () => {
  it("are valid Amazon States Language, with those that give it back", () => {
    const definition = {
      QueryLanguage: "JSONata",
      StartAt: "Charge: Acquire",
      States: {
        ...statesOf({ key: "customer.id" }),
        "Charge: Breaker": { Type: "Pass", Next: "Charge: Acquire" },
        Charge: { Type: "Pass", Next: "Charge: Release" },
        ...releaseStates({ name: "Charge: Release", use, after: { End: true } }).states,
        Parked: { Type: "Pass", Next: "Charge: ReleaseFailed" },
        ...releaseStates({ name: "Charge: ReleaseFailed", use, after: { Next: "Failed" } }).states,
        Failed: { Type: "Fail", Error: "Failed" },
      },
    };
    expect(aslValidator(JSON.parse(JSON.stringify(definition))).errors).toEqual([]);
  });

  it("begin with the call that takes it, under names of one's own", () => {
    const { startAt, states } = acquireStates({
      names: (state) => state,
      use,
      acquired: "Task",
      again: "Acquire",
      gaveUp: "Spool",
      failed: "Spool",
    });
    expect(startAt).toBe("Acquire");
    expect(Object.keys(states)).toEqual(["Acquire", "Look", "Admit", "Reclaim", "Wait"]);
  });

  it("count the lease and add it in one write, on condition that there is room and no lease of one's own", async () => {
    const now = Math.floor(Date.now() / 1000);
    const args = await field("Acquire", ["Arguments"], { context });
    expect(args).toEqual({
      TableName: "payments",
      Key: { key: { S: "17" } },
      UpdateExpression: "SET #me = :expires, held = if_not_exists(held, :none) + :one, expiresAt = :gone",
      ConditionExpression: "attribute_not_exists(#me) AND (attribute_not_exists(held) OR held < :limit)",
      ExpressionAttributeNames: { "#me": owner },
      ExpressionAttributeValues: {
        ":expires": { N: expect.stringMatching(/^\d{10}$/) },
        ":gone": { N: expect.stringMatching(/^\d{10}$/) },
        ":limit": { N: "5" },
        ":none": { N: "0" },
        ":one": { N: "1" },
      },
    });
    const seconds = Number(
      await field("Acquire", ["Arguments", "ExpressionAttributeValues", ":expires", "N"], { context }),
    );
    expect(seconds).toBeGreaterThanOrEqual(now + 300);
    expect(seconds).toBeLessThan(now + 310);
  });

  it("name iterations of a Map apart", async () => {
    const inMap = { ...context, Map: { Item: { Index: 0, Value: {} } } };
    expect(await field("Acquire", ["Arguments", "ExpressionAttributeNames"], { context: inMap })).toEqual({
      "#me": `${owner}#0`,
    });
  });

  it("have one key for all when none is given", () => {
    expect(statesOf()["Charge: Acquire"]).toHaveProperty("Arguments.Key", { key: { S: "*" } });
  });

  it("see what is their own, and what has expired", async () => {
    const expired = String(Math.floor(Date.now() / 1000) - 10);
    const valid = String(Math.floor(Date.now() / 1000) + 10);
    const variables = { lease: { owner } };
    const Item = { key: { S: "17" }, held: { N: "2" }, expiresAt: { N: "5" } };
    const look = (more: object) =>
      field("Look", ["Assign", "seen"], { context, result: { Item: { ...Item, ...more } }, variables });
    expect(await look({ "m:e#0": { N: valid } })).toEqual({ mine: false, expired: null });
    expect(await look({ [owner]: { N: valid } })).toEqual({ mine: true, expired: null });
    expect(await look({ "m:e#0": { N: expired }, "m:f#0": { N: valid } })).toEqual({ mine: false, expired: "m:e#0" });
    const either = await look({ "m:e#0": { N: expired }, "m:f#0": { N: expired } });
    expect(either).toEqual({ mine: false, expired: expect.stringMatching(/^m:[ef]#0$/) });
    expect(await field("Look", ["Assign", "seen"], { context, result: {}, variables })).toEqual({
      mine: false,
      expired: null,
    });
  });

  it("do not go on with a lease of the run before a redrive", async () => {
    const admitted = (redrive: number) =>
      field("Admit", ["Choices", 0, "Condition"], {
        context,
        variables: { lease: { owner, redrive }, seen: { mine: true, expired: null } },
      });
    expect(await admitted(2)).toBe(true);
    expect(await admitted(1)).toBe(false);
  });

  it("count the waiting of one attempt: not of another step, of the run before a redrive, or of parked work's last attempt", async () => {
    const waiting = (variables: Readonly<Record<string, unknown>>) =>
      field("Acquire", ["Catch", 0, "Assign", "waiting"], { context, variables });
    const attempt = "Charge: Acquire#2#0";
    expect(await waiting({ waiting: { for: attempt, since: 5 } })).toEqual({ for: attempt, since: 5 });
    for (const other of ["Ship: Acquire#2#0", "Charge: Acquire#1#0"]) {
      expect(await waiting({ waiting: { for: other, since: 5 } })).toEqual({ for: attempt, since: expect.any(Number) });
    }
    expect(await waiting({ waiting: { for: attempt, since: 5 }, generation: 1 })).toEqual({
      for: "Charge: Acquire#2#1",
      since: expect.any(Number),
    });
    expect(await waiting({ waiting: null })).toMatchObject({ for: attempt });
    expect(await waiting({})).toMatchObject({ for: attempt });
  });

  it.each([
    { waited: 0, least: 1, most: 1 },
    { waited: 3, least: 1, most: 7 },
    { waited: 100, least: 1, most: 20 },
    { waited: 595, least: 1, most: 5 },
  ])("wait a random time, $least to $most seconds after $waited seconds", async ({ waited, least, most }) => {
    const pauses = new Set<unknown>();
    for (let attempt = 0; attempt < 200; attempt += 1) {
      const since = Date.now() - waited * 1000;
      pauses.add(await field("Wait", ["Seconds"], { variables: { waiting: { since } } }));
    }
    const seconds = [...pauses].map(Number);
    expect(Math.min(...seconds)).toBe(least);
    expect(Math.max(...seconds)).toBeLessThanOrEqual(most);
    expect(seconds.every(Number.isInteger)).toBe(true);
    expect(pauses.size).toBeGreaterThan(most / 2);
  });

  it("go back to the breaker's check after each wait", () => {
    expect(statesOf()["Charge: Wait"]).toHaveProperty("Next", "Charge: Breaker");
  });

  it("tell work that was never attempted from work whose key has no value", () => {
    expect(statesOf()["Charge: Acquire"]).toMatchObject({
      Catch: [
        { ErrorEquals: ["DynamoDB.ConditionalCheckFailedException"], Next: "Charge: Look" },
        {
          ErrorEquals: ["States.QueryEvaluationError"],
          Assign: { failure: "{% $states.errorOutput %}" },
          Next: "Failed",
        },
        { Assign: { failure: { Error: "Respool.SemaphoreUnavailable", Held: true } }, Next: "Parked" },
        { ErrorEquals: ["States.ALL"], Assign: { failure: { Held: true } }, Next: "Parked" },
      ],
    });
  });
});

describe("the state that gives a lease back", () => {
  it("frees the lease that was taken, once, and passes its input on", async () => {
    const { startAt, states } = releaseStates({ name: "Release", use, after: { Next: "Next" } });
    expect(startAt).toBe("Release");
    expect(Object.keys(states)).toEqual(["Release"]);
    const { Release: state } = states;
    const variables = { lease: { key: "17", owner } };
    expect(await evaluate(state !== undefined && "Arguments" in state && state.Arguments, { variables })).toEqual({
      TableName: "payments",
      Key: { key: { S: "17" } },
      UpdateExpression: "REMOVE #lease SET held = held - :one",
      ConditionExpression: "attribute_exists(#lease)",
      ExpressionAttributeNames: { "#lease": owner },
      ExpressionAttributeValues: { ":one": { N: "1" } },
    });
    expect(state).toMatchObject({
      Output: "{% $states.input %}",
      Catch: [{ ErrorEquals: ["States.ALL"], Output: "{% $states.input %}", Next: "Next" }],
      Next: "Next",
    });
  });

  it("brings the state along that its Catch needs where the execution ends", () => {
    const { states } = releaseStates({ name: "Release", use, after: { End: true } });
    expect(states).toMatchObject({
      Release: { End: true, Catch: [{ Next: "Release: End" }] },
      "Release: End": { Type: "Pass", End: true },
    });
  });
});
