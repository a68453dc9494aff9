// Whatever is said twice, too late, or to somebody who has gone: one redrive of one failure, and nothing is lost.
import { expect } from "vitest";
import { type Cycle, type CycleCase, day, hour } from "../../cycleCase";
import { untilReconciled } from "../../schedules";
import { copyRecords, drain, expectDone, expectEnded, failing, type Mode, modes, needsOf, program } from "./words";

const unavailable = { code: "ServiceUnavailable", message: "unavailable", status: 503 };

/** It failed once, and was done at the second attempt. */
async function expectRedrivenOnce(cycle: Cycle, { task }: Mode): Promise<void> {
  await expectEnded(cycle, task, ["o-1"]);
  expect(await cycle.provider.calls("o-1")).toBe(2);
  await expectDone(cycle, ["o-1"]);
  expect(await cycle.depth()).toBe(0);
}

const cases = (mode: Mode): readonly CycleCase[] => [
  {
    name: `${mode.name} waits with its input and error, and goes on in its own execution`,
    program,
    ...needsOf(mode),
    async run(cycle) {
      await failing(cycle, mode.task, ["o-1"]);
      const error = { name: "ProviderError" };
      expect(await cycle.records()).toMatchObject([{ name: "o-1", mode: mode.mode, input: { order: "o-1" }, error }]);
      expect(await cycle.redrive()).toMatchObject({ success: 1, remaining: 0 });
      await expectRedrivenOnce(cycle, mode);
    },
  },
  {
    name: `${mode.name} that fails again waits again`,
    program,
    needs: mode.mode === "resume" ? "control" : "patience",
    async run(cycle) {
      await cycle.provider.script("o-1", [503, 503, 200]);
      await cycle.order("o-1", cycle.output(mode.task));
      expect(await cycle.redrive()).toMatchObject({ success: 1 });
      expect(await cycle.records()).toMatchObject([{ generation: 1, attempts: 2 }]);
      expect(await cycle.redrive()).toMatchObject({ success: 1, remaining: 0 });
      await expectEnded(cycle, mode.task, ["o-1"]);
      expect(await cycle.provider.calls("o-1")).toBe(3);
    },
  },
  {
    name: `${mode.name} is redriven by two runs at once`,
    program,
    ...needsOf(mode),
    async run(cycle) {
      await failing(cycle, mode.task, ["o-1"]);
      await copyRecords(cycle);
      const call = { functionName: cycle.reprocessFunction, payload: {} };
      await cycle.backend.invokeTogether([call, call]);
      await cycle.backend.quiet();
      await cycle.redrive();
      await expectRedrivenOnce(cycle, mode);
    },
  },
  {
    name: `${mode.name} whose record was copied is redriven once`,
    program,
    ...needsOf(mode),
    async run(cycle) {
      await failing(cycle, mode.task, ["o-1"]);
      await copyRecords(cycle);
      const { success, alreadyStarted, superseded, remaining } = await cycle.redrive();
      expect([success, alreadyStarted + superseded, remaining]).toEqual([1, 1, 0]);
      await expectRedrivenOnce(cycle, mode);
    },
  },
  {
    name: `${mode.name} whose record comes back after it was redriven is left alone`,
    program,
    needs: mode.mode === "resume" ? "control" : "exactness",
    async run(cycle) {
      await cycle.provider.script("o-1", [503, 503, 200]);
      await cycle.order("o-1", cycle.output(mode.task));
      const [first] = await cycle.backend.messages(cycle.spool);
      const again = () => cycle.backend.send(cycle.spool, first?.body ?? "", first?.attributes);
      await cycle.redrive();
      await again();
      expect(await cycle.redrive()).toMatchObject({ success: 1, superseded: 1, remaining: 0 });
      await again();
      expect(await cycle.redrive()).toMatchObject({ success: 0, superseded: 1, remaining: 0 });
      await expectEnded(cycle, mode.task, ["o-1"]);
      expect(await cycle.provider.calls("o-1")).toBe(3);
    },
  },
  {
    name: `${mode.name} that was aborted when it went on waits until somebody wants it back`,
    program,
    needs: "control",
    async run(cycle) {
      await cycle.provider.script("o-1", [503, "hang"]);
      await cycle.order("o-1", cycle.output(mode.task));
      await copyRecords(cycle);
      const [copy] = await cycle.backend.messages(cycle.spool);
      await cycle.backend.invokeAsync(cycle.reprocessFunction, {});
      await cycle.control.wait(2_000);
      expect(await cycle.provider.calls("o-1")).toBe(2);
      await cycle.backend.stop(cycle.output(mode.task), "o-1");
      await cycle.provider.script("o-1", [200]);
      await cycle.backend.send(cycle.spool, copy?.body ?? "", copy?.attributes);
      await cycle.control.wait(untilReconciled);
      expect((await cycle.redrive({ max: 100 })).success).toBe(0);
      expect(await cycle.records()).toMatchObject([{ kind: "aborted" }]);
      await drain(cycle, { includeAborted: true });
      await expectEnded(cycle, mode.task, ["o-1"]);
      await expectDone(cycle, ["o-1"]);
    },
  },
  {
    name: `${mode.name} is recorded although the spool was out of reach`,
    program,
    needs: "control",
    async run(cycle) {
      cycle.control.failCalls("sqs.SendMessage", 12, "before", unavailable);
      await failing(cycle, mode.task, ["o-1"]);
      expect(await cycle.backend.executions(cycle.output(mode.task))).toMatchObject([{ status: "FAILED" }]);
      await cycle.control.wait(hour);
      expect(await cycle.depth()).toBe(1);
      await drain(cycle);
      await expectRedrivenOnce(cycle, mode);
    },
  },
  {
    name: `${mode.name}: the spool was out of reach, and the status event is never delivered`,
    program,
    needs: "control",
    async run(cycle) {
      cycle.control.failCalls("sqs.SendMessage", 8, "before", unavailable);
      cycle.control.deliver("events.statusChange", [], 1);
      await failing(cycle, mode.task, ["o-1"]);
      await cycle.control.wait(untilReconciled);
      await drain(cycle);
      await expectRedrivenOnce(cycle, mode);
    },
  },
  {
    name: `${mode.name}: the spool's reply is lost, and two records make one redrive`,
    program,
    needs: "control",
    async run(cycle) {
      cycle.control.failCalls("sqs.SendMessage", 1, "after", unavailable);
      await failing(cycle, mode.task, ["o-1"]);
      expect(await cycle.depth()).toBe(2);
      await drain(cycle);
      await expectRedrivenOnce(cycle, mode);
    },
  },
];

const [resume, park] = modes;

const aborted: CycleCase = {
  name: "parked work that is aborted while it waits is redriven only by a person who asks for it",
  program,
  needs: "control",
  async run(cycle) {
    await failing(cycle, park.task, ["o-1"]);
    await cycle.backend.stop(cycle.output(park.task), "o-1");
    await cycle.control.wait(untilReconciled);
    expect(await cycle.redrive()).toMatchObject({ success: 0, superseded: 1, skipped: 1 });
    expect(await cycle.records()).toMatchObject([{ kind: "aborted" }]);
    await drain(cycle, { includeAborted: true });
    await expectRedrivenOnce(cycle, park);
  },
};

const expired: CycleCase = {
  name: "parked work whose token expired has parked again, and that is no redrive",
  program,
  needs: "control",
  async run(cycle) {
    await failing(cycle, park.task, ["o-1"]);
    const [first] = await cycle.backend.messages(cycle.spool);
    await cycle.control.wait(12 * day + hour);
    await cycle.backend.send(cycle.spool, first?.body ?? "", first?.attributes);
    const records = await cycle.records();
    expect(new Set(records.map(({ taskToken }) => taskToken)).size).toBe(2);
    expect(records.every(({ generation, attempts }) => generation === 0 && attempts === 1)).toBe(true);
    expect(await cycle.redrive()).toMatchObject({ success: 1, remaining: 0 });
    await expectRedrivenOnce(cycle, park);
  },
};

const long: CycleCase = {
  name: "parked work waits 200 days, and is redriven once",
  program,
  needs: "control",
  async run(cycle) {
    await failing(cycle, park.task, ["o-1"]);
    await cycle.control.wait(200 * day);
    await drain(cycle);
    await expectRedrivenOnce(cycle, park);
  },
};

const tooOld: CycleCase = {
  name: "work that cannot be resumed after 14 days is poison, says why, and is never restarted",
  program,
  needs: "control",
  async run(cycle) {
    await failing(cycle, resume.task, ["o-1"]);
    await cycle.control.wait(14 * day + hour);
    expect(await cycle.redrive()).toMatchObject({ success: 0, poisoned: 1, remaining: 0 });
    const [message] = await cycle.backend.messages(cycle.poison);
    expect(message?.attributes.respool).toMatch(/cannot be resumed/);
    expect(await cycle.provider.calls("o-1")).toBe(1);
    expect(await cycle.backend.executions(cycle.output(resume.task))).toMatchObject([{ status: "FAILED" }]);
  },
};

export const continuedCases: readonly CycleCase[] = [...modes.flatMap(cases), aborted, expired, long, tooOld];
