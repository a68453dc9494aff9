// Resumable and parked work on the simulator's Step Functions: the library's own states write the records, the handlers deal with them.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { RenewConfig, ReprocessConfig } from "../../../handlers/config";
import { createRenew } from "../../../handlers/renew";
import { createReprocess } from "../../../handlers/reprocess";
import type { DeclaredSources } from "../../../records/record";
import { fakeClients, finish, POISON, SPOOL, secondsLeft } from "../../support/handlerRun";
import { simulatedStepFunctions } from "../../support/simulatedStepFunctions";
import { continuedWorld, declared } from "../components/asl/continuedWorld";

const DAY = 86_400_000;

type Mode = Parameters<typeof continuedWorld>[0];
const queues = { maxRedrives: 3, spoolUrl: SPOOL, poisonUrl: POISON, sources: declared };

function setUp(mode: Mode, sources: DeclaredSources = declared) {
  const made = continuedWorld(mode);
  const { world, spool } = made;
  const clients = { ...fakeClients(), stepFunctions: simulatedStepFunctions(world) };
  /** Handlers' clocks show the world's time, and what the machine sent since lies in their queue. */
  const catchUp = () => {
    vi.setSystemTime(world.clock.now);
    for (const body of spool.splice(0)) clients.sqs.put(SPOOL, body, { sentAt: Date.parse(JSON.parse(body).failedAt) });
  };
  const config: ReprocessConfig = { ...queues, sources };
  const renewConfig: RenewConfig = {
    ...queues,
    sources,
    retentionSeconds: 14 * 86_400,
    renewBeforeSeconds: 5 * 86_400,
  };
  const settle = async <T>(run: Promise<T>) => {
    const result = await finish(run);
    world.run(600_000);
    catchUp();
    return result;
  };
  return {
    ...made,
    clients,
    waitDays: (days: number) => {
      world.run(days * DAY);
      catchUp();
    },
    begin: (name = "order-1") => {
      const execution = made.begin({ order: 7 }, name);
      catchUp();
      return execution;
    },
    reprocess: (changes: Partial<ReprocessConfig> = {}) => {
      world.run(1000);
      catchUp();
      return settle(createReprocess({ ...config, ...changes }, clients)({}, secondsLeft(300)));
    },
    renew: async () => {
      catchUp();
      return (await settle(createRenew(renewConfig, clients)({}, secondsLeft(300)))).spool;
    },
    inSpool: () => clients.sqs.in(SPOOL).map(({ body }) => JSON.parse(body)),
    poisonReasons: () =>
      clients.sqs.in(POISON).map(({ attributes }) => JSON.parse(attributes.respool?.StringValue ?? "{}").reason),
  };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe.each<Mode>(["resume", "park"])("work that failed, in the mode %s", (mode) => {
  it("is redriven until it succeeds; the step before it runs once", async () => {
    const { begin, reprocess, state, attempts, view, inSpool } = setUp(mode);
    const execution = begin();
    expect(await reprocess()).toMatchObject({ success: 1, remaining: 0 });
    expect(inSpool()).toMatchObject([{ generation: 1, attempts: 2 }]);
    state.providerDown = false;
    expect(await reprocess()).toMatchObject({ success: 1 });
    expect(view(execution).status).toBe("SUCCEEDED");
    expect(attempts).toEqual({ reserve: 1, charge: 3 });
    expect(inSpool()).toEqual([]);
  });

  it("is redriven once, though its record is delivered again", async () => {
    const { begin, reprocess, attempts, clients, inSpool } = setUp(mode);
    begin();
    const [{ body = "", sentAt = 0 } = {}] = clients.sqs.in(SPOOL);
    await reprocess();
    clients.sqs.put(SPOOL, body, { sentAt });
    expect(await reprocess()).toMatchObject({ success: 1, superseded: 1 });
    expect(attempts.charge).toBe(3);
    expect(inSpool()).toHaveLength(1);
  });

  it("is poison after maxRedrives", async () => {
    const { begin, reprocess, attempts, poisonReasons, inSpool } = setUp(mode);
    begin();
    await reprocess({ maxRedrives: 1 });
    expect(await reprocess({ maxRedrives: 1 })).toMatchObject({ success: 0, poisoned: 1 });
    expect(poisonReasons()).toEqual(["failed again after 1 redrives with ProviderDown, [maxRedrives] is 1"]);
    expect(attempts.charge).toBe(2);
    expect(inSpool()).toEqual([]);
  });
});

describe("resumable work", () => {
  it("that a person redrove goes on without its record", async () => {
    const { begin, redrive, reprocess, state, inSpool } = setUp("resume");
    const execution = begin();
    state.providerDown = false;
    redrive(execution);
    expect(await reprocess()).toMatchObject({ success: 0, superseded: 1, remaining: 0 });
    expect(inSpool()).toEqual([]);
  });

  it("is poison, with AWS's words, when nobody resumed it for 14 days", async () => {
    const { begin, waitDays, reprocess, poisonReasons, view, attempts } = setUp("resume");
    const execution = begin();
    waitDays(15);
    expect(await reprocess()).toMatchObject({ poisoned: 1, success: 0 });
    expect(poisonReasons()).toEqual(["its execution cannot be resumed: Execution redrivable period exceeded"]);
    expect([view(execution).status, attempts]).toEqual(["FAILED", { reserve: 1, charge: 1 }]);
  });

  it("without a breaker is never redriven by the renewer", async () => {
    const { begin, waitDays, renew, attempts, inSpool } = setUp("resume");
    begin();
    for (let day = 1; day <= 13; day++) {
      waitDays(1);
      await renew();
    }
    expect(attempts.charge).toBe(1);
    expect(inSpool()).toHaveLength(1);
  });
});

describe("parked work", () => {
  it("is given up in the poison queue: its execution ends with a name of its own", async () => {
    const { begin, reprocess, view } = setUp("park");
    const execution = begin();
    await reprocess({ maxRedrives: 0 });
    expect(view(execution)).toMatchObject({
      status: "FAILED",
      error: "Respool.Discarded",
      cause: "failed again after 0 redrives with ProviderDown, [maxRedrives] is 0",
    });
  });

  it("parks again when it is sent back from the poison queue, and goes on then", async () => {
    const { begin, reprocess, clients, state, view, attempts, waitDays } = setUp("park");
    const execution = begin();
    await reprocess({ maxRedrives: 0 });
    const [{ body = "", attributes = {} } = {}] = clients.sqs.in(POISON);
    clients.sqs.queues.delete(POISON);
    waitDays(5);
    clients.sqs.put(SPOOL, body, { attributes });
    expect(await reprocess()).toMatchObject({ success: 0, superseded: 1 });
    expect(view(execution).status).toBe("RUNNING");
    state.providerDown = false;
    expect(await reprocess()).toMatchObject({ success: 1, remaining: 0 });
    expect([view(execution).status, attempts]).toEqual(["SUCCEEDED", { reserve: 1, charge: 2 }]);
  });

  it("whose execution was stopped is superseded", async () => {
    const { begin, world, reprocess, attempts } = setUp("park");
    const executionArn = begin();
    world.call("states", "StopExecution", { executionArn });
    expect(await reprocess()).toMatchObject({ success: 0, superseded: 1, remaining: 0 });
    expect(attempts.charge).toBe(1);
  });

  it("has one record after 60 days of outage, by which it is redriven once", async () => {
    const { begin, waitDays, renew, reprocess, state, attempts, inSpool, view } = setUp("park");
    const execution = begin();
    for (let day = 1; day <= 60; day++) {
      waitDays(1);
      await renew();
      expect(inSpool().length).toBeGreaterThan(0);
      expect(inSpool().length).toBeLessThanOrEqual(2);
    }
    expect(view(execution).status).toBe("RUNNING");
    state.providerDown = false;
    expect(await reprocess()).toMatchObject({ success: 1, failed: 0, poisoned: 0, remaining: 0 });
    expect([view(execution).status, attempts]).toEqual(["SUCCEEDED", { reserve: 1, charge: 2 }]);
  });
});
