import aslValidator from "asl-validator";
import { describe, expect, it } from "vitest";
import { longestExecutionSeconds } from "../../../../components/asl/longestExecution";
import { guardedTimeout, isOfThisRun, timeoutOf } from "../../../../components/asl/redriveGuard";
import type { RedriveMode } from "../../../../records/record";
import { evaluate } from "./evaluate";
import { StepWorld, type StepWorldOptions } from "./stepWorld";

const guard = { passed: isOfThisRun("$lease.redrive") };

describe("a guarded timeout", () => {
  const timeout = guardedTimeout(guard, 45);
  const context = { Execution: { RedriveCount: 1 } };

  it("is the timeout where what stands before was passed in this run", async () => {
    expect(await evaluate(timeout, { context, variables: { lease: { redrive: 1 } } })).toBe(45);
  });

  it.each([{ lease: { redrive: 0 } }, { lease: null }, {}])("is none with %j", async (variables) => {
    await expect(evaluate(timeout, { context, variables })).rejects.toThrow(
      "redriven: what stands before it was not passed again",
    );
  });

  it("still tells how long the state may take", () => {
    expect(timeoutOf({ TimeoutSeconds: timeout })).toBe(45);
    expect(timeoutOf({ TimeoutSeconds: 7 })).toBe(7);
    expect(() => timeoutOf({ TimeoutSeconds: "{% $minutes * 60 %}" })).toThrow(
      "[TimeoutSeconds] must be a number or a guarded timeout, got {% $minutes * 60 %}",
    );
  });
});

const uses: readonly StepWorldOptions[] = [{ limit: 1 }, { breaker: true }, { limit: 1, breaker: true }];
const modes: readonly RedriveMode[] = ["restart", "resume", "park"];
const all = uses.flatMap((use) =>
  modes.flatMap((mode) => [false, true].map((workflow) => ({ ...use, mode, workflow }))),
);

/** An execution that was stopped in the protected function, which runs on for half a minute. */
function stoppedInTheTask(options: StepWorldOptions) {
  const world = new StepWorld(options);
  world.runs = 30_000;
  const arn = world.start("first");
  world.seconds(5);
  world.send("StopExecution", { executionArn: arn });
  world.seconds(1);
  return { world, arn };
}

describe.each(all)("a step with %j", (options) => {
  it("is valid Amazon States Language, of a known length", () => {
    const definition = new StepWorld(options).definition();
    expect(aslValidator(JSON.parse(JSON.stringify(definition))).errors).toEqual([]);
    expect(longestExecutionSeconds(definition)).toBeGreaterThan(3 * 45);
  });

  it("costs no more transitions than it has states on its way", () => {
    const world = new StepWorld(options);
    world.start("first");
    world.seconds(60);
    const each = 1 + (options.limit === undefined ? 0 : 2) + (options.breaker === true ? 2 : 0);
    expect(world.views()).toMatchObject([
      { status: "SUCCEEDED", stateTransitions: options.workflow ? 2 * each + 1 : each },
    ]);
  });
});

describe.each(all.filter(({ limit }) => limit === 1))("stopped in its task with %j", (options) => {
  it("takes a lease again when it is redriven, and waits while another has the only one", () => {
    const { world, arn } = stoppedInTheTask(options);
    world.seconds(40);
    expect(world.running).toBe(0);
    world.start("second");
    world.seconds(15);
    expect(world.running).toBe(1);
    world.send("RedriveExecution", { executionArn: arn });
    world.seconds(150);
    expect(world.mostRunning).toBe(1);
    expect(world.views().map(({ status }) => status)).toEqual(["SUCCEEDED", "SUCCEEDED"]);
    expect(world.leases()).toEqual([]);
  });

  it("waits for its own function that still runs", () => {
    const { world, arn } = stoppedInTheTask(options);
    world.send("RedriveExecution", { executionArn: arn });
    world.seconds(150);
    expect(world.mostRunning).toBe(1);
    expect(world.views()).toMatchObject([{ status: "SUCCEEDED" }]);
  });
});

describe.each(all.filter(({ breaker }) => breaker))(
  "redriven while an operator holds the breaker, with %j",
  (options) => {
    it("is not attempted, wherever it was stopped", () => {
      for (const seconds of [0.1, 0.2, 5]) {
        const world = new StepWorld(options);
        world.runs = 10_000;
        const arn = world.start("first");
        world.seconds(seconds);
        world.send("StopExecution", { executionArn: arn });
        world.control("hold");
        world.seconds(60);
        const before = world.attempts.filter(({ step }) => step !== "Reserve").length;
        world.send("RedriveExecution", { executionArn: arn });
        world.seconds(60);
        expect(world.attempts.filter(({ step }) => step !== "Reserve")).toHaveLength(before);
        expect(world.spool).toMatchObject([{ kind: "held", error: { name: "Respool.Held" } }]);
      }
    });
  },
);

describe("an evaluation of the step's own that fails", () => {
  it.each(all)("goes the way of a failure, and is not tried again, with %j", (options) => {
    const world = new StepWorld(options);
    world.send("StartExecution", { stateMachineArn: world.machine, input: '{"order": "first", "amount": "ten"}' });
    world.seconds(4);
    expect(world.spool).toMatchObject([{ kind: "failed", error: { name: "States.QueryEvaluationError" } }]);
    expect(world.attempts.filter(({ step }) => step !== "Reserve")).toEqual([]);
    expect(world.leases()).toEqual([]);
  });
});
