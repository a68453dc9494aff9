// Automatic redrives on the simulator while AWS fails: whatever breaks, nothing is lost, doubled, or attempted more often than was said.
import { AwsError, type Call } from "@respool/simulator";
import { describe, expect, it } from "vitest";
import { autoRedriveWorld } from "../support/autoRedriveWorld";

const WORK = 8;
type World = Awaited<ReturnType<typeof autoRedriveWorld>>;

/** Runs until the spool is empty, as operators would; gives back what the first run reported. */
async function recover(world: World): Promise<Record<string, unknown>> {
  await world.start("run-1", { failureLimit: 0 });
  const first = await world.report("run-1");
  for (let run = 2; (await world.spooled()) > 0 && run < 5; run++) {
    // What a crashed reprocess function held is visible again by then.
    world.simulation.runFor(16 * 60_000);
    await world.start(`run-${run}`);
    await world.report(`run-${run}`);
  }
  return first;
}

async function expectAllDoneOnce(world: World): Promise<void> {
  expect(await world.spooled()).toBe(0);
  expect([...world.provider.calls.values()]).toEqual(Array.from({ length: WORK }, () => 1));
  const redrives = (await world.backend.executions(world.output("chargeMachine"))).slice(WORK);
  expect(redrives.map(({ status }) => status)).toEqual(Array.from({ length: WORK }, () => "SUCCEEDED"));
}

describe("the function that decides", () => {
  it.each(["crashBefore", "crashAfter", "lostReply"] as const)(
    "may break at each of its calls: %s",
    async (kind) => {
      for (let call = 0; ; call++) {
        const world = await autoRedriveWorld({ slots: 50 });
        await world.fail(WORK);
        const { control } = world.backend;
        const decides = world.output("recoverFunction");
        if (kind === "lostReply") {
          control.loseReply(decides, call, { code: "InternalServerError", message: "try again", status: 500 });
        } else control.crash(decides, call, kind);
        const report = await recover(world);
        if (control.unusedFaults() > 0) {
          expect(call).toBeGreaterThan(15);
          return;
        }
        expect(report).toMatchObject({ started: WORK, succeeded: WORK, lost: 0, stoppedBecause: "empty" });
        await expectAllDoneOnce(world);
      }
    },
    240_000,
  );

  it("slows down while Step Functions throttles it", async () => {
    const world = await autoRedriveWorld();
    await world.fail(WORK);
    const throttled = { code: "ThrottlingException", message: "Rate exceeded", status: 400 };
    world.backend.control.failCalls("states.DescribeExecution", 40, "before", throttled);
    expect(await recover(world)).toMatchObject({ succeeded: WORK, stoppedBecause: "empty" });
    await expectAllDoneOnce(world);
  });
});

describe("the reprocess function", () => {
  it.each(["crashBefore", "crashAfter"] as const)(
    "may break at each of its calls, which ends a run in its first step: %s",
    async (kind) => {
      for (let call = 0; ; call++) {
        const world = await autoRedriveWorld({ slots: 50 });
        await world.fail(WORK);
        const { control } = world.backend;
        control.crash(world.output("reprocessFunction"), call, kind);
        const report = await recover(world);
        if (control.unusedFaults() > 0) {
          expect(call).toBeGreaterThan(10);
          return;
        }
        if (report.started === 0) expect(report).toMatchObject({ lost: 5, stoppedBecause: "reprocessFailed" });
        await expectAllDoneOnce(world);
      }
    },
    240_000,
  );

  it("may be invoked without its answer arriving: no more than the first step's count is attempted", async () => {
    const world = await autoRedriveWorld();
    await world.fail(WORK);
    world.provider.status = 503;
    world.simulation.faults.intoCalls({
      when: (call: Call) =>
        call.service === "lambda" && JSON.stringify(call.input).includes(world.output("reprocessFunction")),
      fault: { kind: "errorAfter", error: new AwsError("ServiceException", "try again", 500) },
    });
    await world.start("run-1");

    const report = await world.report("run-1");

    expect(report).toMatchObject({ started: 0, lost: 5, stoppedBecause: "reprocessFailed" });
    expect(world.provider.calls.size).toBe(5);
    expect(await world.spooled()).toBe(WORK);
  });
});

describe("the run", () => {
  it("is taken over at once when its execution has died", async () => {
    const world = await autoRedriveWorld({ seconds: 30 });
    await world.fail(WORK);
    await world.start("run-1");
    world.simulation.runFor(10_000);
    await world.backend.stop(world.output("recoverMachine"), "run-1");
    await world.start("run-2", { by: "bob" });
    expect(await world.report("run-2")).toMatchObject({ by: "bob", started: WORK - 5, stoppedBecause: "empty" });
    await expectAllDoneOnce(world);
  });

  it.each(["errorBefore", "errorAfter"] as const)(
    "goes on when the next execution is started with an %s",
    async (kind) => {
      const world = await autoRedriveWorld({ rounds: 1 });
      await world.fail(WORK);
      let handOvers = 0;
      world.simulation.faults.intoCalls({
        when: (call: Call) => {
          const isHandOver = call.action === "StartExecution" && JSON.stringify(call.input).includes("run-1-1");
          if (isHandOver) handOvers++;
          return isHandOver;
        },
        times: 3,
        fault: { kind, error: new AwsError("InternalFailure", "try again", 500) },
      });
      await world.start("run-1");
      await world.backend.quiet();
      expect(handOvers).toBe(3);
      const runs = await world.runs();
      expect(runs.at(-1)?.output).toMatchObject({ succeeded: WORK, stoppedBecause: "empty" });
      await expectAllDoneOnce(world);
    },
  );
});
