// RedriveExecution.
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../../../simulator/json";
import { functionArn, returns, type StepFunctionsWorld, stepFunctionsWorld, throws, types } from "./stepFunctionsWorld";

const end = { Type: "Pass", End: true };
const charge = { Type: "Task", Resource: functionArn, End: true };
const day = 24 * 60 * 60 * 1000;

interface Failed extends StepFunctionsWorld {
  readonly executionArn: string;
  /** Redrives, runs until quiet, and gives the error or the status. */
  redrive(clientToken?: string): string;
}

/** An execution that ran until quiet; its function fails until `repair` is true. */
function failed(states: JsonObject, machine: JsonObject = {}, input: unknown = { n: 1 }): Failed & { repair: boolean } {
  const made = stepFunctionsWorld({ lambda: () => (result.repair ? returns("charged") : throws("Broken")) });
  const result = {
    ...made,
    repair: false,
    executionArn: "",
    redrive: (clientToken?: string) => {
      const request = { executionArn: result.executionArn, ...(clientToken === undefined ? {} : { clientToken }) };
      const outcome = made.world.outcome("states", "RedriveExecution", request);
      made.world.runUntilQuiet();
      return outcome.ok ? made.view(result.executionArn).status : `${outcome.error.code}: ${outcome.error.message}`;
    },
  };
  result.executionArn = made.start(made.create(states, { machine }), input, "order-1");
  made.world.runUntilQuiet();
  return result;
}

describe("RedriveExecution", () => {
  it("continues from the step that failed, in the same history", () => {
    const made = failed({ A: { ...end, End: false, Next: "B" }, B: charge } as unknown as JsonObject);
    const before = types(made.view(made.executionArn).history);
    expect(before.at(-1)).toBe("ExecutionFailed");
    made.repair = true;
    expect(made.redrive()).toBe("SUCCEEDED");
    const { history, output, error, redriveCount } = made.view(made.executionArn);
    expect({ output, error, redriveCount }).toEqual({ output: '"charged"', error: undefined, redriveCount: 1 });
    expect(types(history).slice(before.length)).toEqual([
      ...["ExecutionRedriven", "LambdaFunctionScheduled", "LambdaFunctionStarted", "LambdaFunctionSucceeded"],
      ...["TaskStateExited", "ExecutionSucceeded"],
    ]);
    expect(history[before.length]).toMatchObject({
      id: before.length + 1,
      previousEventId: before.length,
      executionRedrivenEventDetails: { redriveCount: 1 },
    });
  });

  it("gives every retry again, and tells the context object", () => {
    const Retry = [{ ErrorEquals: ["Broken"], MaxAttempts: 2 }];
    const made = failed({ A: { ...charge, Retry, Arguments: "{% $states.context.Execution.RedriveCount %}" } });
    expect(made.calls).toHaveLength(3);
    expect(made.redrive()).toBe("FAILED");
    expect(made.calls.map(({ input }) => input.Payload)).toEqual(["0", "0", "0", "1", "1", "1"]);
  });

  it("begins the machine's time limit anew", () => {
    const made = failed({ A: { Type: "Wait", Seconds: 8, End: true } }, { TimeoutSeconds: 5 });
    expect(made.view(made.executionArn).status).toBe("TIMED_OUT");
    const at = made.world.clock.now;
    expect(made.redrive()).toBe("TIMED_OUT");
    expect(made.world.clock.now - at).toBeGreaterThanOrEqual(5000);
  });

  it("fails again in a Fail state, and evaluates a Choice again", () => {
    const fails = failed({ A: { Type: "Fail", Error: "Broken" } });
    expect(fails.redrive()).toBe("FAILED");
    expect(types(fails.view(fails.executionArn).history).slice(2)).toEqual([
      ...["ExecutionFailed", "ExecutionRedriven", "FailStateEntered", "ExecutionFailed"],
    ]);
    const Choices = [{ Condition: "{% $states.context.Execution.RedriveCount = 1 %}", Next: "B" }];
    expect(failed({ A: { Type: "Choice", Choices }, B: end }).redrive()).toBe("SUCCEEDED");
  });

  it("enters the state that a stopped execution was about to enter", () => {
    // How long the way to the first state takes is drawn: one of these seeds leaves time to stop the execution on it.
    const stopped = [1, 2, 3, 4, 5, 6, 7, 8].map((seed) => {
      const made = stepFunctionsWorld({ seed });
      const executionArn = made.start(made.create({ A: end }));
      made.world.call("states", "StopExecution", { executionArn });
      return { ...made, executionArn };
    });
    const { executionArn, ...made } = stopped.find((one) => one.view(one.executionArn).history.length === 2) as Failed;
    expect(types(made.view(executionArn).history)).toEqual(["ExecutionStarted", "ExecutionAborted"]);
    made.world.call("states", "RedriveExecution", { executionArn });
    made.world.runUntilQuiet();
    expect(made.view(executionArn).status).toBe("SUCCEEDED");
  });

  it("runs only those branches and iterations again that did not succeed", () => {
    const branches = [
      { StartAt: "X", States: { X: end } },
      { StartAt: "T", States: { T: charge } },
    ];
    const parallel = failed({ P: { Type: "Parallel", Branches: branches, End: true } });
    parallel.repair = true;
    expect(parallel.redrive()).toBe("SUCCEEDED");
    const { output, history } = parallel.view(parallel.executionArn);
    expect(output).toBe('[{"n":1},"charged"]');
    expect(types(history).filter((type) => type === "PassStateEntered")).toHaveLength(1);
    expect(types(history).filter((type) => type === "ParallelStateStarted")).toHaveLength(1);

    const work = { ...charge, Type: "Task" };
    const map = failed(
      { M: { Type: "Map", MaxConcurrency: 1, ItemProcessor: { StartAt: "T", States: { T: work } }, End: true } },
      {},
      ["a", "b"],
    );
    map.repair = true;
    expect(map.redrive()).toBe("SUCCEEDED");
    const iterations = map.view(map.executionArn).history.filter(({ type }) => type === "MapIterationStarted");
    expect(iterations.map((event) => event.mapIterationStartedEventDetails?.index)).toEqual([0, 0, 1]);
    expect(map.view(map.executionArn).output).toBe('["charged","charged"]');
  });

  it("makes the iteration's input again when that was what failed", () => {
    const work = { StartAt: "X", States: { X: end } };
    const ItemSelector =
      "{% $states.context.Execution.RedriveCount = 0 ? $error('no') : $states.context.Map.Item.Value %}";
    const made = failed({ M: { Type: "Map", ItemSelector, ItemProcessor: work, End: true } }, {}, [1, 2]);
    expect(made.view(made.executionArn).error).toBe("States.QueryEvaluationError");
    expect(made.redrive()).toBe("SUCCEEDED");
    expect(made.view(made.executionArn).output).toBe("[1,2]");
  });

  it("is announced, and told by DescribeExecution and ListExecutions", () => {
    const made = failed({ A: charge });
    const describe = () =>
      made.world.call<JsonObject>("states", "DescribeExecution", { executionArn: made.executionArn });
    expect(describe()).toMatchObject({ redriveCount: 0, redriveStatus: "REDRIVABLE" });
    made.repair = true;
    made.redrive();
    expect(describe()).toMatchObject({
      redriveCount: 1,
      redriveStatus: "NOT_REDRIVABLE",
      redriveStatusReason: "Execution is SUCCEEDED and cannot be redriven",
      redriveDate: expect.any(Number),
    });
    const stateMachineArn = describe().stateMachineArn as string;
    const listed = (redriveFilter: string) =>
      made.world.call<{ executions: unknown[] }>("states", "ListExecutions", { stateMachineArn, redriveFilter })
        .executions.length;
    expect([listed("REDRIVEN"), listed("NOT_REDRIVEN")]).toEqual([1, 0]);
    const statuses = made.world.collected.busEvents.map(({ detail }) => [detail.status, detail.redriveCount]);
    expect(statuses).toEqual([
      ["RUNNING", 0],
      ["FAILED", 0],
      ["RUNNING", 1],
      ["SUCCEEDED", 1],
    ]);
    expect(made.world.collected.data.map(({ name }) => name)).toEqual([
      ...["ExecutionsStarted", "ExecutionsFailed", "ExecutionTime"],
      ...["ExecutionsRedriven", "ExecutionsSucceeded", "RedrivenExecutionsSucceeded", "ExecutionTime"],
    ]);
  });

  it("is once for a client token, for 15 minutes", () => {
    const made = failed({ A: charge });
    made.redrive("token-1");
    made.redrive("token-1");
    expect(made.view(made.executionArn).redriveCount).toBe(1);
    made.redrive("token-2");
    made.world.run(16 * 60 * 1000);
    made.redrive("token-2");
    expect(made.view(made.executionArn).redriveCount).toBe(3);
    expect(made.redrive("a b")).toContain("at 'clientToken' failed to satisfy constraint");
  });

  it("says why it cannot be", () => {
    const refusal = (reason: string) => `ExecutionNotRedrivable: ${reason}`;
    const done = failed({ A: end });
    expect(done.redrive()).toBe(refusal("Execution is SUCCEEDED and cannot be redriven"));
    const old = failed({ A: charge });
    old.world.run(14 * day + 1);
    expect(old.redrive()).toBe(refusal("Execution redrivable period exceeded"));
    const long = stepFunctionsWorld();
    const executionArn = long.start(long.create({ A: { Type: "Wait", Seconds: 99_999_999, End: true } }));
    long.world.run(366 * day);
    expect(() => long.world.call("states", "RedriveExecution", { executionArn })).toThrow(
      "Execution has exceeded the max execution time",
    );
    const loop = {
      A: { Type: "Choice", Choices: [{ Condition: true, Next: "A" }], Default: "B" },
      B: end,
    };
    expect(failed(loop).redrive()).toBe(refusal("Execution history event limit exceeded"));
    expect(() => done.world.call("states", "RedriveExecution", { executionArn: `${done.executionArn}x` })).toThrow(
      "Execution Does Not Exist",
    );
  });

  it("keeps the limit of a year, and the 90 days after the last end", () => {
    const made = failed({ A: charge });
    made.world.run(10 * day);
    made.redrive();
    made.world.run(85 * day);
    expect(made.view(made.executionArn).status).toBe("FAILED");
    made.world.run(6 * day);
    expect(() => made.view(made.executionArn)).toThrow("no execution");
  });
});
