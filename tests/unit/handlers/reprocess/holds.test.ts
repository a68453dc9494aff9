// Redrives that were held back without an attempt do not count towards maxRedrives.
import { describe, expect, it } from "vitest";
import type { ReprocessConfig } from "../../../../handlers/config";
import { createReprocess } from "../../../../handlers/reprocess";
import { awsError } from "../../../support/awsFakes";
import { resumes } from "../../../support/continuedRecords";
import { fixedTime, NOW } from "../../../support/fixedTime";
import { fakeClients, finish, POISON, SPOOL, secondsLeft } from "../../../support/handlerRun";
import { BORN, executionOf, ORDERS_ARN, recordBody, STARTED } from "../../../support/records";

const held = { status: "SUCCEEDED", output: '{"spooled":true,"held":true}' } as const;
const heldAndFailed = { status: "FAILED", error: "Respool.Spooled", cause: '{"id":"order-1","held":true}' } as const;
const attempted = { status: "SUCCEEDED", output: '{"spooled":true}' } as const;
const failed = { status: "FAILED", error: "ProviderDown", cause: '{"held":true}' } as const;

function setUp(changes: Partial<ReprocessConfig> = {}) {
  const clients = fakeClients();
  const sources = { orders: { stateMachineArn: ORDERS_ARN, holds: true } } as const;
  const config = { spoolUrl: SPOOL, poisonUrl: POISON, sources, maxRedrives: 3, ...changes };
  return {
    ...clients,
    run: (event = {}) => finish(createReprocess(config, clients)(event, secondsLeft(300))),
    /** The executions of the generations before the record's own, and its record. */
    park: (former: readonly (object | undefined)[], changed: { readonly [member: string]: unknown } = {}) => {
      for (const [generation, ending] of former.entries()) {
        const name = generation === 0 ? "order-1" : `order-1-redrive-${generation}-${BORN}`;
        if (ending === undefined) continue;
        clients.stepFunctions.executions.set(executionOf(name), { name, startDate: new Date(STARTED), ...ending });
      }
      const name = former.length === 0 ? "order-1" : `order-1-redrive-${former.length}-${BORN}`;
      clients.sqs.put(SPOOL, JSON.stringify(recordBody(name, changed)), { sentAt: NOW - 60_000 });
    },
    reason: () => JSON.parse(clients.sqs.in(POISON)[0]?.attributes.respool?.StringValue ?? "{}").reason,
  };
}

fixedTime();

describe("a restarted record of a source that holds", () => {
  it.each([
    ["held", [attempted, held, attempted]],
    ["held, and failed with it", [attempted, attempted, heldAndFailed]],
    ["held from the first", [held, attempted, attempted]],
    ["forgotten", [attempted, undefined, attempted]],
    ["forgotten from the first", [undefined, attempted, attempted]],
  ])("is redriven where a former generation was %s", async (_what, former) => {
    const { run, park } = setUp();
    park(former);
    expect(await run()).toMatchObject({ success: 1, poisoned: 0 });
  });

  it("is poison when it was attempted too often, and the reason counts attempts", async () => {
    const { run, park, reason } = setUp();
    park([attempted, held, attempted, failed, held, attempted]);
    expect(await run()).toMatchObject({ success: 0, poisoned: 1 });
    expect(reason()).toBe("failed again after 4 redrives with ProviderDown, [maxRedrives] is 3");
  });

  it("is not asked about before it would be poison, and no further than need be", async () => {
    const { run, park, calls } = setUp({ maxRedrives: 4 });
    park([attempted, attempted, attempted]);
    await run();
    expect(calls.made).not.toContain("DescribeExecution");
    const many = setUp({ maxRedrives: 30 });
    many.park([...Array.from({ length: 20 }, () => attempted), ...Array.from({ length: 12 }, () => held)]);
    expect(await many.run()).toMatchObject({ success: 1 });
    expect(many.calls.made.filter((call) => call === "DescribeExecution")).toHaveLength(10);
  });

  it("stays where it cannot be asked now, and counts as held where it may not be", async () => {
    const { run, park, calls } = setUp();
    park([attempted, attempted, attempted]);
    calls.failBefore("DescribeExecution", awsError("InternalServerException"));
    expect(await run()).toMatchObject({ failed: 1, poisoned: 0, success: 0 });
    calls.failBefore("DescribeExecution", awsError("AccessDeniedException"));
    expect(await run()).toMatchObject({ success: 1 });
  });

  it("is listed by a dry run as it would be dealt with", async () => {
    const { run, park } = setUp();
    park([attempted, held, attempted]);
    expect(await run({ dryRun: true })).toMatchObject({ success: 1, poisoned: 0 });
  });

  it("is not taken for another's first execution of the same name", async () => {
    const { run, park } = setUp();
    park([{ ...attempted, startDate: new Date(0) }, attempted, attempted]);
    expect(await run()).toMatchObject({ success: 1 });
  });
});

describe("a record of a source that does not hold", () => {
  it("is poison without asking", async () => {
    const { run, park, calls } = setUp({ sources: { orders: { stateMachineArn: ORDERS_ARN } } });
    park([attempted, held, attempted]);
    expect(await run()).toMatchObject({ poisoned: 1 });
    expect(calls.made).not.toContain("DescribeExecution");
  });
});

describe("work whose execution goes on", () => {
  it.each([
    ["is not poison while it may have been held", { ...resumes.orders, holds: true as const }, 0],
    ["goes by its redrives where nothing holds", resumes.orders, 1],
  ])("and whose record does not count attempts %s", async (_what, orders, poisoned) => {
    const { run, park, stepFunctions, calls } = setUp({ sources: { orders } });
    const described = { status: "FAILED", redriveCount: 9, redriveStatus: "REDRIVABLE" } as const;
    stepFunctions.executions.set(executionOf("order-1"), { startDate: new Date(STARTED), ...described });
    park([], { mode: "resume", generation: 9 });
    expect(await run()).toMatchObject({ poisoned, success: 1 - poisoned });
    expect(calls.made.filter((call) => call === "DescribeExecution")).toHaveLength(1 - poisoned);
  });

  it.each([
    ["held itself", { kind: "held", generation: 9, attempts: 9 }, 0],
    ["redriven ten times, attempted twice", { generation: 9, attempts: 2 }, 0],
    ["attempted once more than maxRedrives allows", { generation: 9, attempts: 4 }, 1],
  ])("goes by its attempts: %s", async (_what, changes, poisoned) => {
    const { run, park, stepFunctions } = setUp({ sources: resumes });
    stepFunctions.tasks.set("t", { closed: false });
    park([], { mode: "park", taskToken: "t", ...changes });
    expect(await run()).toMatchObject({ poisoned, failed: 0 });
  });
});
