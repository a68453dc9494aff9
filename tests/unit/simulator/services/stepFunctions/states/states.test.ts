// Pass, Succeed, Fail and Choice.
import { describe, expect, it } from "vitest";
import { refusal, stepFunctionsWorld, types } from "../stepFunctionsWorld";

describe("Pass", () => {
  it("hands its input on, as it came", () => {
    const { world, create, view } = stepFunctionsWorld();
    const stateMachineArn = create({ A: { Type: "Pass", Next: "B" }, B: { Type: "Pass", End: true } });
    const { executionArn } = world.call<{ executionArn: string }>("states", "StartExecution", {
      stateMachineArn,
      input: '{ "n": 1.0 }',
    });
    world.runUntilQuiet();
    expect(view(executionArn)).toMatchObject({ status: "SUCCEEDED", output: '{ "n": 1.0 }', stateTransitions: 2 });
  });

  it("computes an Output and variables, both from what was before", () => {
    const execution = stepFunctionsWorld().run({
      A: { Type: "Pass", Assign: { n: 1 }, Next: "B" },
      B: { Type: "Pass", Assign: { n: "{% $n + 1 %}" }, Output: { seen: "{% $n %}" }, Next: "C" },
      C: { Type: "Pass", Output: ["{% $n %}", "{% $states.input.seen %}"], End: true },
    });
    expect(execution.output).toBe("[2,1]");
    expect(execution.history[2]?.stateExitedEventDetails).toEqual({
      name: "A",
      output: "{}",
      outputDetails: { truncated: false },
      assignedVariables: { n: "1" },
      assignedVariablesDetails: { truncated: false },
    });
  });

  it("fails the execution for an output above 256 KiB", () => {
    const output = { Type: "Pass", Output: "{% $states.input & $states.input %}", End: true };
    expect(stepFunctionsWorld().run({ A: output }, "x".repeat(200_000))).toMatchObject({
      status: "FAILED",
      error: "States.DataLimitExceeded",
      cause: "The state/task 'A' returned a result with a size exceeding the maximum number of bytes service limit.",
    });
  });
});

describe("an evaluation that fails", () => {
  it("leaves an EvaluationFailed event that follows what was before the state", () => {
    const execution = stepFunctionsWorld().run({
      A: { Type: "Pass", Next: "B" },
      B: { Type: "Pass", Assign: { x: "{% $none %}" }, End: true },
    });
    const cause =
      "An error occurred while executing the state 'B' (entered at the event id #4). The JSONata expression '$none' " +
      "specified for the field 'Assign/x' returned nothing (undefined).";
    expect(execution.history.slice(4)).toEqual([
      expect.objectContaining({
        id: 5,
        previousEventId: 3,
        type: "EvaluationFailed",
        evaluationFailedEventDetails: { state: "B", error: "States.QueryEvaluationError", cause, location: "Assign/x" },
      }),
      expect.objectContaining({
        id: 6,
        previousEventId: 5,
        type: "ExecutionFailed",
        executionFailedEventDetails: { error: "States.QueryEvaluationError", cause },
      }),
    ]);
  });
});

describe("Succeed", () => {
  it("ends the execution with its Output", () => {
    const execution = stepFunctionsWorld().run({ A: { Type: "Succeed", Output: { done: true } } });
    expect(execution.output).toBe('{"done":true}');
    expect(types(execution.history)).toEqual([
      "ExecutionStarted",
      "SucceedStateEntered",
      "SucceedStateExited",
      "ExecutionSucceeded",
    ]);
  });
});

describe("Fail", () => {
  it("ends the execution with its error and cause", () => {
    const fail = { Type: "Fail", Error: "Respool.Spooled", Cause: "{% $string($states.input) %}" };
    const execution = stepFunctionsWorld().run({ A: fail }, { id: 1 });
    expect(execution).toMatchObject({ status: "FAILED", error: "Respool.Spooled", cause: '{"id":1}' });
    expect(types(execution.history)).toEqual(["ExecutionStarted", "FailStateEntered", "ExecutionFailed"]);
  });

  it("needs neither", () => {
    const execution = stepFunctionsWorld().run({ A: { Type: "Fail" } });
    expect(execution).toMatchObject({ status: "FAILED", error: undefined, cause: undefined });
    expect(execution.history.at(-1)?.executionFailedEventDetails).toEqual({});
  });

  it("cuts a cause to what the API carries", () => {
    const execution = stepFunctionsWorld().run({ A: { Type: "Fail", Cause: "x".repeat(40_000) } });
    expect(execution.cause).toHaveLength(32_768);
  });
});

describe("Choice", () => {
  const choice = {
    Type: "Choice",
    Choices: [
      { Condition: "{% $states.input.n > 9 %}", Next: "Many", Assign: { rule: 1 } },
      { Condition: "{% $states.input.n > 4 %}", Next: "Some", Output: "{% $states.input.n * 2 %}" },
    ],
    Default: "Few",
    Assign: { rule: "none" },
  };
  const end = { Type: "Pass", End: true };
  const rest = { Many: { ...end, Output: "{% $rule %}" }, Some: end, Few: { ...end, Output: "{% $rule %}" } };

  it("takes the first rule that is true, with that rule's Output and Assign", () => {
    expect(stepFunctionsWorld().run({ A: choice, ...rest }, { n: 10 }).output).toBe("1");
    expect(stepFunctionsWorld().run({ A: choice, ...rest }, { n: 5 }).output).toBe("10");
  });

  it("takes its own Assign to the default", () => {
    expect(stepFunctionsWorld().run({ A: choice, ...rest }, { n: 1 }).output).toBe('"none"');
  });

  it("needs a boolean", () => {
    const unclear = { Type: "Choice", Choices: [{ Condition: "{% $states.input.n %}", Next: "B" }], Default: "B" };
    expect(stepFunctionsWorld().run({ A: unclear, B: end }, { n: 1 }).cause).toContain(
      "specified for the field 'Choices[0]/Condition' returned an unexpected result type. Expected 'boolean', but was 'number' for value: 1",
    );
    expect(refusal({ A: { ...unclear, Choices: [{ Condition: "yes", Next: "B" }] }, B: end })).toContain(
      "Value for the field 'Condition' must be a boolean or a JSONata expression at /States/A/Choices[0]/Condition",
    );
  });

  it("fails the execution when nothing matches, as a runtime error", () => {
    const gate = { Type: "Choice", Choices: [{ Condition: "{% false %}", Next: "B" }] };
    const execution = stepFunctionsWorld().run({ A: gate, B: end });
    expect(execution).toMatchObject({
      error: "States.Runtime",
      cause:
        "An error occurred while executing the state 'A' (entered at the event id #2). " +
        "Failed to transition out of the state. The state does not point to a next state.",
    });
    expect(types(execution.history)).toEqual(["ExecutionStarted", "ChoiceStateEntered", "ExecutionFailed"]);
  });
});
