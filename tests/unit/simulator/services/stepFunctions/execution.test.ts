// One execution: its context object, its limits, its ends.
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../../../simulator/json";
import { functionArn, later, returns, type StepFunctionsWorld, stepFunctionsWorld, types } from "./stepFunctionsWorld";

const end = { Type: "Pass", End: true };
const charge = { Type: "Task", Resource: functionArn, End: true };
const day = 24 * 60 * 60 * 1000;

describe("the context object", () => {
  it("tells of the execution, the machine and the state", () => {
    const { create, start, view, world } = stepFunctionsWorld();
    const machineArn = create({ A: { Type: "Pass", Output: "{% $states.context %}", End: true } });
    const executionArn = start(machineArn, { id: 1 }, "order-1");
    world.runUntilQuiet();
    const { output, history, startedAt } = view(executionArn);
    expect(JSON.parse(output ?? "")).toEqual({
      Execution: {
        Id: executionArn,
        Input: { id: 1 },
        StartTime: new Date(startedAt).toISOString(),
        Name: "order-1",
        RoleArn: "arn:aws:iam::123456789012:role/machine",
        RedriveCount: 0,
      },
      StateMachine: { Id: machineArn, Name: "orders" },
      State: { Name: "A", EnteredTime: new Date((history[1]?.timestamp ?? 0) * 1000).toISOString() },
    });
  });

  it("counts retries in Task states", () => {
    const execution = stepFunctionsWorld().run({ A: { ...charge, Output: "{% $states.context.State.RetryCount %}" } });
    expect(execution.output).toBe("0");
  });
});

describe("a state transition", () => {
  it("costs a few milliseconds, the same for the same seed", () => {
    const stops = (seed: number) =>
      stepFunctionsWorld({ seed }).run({ A: { Type: "Pass", Next: "B" }, B: end }).stoppedAt;
    expect(stops(3)).toBe(stops(3));
    const { startedAt, stoppedAt = 0 } = stepFunctionsWorld().run({ A: { Type: "Pass", Next: "B" }, B: end });
    expect(stoppedAt - startedAt).toBeGreaterThanOrEqual(10);
    expect(stoppedAt - startedAt).toBeLessThanOrEqual(50);
  });
});

describe("the machine's TimeoutSeconds", () => {
  it("ends the execution TIMED_OUT, without error or cause", () => {
    const wait = { A: { Type: "Wait", Seconds: 60, End: true } };
    const execution = stepFunctionsWorld().run(wait, {}, { TimeoutSeconds: 5 });
    expect(execution).toMatchObject({ status: "TIMED_OUT", error: undefined, cause: undefined });
    expect((execution.stoppedAt ?? 0) - execution.startedAt).toBe(5000);
    expect(types(execution.history)).toEqual(["ExecutionStarted", "WaitStateEntered", "ExecutionTimedOut"]);
  });

  it("is seen by no Catch, and a late reply changes nothing", () => {
    const made: StepFunctionsWorld = stepFunctionsWorld({ lambda: () => later(() => made.world, 60_000, returns(1)) });
    const states = { A: { ...charge, Catch: [{ ErrorEquals: ["States.ALL"], Next: "B" }] }, B: end };
    const execution = made.run(states, {}, { TimeoutSeconds: 5 });
    expect(execution.status).toBe("TIMED_OUT");
    expect(types(execution.history).at(-1)).toBe("ExecutionTimedOut");
  });

  it("does nothing once the execution has ended", () => {
    const { world, run } = stepFunctionsWorld();
    const execution = run({ A: end }, {}, { TimeoutSeconds: 5 });
    world.run(10_000);
    expect(execution.status).toBe("SUCCEEDED");
  });
});

describe("a year", () => {
  it("is the longest that an execution takes", () => {
    const { create, start, view, world } = stepFunctionsWorld();
    const machineArn = create({ A: { Type: "Wait", Seconds: 99_999_999, End: true } });
    const first = start(machineArn);
    world.run(day);
    const second = start(machineArn);
    world.run(364 * day);
    expect([view(first).status, view(second).status]).toEqual(["TIMED_OUT", "RUNNING"]);
    expect((view(first).stoppedAt ?? 0) - view(first).startedAt).toBe(365 * day);
    world.run(day);
    expect(view(second).status).toBe("TIMED_OUT");
  });

  it("costs nothing while nothing runs", () => {
    const { run, world } = stepFunctionsWorld();
    run({ A: end });
    expect(world.run(14 * day)).toBe(0);
  });
});

describe("a full history", () => {
  const loop = (rounds: number): JsonObject => ({
    A: { Type: "Pass", Assign: { n: 1 }, Next: "B" },
    B: {
      Type: "Choice",
      Choices: [{ Condition: `{% $n < ${rounds} %}`, Next: "B", Assign: { n: "{% $n + 1 %}" } }],
      Default: "C",
    },
    C: end,
  });

  it("fails the execution with its 25,000th event", () => {
    const execution = stepFunctionsWorld().run(loop(100_000));
    expect(execution).toMatchObject({
      status: "FAILED",
      error: "States.Runtime",
      cause: "The execution reached the maximum number of history events (25000).",
    });
    expect(execution.history).toHaveLength(25_000);
    expect(execution.history.at(-1)).toMatchObject({ id: 25_000, previousEventId: 24_999, type: "ExecutionFailed" });
  });

  it("lets the 25,000th be ExecutionSucceeded", () => {
    // One event at the start, two for each of A, C and the rounds of B, and the last.
    const execution = stepFunctionsWorld().run(loop((25_000 - 2 - 4) / 2));
    expect(execution.history).toHaveLength(25_000);
    expect(execution.status).toBe("SUCCEEDED");
  });
});
