// Retry and Catch of a Task.
import { describe, expect, it } from "vitest";
import { functionArn, refusal, returns, stepFunctionsWorld, throws, types } from "../stepFunctionsWorld";

const task = (fields: object = {}) => ({ Type: "Task", Resource: functionArn, End: true, ...fields });
const all = (fields: object = {}) => [{ ErrorEquals: ["States.ALL"], ...fields }];
const end = { Type: "Pass", End: true };

describe("Retry", () => {
  it("tries again after its interval, without another StateEntered", () => {
    const lambda = (_input: unknown, _call: unknown, attempt: number) =>
      attempt < 3 ? throws("Busy") : returns(attempt);
    const { run, world } = stepFunctionsWorld({ lambda });
    const execution = run({ A: task({ Retry: all({ IntervalSeconds: 5 }) }) });
    expect(execution).toMatchObject({ status: "SUCCEEDED", output: "3", attempts: 3, stateTransitions: 3 });
    expect(types(execution.history).slice(1, 9)).toEqual([
      "TaskStateEntered",
      "LambdaFunctionScheduled",
      "LambdaFunctionStarted",
      "LambdaFunctionFailed",
      "LambdaFunctionScheduled",
      "LambdaFunctionStarted",
      "LambdaFunctionFailed",
      "LambdaFunctionScheduled",
    ]);
    const time = (index: number) => execution.history[index]?.timestamp ?? Number.NaN;
    expect(time(5) - time(4)).toBeCloseTo(5, 5);
    expect(time(8) - time(7)).toBeCloseTo(10, 5);
    expect(world.events.all.filter(({ kind }) => kind === "states.Retry")).toHaveLength(2);
  });

  it("makes four attempts by default, and one for MaxAttempts 0", () => {
    const lambda = () => throws("Busy");
    expect(stepFunctionsWorld({ lambda }).run({ A: task({ Retry: all() }) }).attempts).toBe(4);
    const never = [{ ErrorEquals: ["Busy"], MaxAttempts: 0 }, ...all()];
    expect(stepFunctionsWorld({ lambda }).run({ A: task({ Retry: never }) }).attempts).toBe(1);
  });

  it("shows the count in the context object, and evaluates Arguments anew", () => {
    const lambda = (_input: unknown, _call: unknown, attempt: number) => (attempt < 2 ? throws("Busy") : returns(1));
    const { run, calls } = stepFunctionsWorld({ lambda });
    run({ A: task({ Arguments: "{% $states.context.State.RetryCount %}", Retry: all() }) });
    expect(calls.map(({ input }) => input.Payload)).toEqual(["0", "1"]);
  });

  it("is looked at when the definition is created", () => {
    const retry = (fields: object) => refusal({ A: task({ Retry: [{ ErrorEquals: ["X"], ...fields }] }) });
    expect(retry({ MaxAttempts: -1 })).toContain(
      "Value for the field 'MaxAttempts' must be a whole number from 0 to 99999999, got -1 at /States/A/Retry[0]/MaxAttempts",
    );
    expect(retry({ BackoffRate: 0.5 })).toContain("'BackoffRate' must be a number of at least 1.0");
    expect(retry({ JitterStrategy: "SOME" })).toContain("[FULL, NONE]");
    expect(retry({ ErrorEquals: [] })).toContain("'ErrorEquals' must be a non-empty array of strings");
    expect(retry({ ErrorEquals: ["X", "States.ALL"] })).toContain("'States.ALL' must appear alone in 'ErrorEquals'");
    expect(refusal({ A: task({ Retry: [...all(), { ErrorEquals: ["X"] }] }) })).toContain(
      "'States.ALL' must be in the last entry at /States/A/Retry[0]/ErrorEquals",
    );
  });
});

describe("Catch", () => {
  it("goes on with the error and its cause when it has no Output", () => {
    const { run } = stepFunctionsWorld({ lambda: () => throws("Declined") });
    const execution = run({ A: task({ Catch: all({ Next: "B" }) }), B: end });
    expect(execution.output).toBe(
      JSON.stringify({ Error: "Declined", Cause: '{"errorMessage": "no", "errorType": "Declined"}' }),
    );
    expect(types(execution.history).slice(4, 7)).toEqual([
      "LambdaFunctionFailed",
      "TaskStateExited",
      "PassStateEntered",
    ]);
  });

  it("has its own Output and Assign, which see the input and the error", () => {
    const catcher = {
      Next: "B",
      Output: { input: "{% $states.input %}", error: "{% $states.errorOutput.Error %}" },
      Assign: { failed: true },
    };
    const { run } = stepFunctionsWorld({ lambda: () => throws("Declined") });
    const next = { ...end, Output: "{% [$states.input.input.id, $states.input.error, $failed] %}" };
    expect(run({ A: task({ Catch: all(catcher) }), B: next }, { id: 7 }).output).toBe('[7,"Declined",true]');
  });

  it("takes the first entry that matches, after the retries", () => {
    const entries = [
      { ErrorEquals: ["Other"], Next: "C" },
      { ErrorEquals: ["Declined"], Next: "B" },
      ...all({ Next: "C" }),
    ];
    const { run, calls } = stepFunctionsWorld({ lambda: () => throws("Declined") });
    const states = { A: task({ Retry: all({ MaxAttempts: 1 }), Catch: entries }), B: { ...end, Output: "B" }, C: end };
    expect(run(states).output).toBe('"B"');
    expect(calls).toHaveLength(2);
  });

  it("fails the execution when its own Output cannot be evaluated", () => {
    const { run } = stepFunctionsWorld({ lambda: () => throws("Declined") });
    const execution = run({ A: task({ Catch: all({ Next: "B", Output: "{% $none %}" }) }), B: end });
    expect(execution.error).toBe("States.QueryEvaluationError");
    expect(execution.cause).toContain("specified for the field 'Catch[0]/Output' returned nothing (undefined).");
    expect(types(execution.history).slice(-2)).toEqual(["EvaluationFailed", "ExecutionFailed"]);
  });

  it("sees a result above 256 KiB by States.ALL, an output above it only by name", () => {
    const lambda = () => returns("x".repeat(262_143));
    const states = { A: task({ Catch: all({ Next: "B" }) }), B: end };
    expect(JSON.parse(stepFunctionsWorld({ lambda }).run(states).output ?? "")).toEqual({
      Error: "States.DataLimitExceeded",
      Cause: `The state/task '${functionArn}' returned a result with a size exceeding the maximum number of bytes service limit.`,
    });
    const doubled = { Output: "{% $states.result & $states.result %}" };
    const large = () => returns("x".repeat(200_000));
    const failed = stepFunctionsWorld({ lambda: large }).run({
      A: task({ ...doubled, Catch: all({ Next: "B" }) }),
      B: end,
    });
    expect(failed.error).toBe("States.DataLimitExceeded");
    const named = { ErrorEquals: ["States.DataLimitExceeded"], Next: "B" };
    const caught = stepFunctionsWorld({ lambda: large }).run({ A: task({ ...doubled, Catch: [named] }), B: end });
    expect(caught.status).toBe("SUCCEEDED");
  });
});
