// A command's status: its own, that of the commands it sent, and that of tasks and their redrives.
import type { HistoryEvent } from "@aws-sdk/client-sfn";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { newCommandId } from "../../../../handlers/commands/ids";
import { readStatus } from "../../../../handlers/commands/readStatus";
import { redriveName } from "../../../../records/executionName";
import { Calls, type FakeExecution, FakeStepFunctions } from "../../../support/awsFakes";
import { CommandWorld } from "../../../support/commandWorld";

const machine = "arn:aws:states:eu-west-1:123456789012:execution:charge";
const startDate = new Date(Date.UTC(2026, 0, 1));
const stopDate = new Date(Date.UTC(2026, 0, 1, 0, 5));
const born = startDate.getTime() / 1000;
const first = `${machine}:charge-1`;
const redriven = (generation: number) => `${machine}:${redriveName({ id: "charge-1", born }, generation)}`;
const reason = { type: "urn:problem:card-declined", title: "Card declined" };
const spooled = { status: "SUCCEEDED", output: '{"spooled":true,"id":"charge-1","generation":0}', stopDate } as const;
const done = { status: "SUCCEEDED", output: "{}", stopDate } as const;

let world: CommandWorld;
let id: string;
let stepFunctions: FakeStepFunctions;

beforeEach(async () => {
  world = await CommandWorld.open();
  id = newCommandId();
  stepFunctions = new FakeStepFunctions(new Calls());
});
afterEach(() => world.close());

const read = async (of = id) =>
  (await readStatus(of, { statuses: world.statuses, stepFunctions, now: () => world.simulation.clock.now }))?.status;
const execution = (arn: string, more: Partial<FakeExecution>) =>
  stepFunctions.executions.set(arn, { startDate, name: arn.split(":").at(-1), ...more });
const described = () => stepFunctions.calls.made.filter((call) => call === "DescribeExecution").length;

describe("a command's own status", () => {
  it("is nothing of a command that is not known", async () => {
    expect(await read()).toBeUndefined();
  });

  it("tells who may see it, apart from what is shown", async () => {
    await world.accepted(id, { owner: "ann", fingerprint: "f" });
    const { status, owner } = (await readStatus(id, { statuses: world.statuses, stepFunctions, now: () => 0 })) ?? {};
    expect(owner).toBe("ann");
    expect(status).toEqual({ id, name: "placeOrder", status: "accepted", acceptedAt: expect.any(String), attempts: 0 });
  });

  it("follows the item from the beginning to success", async () => {
    await world.accepted(id);
    await world.begin(id, "a");
    await world.statuses.progress(id, "a", 0.5, "half");
    expect(await read()).toMatchObject({ status: "running", attempts: 1, progress: 0.5, message: "half" });
    await world.statuses.park(id, "a");
    expect(await read()).toMatchObject({ status: "parked", parkedAt: expect.any(String) });
    await world.begin(id, "b", { generation: 1 });
    await world.statuses.fail(id, "b", reason, 1);
    expect(await read()).toMatchObject({ status: "failed", reason, finishedAt: expect.any(String) });
    await world.begin(id, "c", { generation: 2 });
    await world.statuses.succeed(id, "c", { order: 1 });
    const status = await read();
    expect(status).toMatchObject({ status: "succeeded", attempts: 3, result: { order: 1 } });
    expect(status).not.toHaveProperty("reason");
    expect(status).not.toHaveProperty("parkedAt");
  });

  it("is cancelled with its time", async () => {
    await world.accepted(id);
    await world.statuses.cancel(id);
    expect(await read()).toMatchObject({ status: "cancelled", finishedAt: expect.any(String) });
  });

  it("is parked once the last attempt must have ended, which could tell nothing any more", async () => {
    const until = world.simulation.clock.now + 30_000;
    await world.begin(id, "a", { last: true, until });
    expect(await read()).toMatchObject({ status: "running" });
    world.advance(31_000);
    expect(await read()).toMatchObject({ status: "parked", parkedAt: new Date(until).toISOString() });
    await world.begin(id, "b", { until });
    expect(await read()).toMatchObject({ status: "running" });
  });
});

describe("a command that sent others", () => {
  let [one, two]: [string, string] = ["", ""];
  beforeEach(async () => {
    [one, two] = [newCommandId(), newCommandId()];
    await world.succeeded(
      id,
      [
        { key: "reserve", id: one },
        { key: "receipt", id: two },
      ],
      "ordered",
    );
  });

  it("runs until all have succeeded, and shows each of them", async () => {
    expect(await read()).toMatchObject({ status: "running", steps: [{ status: "accepted" }, { status: "accepted" }] });
    await world.succeeded(one, [], "reserved");
    await world.accepted(two);
    const status = await read();
    expect(status).toMatchObject({ status: "running" });
    expect(status).not.toHaveProperty("result");
    expect(status).not.toHaveProperty("finishedAt");
    world.advance(60_000);
    await world.begin(two, "a");
    await world.statuses.succeed(two, "a", undefined);
    const finishedAt = (await world.statuses.read(two))?.finishedAt;
    expect(await read()).toMatchObject({ status: "succeeded", result: "ordered", finishedAt });
    expect((await read())?.steps).toEqual([
      { key: "reserve", id: one, status: "succeeded", result: "reserved" },
      { key: "receipt", id: two, status: "succeeded" },
    ]);
  });

  it("fails as one of them does, though another waits; is parked where one waits, though another runs", async () => {
    await world.begin(one, "a");
    await world.begin(two, "a");
    await world.statuses.park(one, "a");
    const { parkedAt } = (await world.statuses.read(one)) ?? {};
    expect(await read()).toMatchObject({ status: "parked", parkedAt });
    await world.statuses.fail(two, "a", reason, 0);
    expect(await read()).toMatchObject({ status: "failed", reason, steps: [{ status: "parked" }, { reason }] });
    await world.begin(two, "b", { generation: 1 });
    await world.statuses.succeed(two, "b", 1);
    await world.begin(one, "b", { generation: 1 });
    await world.statuses.succeed(one, "b", 1);
    expect(await read()).toMatchObject({ status: "succeeded" });
  });

  it("fails where one was cancelled", async () => {
    await world.accepted(one);
    await world.statuses.cancel(one);
    expect(await read()).toMatchObject({
      status: "failed",
      reason: { type: "about:blank", title: "A step of the command was cancelled" },
      steps: [{ status: "cancelled" }, { status: "accepted" }],
    });
  });

  it("follows what those sent, to the bottom", async () => {
    const [three, four] = [newCommandId(), newCommandId()];
    await world.succeeded(two);
    await world.succeeded(one, [{ key: "three", id: three }]);
    await world.succeeded(three, [{ key: "four", id: four }]);
    await world.begin(four, "a");
    await world.statuses.park(four, "a");
    expect(await read()).toMatchObject({ status: "parked", steps: [{ key: "reserve", status: "parked" }, {}] });
    await world.begin(four, "b");
    await world.statuses.succeed(four, "b", 1);
    expect(await read()).toMatchObject({ status: "succeeded" });
  });

  it("keeps what is decided: a child that expired has still succeeded", async () => {
    await world.succeeded(one);
    await world.succeeded(two);
    await read();
    const children = (await world.statuses.read(id))?.children;
    expect(children?.map(({ known }) => known)).toEqual([{ state: "succeeded" }, { state: "succeeded" }]);
    const gone = {
      read: () => world.statuses.read(id),
      readMany: async () => new Map(),
      keepDecided: async () => undefined,
    };
    const { status } = (await readStatus(id, { statuses: gone, stepFunctions, now: Date.now })) ?? {};
    expect(status).toMatchObject({ status: "succeeded" });
  });

  it("is answered though nothing can be kept", async () => {
    await world.succeeded(one);
    await world.succeeded(two);
    world.fault("UpdateItem", "errorBefore");
    expect(await read()).toMatchObject({ status: "succeeded" });
  });

  it("does not count while the command itself has not succeeded", async () => {
    const parent = newCommandId();
    await world.begin(parent, "a");
    await world.statuses.addChild(parent, "a", { key: "k", id: one });
    await world.begin(one, "a");
    await world.statuses.fail(one, "a", reason, 0);
    expect(await read(parent)).toMatchObject({ status: "running", steps: [{ key: "k", status: "failed", reason }] });
  });
});

describe("a command that started a task", () => {
  beforeEach(() => world.succeeded(id, [{ key: "charge", execution: first }], "ordered"));

  it.each<{ what: string; is: Partial<FakeExecution> | undefined; status: string; step: string }>([
    { what: "is not visible yet", is: undefined, status: "running", step: "accepted" },
    { what: "runs", is: { status: "RUNNING" }, status: "running", step: "running" },
    { what: "is about to be redriven", is: { status: "PENDING_REDRIVE" }, status: "running", step: "running" },
    { what: "succeeded", is: done, status: "succeeded", step: "succeeded" },
    { what: "is in the spool", is: spooled, status: "parked", step: "parked" },
    {
      what: "failed, and is in the spool",
      is: { status: "FAILED", error: "E", stopDate },
      status: "parked",
      step: "parked",
    },
    { what: "timed out", is: { status: "TIMED_OUT", stopDate }, status: "parked", step: "parked" },
    { what: "was aborted", is: { status: "ABORTED", stopDate }, status: "failed", step: "failed" },
    {
      what: "was discarded",
      is: { status: "FAILED", error: "Respool.Discarded", stopDate },
      status: "failed",
      step: "failed",
    },
  ])("is $status while the task $what", async ({ is, status, step }) => {
    if (is !== undefined) execution(first, is);
    for (const _ of ["first", "with what was kept"]) {
      const now = await read();
      expect(now).toMatchObject({ status, steps: [{ key: "charge", status: step }] });
      if (status === "parked") expect(now?.parkedAt).toBe(stopDate.toISOString());
      if (status === "failed") expect(now?.reason).toEqual({ type: "about:blank", title: "The command failed" });
      expect(now?.steps?.[0]).not.toHaveProperty("result");
    }
  });

  it("follows its redrives to success, and then asks no more", async () => {
    execution(first, spooled);
    execution(redriven(1), { ...spooled, startDate: stopDate });
    expect(await read()).toMatchObject({ status: "parked" });
    execution(redriven(2), { startDate: stopDate, status: "RUNNING" });
    expect(await read()).toMatchObject({ status: "running" });
    execution(redriven(2), { ...done, startDate: stopDate });
    expect(await read()).toMatchObject({ status: "succeeded", result: "ordered" });
    const asked = described();
    expect(await read()).toMatchObject({ status: "succeeded", result: "ordered" });
    expect(described()).toBe(asked);
  });

  it("is restored from an abort, too", async () => {
    execution(first, { status: "ABORTED", stopDate });
    expect(await read()).toMatchObject({ status: "failed" });
    execution(redriven(1), { ...done, startDate: stopDate });
    expect(await read()).toMatchObject({ status: "succeeded" });
  });

  it("is still known, and followed, when Step Functions has forgotten the first execution", async () => {
    execution(first, spooled);
    expect(await read()).toMatchObject({ status: "parked" });
    stepFunctions.executions.clear();
    expect(await read()).toMatchObject({ status: "parked", parkedAt: stopDate.toISOString() });
    execution(redriven(1), { ...done, startDate: stopDate });
    expect(await read()).toMatchObject({ status: "succeeded" });
    stepFunctions.executions.clear();
    expect(await read()).toMatchObject({ status: "succeeded" });
  });

  it("is parked while the task waits for its token, and runs once that is answered", async () => {
    const body = { respool: 1, kind: "failed", generation: 0, error: { name: "E" } };
    const parked: HistoryEvent = {
      id: 5,
      previousEventId: 4,
      timestamp: stopDate,
      type: "TaskScheduled",
      taskScheduledEventDetails: {
        resourceType: "sqs",
        resource: "sendMessage.waitForTaskToken",
        region: "eu-west-1",
        parameters: JSON.stringify({ MessageBody: body }),
      },
    };
    const event = (number: number, previousEventId: number, type: HistoryEvent["type"]): HistoryEvent => ({
      id: number,
      previousEventId,
      timestamp: stopDate,
      type,
    });
    const elsewhere = [event(6, 2, "TaskScheduled"), event(7, 6, "TaskSucceeded")];
    const history = [event(4, 3, "TaskStateEntered"), parked, ...elsewhere, event(8, 5, "TaskSubmitted")];
    execution(first, { status: "RUNNING", history });
    expect(await read()).toMatchObject({ status: "parked", steps: [{ status: "parked" }] });
    execution(first, { status: "RUNNING", history: [...history, event(9, 8, "TaskSucceeded")] });
    expect(await read()).toMatchObject({ status: "running" });
  });

  it("is not answered while Step Functions gives no answer", async () => {
    const throttled = Object.assign(new Error("slow down"), { name: "ThrottlingException" });
    stepFunctions.calls.failBefore("DescribeExecution", throttled);
    await expect(read()).rejects.toBe(throttled);
  });

  it("is followed from a command above it", async () => {
    const parent = newCommandId();
    await world.succeeded(parent, [{ key: "order", id }]);
    execution(first, spooled);
    expect(await read(parent)).toMatchObject({ status: "parked", steps: [{ id, status: "parked" }] });
    execution(redriven(1), { ...done, startDate: stopDate });
    expect(await read(parent)).toMatchObject({ status: "succeeded", steps: [{ id, result: "ordered" }] });
    stepFunctions.executions.clear();
    expect(await read(parent)).toMatchObject({ status: "succeeded" });
  });
});

describe("a large result", () => {
  it("of a step is left to the step's own status, or no answer would have room for all", async () => {
    const large = "x".repeat(100_000);
    const children = Array.from({ length: 3 }, (_, at) => ({ key: `${at}`, id: newCommandId() }));
    for (const child of children) await world.succeeded(child.id, [], child.key === "0" ? "small" : large);
    await world.succeeded(id, children, large);
    const status = await read();
    expect(status).toMatchObject({ status: "succeeded", result: large });
    expect(status?.steps).toEqual([
      { key: "0", id: children[0]?.id, status: "succeeded", result: "small" },
      ...children.slice(1).map((child) => ({ ...child, status: "succeeded" })),
    ]);
    expect(await read(children[1]?.id)).toMatchObject({ result: large });
  });
});

describe("a deep hierarchy", () => {
  it("is as its last command is", async () => {
    const chain = [id, ...Array.from({ length: 12 }, newCommandId)];
    const last = chain.at(-1) ?? "";
    for (const [at, one] of chain.slice(0, -1).entries())
      await world.succeeded(one, [{ key: "below", id: chain[at + 1] }]);
    await world.begin(last, "a");
    await world.statuses.park(last, "a");
    expect(await read()).toMatchObject({ status: "parked" });
    await world.begin(last, "b");
    await world.statuses.succeed(last, "b", undefined);
    expect(await read()).toMatchObject({ status: "succeeded" });
  });
});
