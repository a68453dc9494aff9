// The library's functions as Lambda loads them: configuration from the environment.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { POISON, SPOOL, secondsLeft } from "../../../support/handlerRun";
import { declared } from "../../../support/records";

const queues = { spoolUrl: SPOOL, poisonUrl: POISON, sources: declared };

function load(entry: string) {
  return import(`../../../../handlers/entries/${entry}.ts`);
}

beforeEach(() => {
  vi.resetModules();
  vi.stubEnv("AWS_REGION", "eu-west-1");
});
afterEach(() => {
  vi.unstubAllEnvs();
});

describe("the entries", () => {
  it.each([
    ["reprocess", { ...queues, maxRedrives: 3 }],
    ["replay", { targets: { notify: { functionArn: "arn:aws:lambda:eu-west-1:123456789012:function:notify" } } }],
    ["reconcile", { ...queues, windowSeconds: 7200 }],
    [
      "outcomes",
      {
        spoolUrl: SPOOL,
        tableName: "runs",
        leaseSeconds: 1_000,
        defaults: { rate: 100, first: 5, failureLimit: 0.2 },
        window: 500,
        outcomesPerSecond: 8,
        patienceSeconds: 3_600,
        probe: false,
        rounds: 500,
      },
    ],
    ["renew", { ...queues, retentionSeconds: 1_209_600, renewBeforeSeconds: 86_400 }],
  ])("%s exports a handler made from RESPOOL_CONFIG", async (entry, config) => {
    vi.stubEnv("RESPOOL_CONFIG", JSON.stringify(config));
    const { handler } = await load(entry);
    expect(handler).toBeTypeOf("function");
  });

  it("say what is missing", async () => {
    vi.stubEnv("RESPOOL_CONFIG", undefined);
    await expect(load("renew")).rejects.toThrow(
      "[RESPOOL_CONFIG] must be the function's configuration as JSON, got nothing",
    );
  });

  it("check MAX_REPROCESS", async () => {
    vi.stubEnv("RESPOOL_CONFIG", JSON.stringify({ ...queues, maxRedrives: 3 }));
    vi.stubEnv("MAX_REPROCESS", "ten");
    await expect(load("reprocess")).rejects.toThrow("[MAX_REPROCESS] must be a whole number from 1 to 100000, got NaN");
  });

  it("refuse a request before any call is made", async () => {
    vi.stubEnv("RESPOOL_CONFIG", JSON.stringify({ ...queues, maxRedrives: 3 }));
    const { handler } = await load("reprocess");
    await expect(handler({ max: -1 }, secondsLeft(60))).rejects.toThrow("[max] must be a whole number");
  });
});
