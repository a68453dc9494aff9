// A run asks the circuit breakers first.
import { describe, expect, it } from "vitest";
import { createReprocess } from "../../../../handlers/reprocess";
import { awsError } from "../../../support/awsFakes";
import { fixedTime, NOW } from "../../../support/fixedTime";
import { fakeClients, finish, POISON, SPOOL, secondsLeft } from "../../../support/handlerRun";
import { declared, recordBody } from "../../../support/records";

const seconds = NOW / 1000;
const source = "orders";
const TABLE = "payments-1a2b";

function setUp(item?: Parameters<ReturnType<typeof fakeClients>["dynamoDb"]["items"]["set"]>[1]) {
  const clients = fakeClients();
  const sources = { ...declared, orders: { ...declared.orders, breaker: { tableName: TABLE } } };
  const config = { spoolUrl: SPOOL, poisonUrl: POISON, sources, maxRedrives: 3, max: 100 };
  if (item !== undefined) clients.dynamoDb.items.set(TABLE, { key: { S: "breaker" }, ...item });
  return {
    ...clients,
    park: (count: number) => {
      for (let order = 1; order <= count; order++)
        clients.sqs.put(SPOOL, JSON.stringify(recordBody(`order-${order}`)), { sentAt: NOW - 60_000 });
    },
    run: (event: unknown = {}) => finish(createReprocess(config, clients)(event, secondsLeft(300))),
    started: () => clients.stepFunctions.executions.size,
  };
}

fixedTime();

describe("a run before a circuit breaker", () => {
  it.each([
    ["nobody has used yet", undefined],
    ["is closed", { phase: { S: "closed" }, epoch: { N: "4" } }],
  ])("that %s starts everything", async (_, item) => {
    const { run, park, started } = setUp(item);
    park(25);
    const result = await run();
    expect(result).toMatchObject({ success: 25, skipped: 0, remaining: 0 });
    expect(result).not.toHaveProperty("heldBack");
    expect(started()).toBe(25);
  });

  it.each([
    [
      "is held by an operator",
      { hold: { M: { by: { S: "Kim" }, reason: { S: "maintenance" } } } },
      `the circuit breaker ${TABLE} is held by Kim: maintenance`,
    ],
    [
      "is open",
      { phase: { S: "open" }, retryAt: { N: String(seconds + 600) }, reason: { S: "ServiceUnavailable" } },
      `the circuit breaker ${TABLE} is open until 2026-03-01T12:10:00.000Z: ServiceUnavailable`,
    ],
    [
      "is in no phase that we know",
      { phase: { S: "ajar" } },
      `the circuit breaker ${TABLE} could not be read: Error: [phase] must be one of closed, open, halfOpen, got "ajar"`,
    ],
  ])("that %s starts nothing, loses nothing, and says why", async (_, item, reason) => {
    const { run, park, started, sqs } = setUp(item);
    park(3);
    const result = await run();
    expect(result).toMatchObject({ success: 0, skipped: 3, failed: 0, poisoned: 0 });
    expect(result.heldBack).toEqual([{ source, reason, records: 3 }]);
    expect(started()).toBe(0);
    expect(sqs.visible(SPOOL)).toHaveLength(3);
  });

  it("that is due to be probed starts one", async () => {
    const { run, park, started } = setUp({ phase: { S: "open" }, retryAt: { N: String(seconds) } });
    park(12);
    expect(await run()).toMatchObject({ success: 1, skipped: 11 });
    expect(started()).toBe(1);
  });

  it("that is half-open starts as many as permits are free, expired ones among them", async () => {
    const permits = { M: { a: { N: String(seconds + 100) }, b: { N: String(seconds - 1) } } };
    const { run, park } = setUp({ phase: { S: "halfOpen" }, allowed: { N: "3" }, permits });
    park(12);
    expect(await run()).toMatchObject({ success: 2, skipped: 10 });
  });

  it("that cannot be read starts nothing, and says so", async () => {
    const { run, park, started, calls, lines, sqs } = setUp();
    calls.failBefore("GetItem", awsError("AccessDeniedException", "not allowed"), Number.POSITIVE_INFINITY);
    park(2);
    const result = await run();
    const reason = `the circuit breaker ${TABLE} could not be read: AccessDeniedException: not allowed`;
    expect(result).toMatchObject({ success: 0, skipped: 2, heldBack: [{ source, reason, records: 2 }] });
    expect(started()).toBe(0);
    expect(sqs.visible(SPOOL)).toHaveLength(2);
    expect(lines.filter(({ level }) => level === "error").map(({ message }) => message)).toContain(
      "circuit breaker could not be read",
    );
  });

  it("reads it once a second", async () => {
    const { run, park, calls } = setUp();
    park(60);
    await run({ rate: 10 });
    const reads = calls.made.filter((call) => call === "GetItem").length;
    expect(reads).toBeGreaterThanOrEqual(3);
    expect(reads).toBeLessThanOrEqual(7);
  });

  it("shows in a dry run what it would hold back", async () => {
    const { run, park } = setUp({ phase: { S: "open" }, retryAt: { N: String(seconds) } });
    park(2);
    const { planned } = await run({ dryRun: true });
    expect(planned?.map(({ action, reason }) => [action, reason])).toEqual([
      ["start", undefined],
      ["skip", `the circuit breaker ${TABLE} is open, and is being probed`],
    ]);
  });

  it("leaves other sources alone", async () => {
    const { run, dynamoDb, sqs, calls } = setUp({ phase: { S: "open" }, retryAt: { N: String(seconds + 600) } });
    sqs.put(SPOOL, JSON.stringify(recordBody("order-1", { source: "parcels" })), { sentAt: NOW - 60_000 });
    expect(dynamoDb.items.size).toBe(1);
    expect(await run()).toMatchObject({ success: 1, skipped: 0 });
    expect(calls.made).not.toContain("GetItem");
  });
});

it("refuses a breaker without a table's name", () => {
  const sources = { orders: { ...declared.orders, breaker: { tableName: "" } } };
  const config = { spoolUrl: SPOOL, poisonUrl: POISON, sources, maxRedrives: 3 };
  expect(() => createReprocess(config, fakeClients())).toThrow(
    `[sources.${source}.breaker.tableName] must be the name of a table, got ""`,
  );
});
