import { describe, expect, it } from "vitest";
import { AwsError } from "../../../../../../simulator/service";
import {
  functionArn,
  later,
  refusal,
  returns,
  type StepFunctionsWorld,
  stepFunctionsWorld,
  throws,
  types,
} from "../stepFunctionsWorld";

const task = (fields: object = {}) => ({ Type: "Task", Resource: functionArn, End: true, ...fields });
const all = (fields: object = {}) => [{ ErrorEquals: ["States.ALL"], ...fields }];
const end = { Type: "Pass", End: true };

describe("Task", () => {
  it("calls with its input or its Arguments, as the machine's role", () => {
    const { run, calls } = stepFunctionsWorld();
    expect(run({ A: task() }, { n: 1 }).output).toBe('{"n":1}');
    expect(calls[0]?.input).toEqual({ FunctionName: functionArn, Payload: '{"n":1}' });
    expect(calls[0]?.call.principal).toEqual({ kind: "role", roleArn: "arn:aws:iam::123456789012:role/machine" });
    const other = stepFunctionsWorld();
    const fields = { Arguments: { twice: "{% $states.input.n * 2 %}" }, Output: "{% $states.result.twice + 1 %}" };
    expect(other.run({ A: task(fields) }, { n: 4 }).output).toBe("9");
  });

  it("is one state transition when it succeeds", () => {
    const execution = stepFunctionsWorld().run({ A: task() });
    expect(execution).toMatchObject({ stateTransitions: 1, attempts: 1 });
    expect(execution.history.map(({ id, previousEventId, type }) => [id, previousEventId, type])).toEqual([
      [1, 0, "ExecutionStarted"],
      [2, 0, "TaskStateEntered"],
      [3, 2, "LambdaFunctionScheduled"],
      [4, 3, "LambdaFunctionStarted"],
      [5, 4, "LambdaFunctionSucceeded"],
      [6, 5, "TaskStateExited"],
      [7, 6, "ExecutionSucceeded"],
    ]);
  });

  it("may give $states.result to Assign", () => {
    const first = task({ Assign: { got: "{% $states.result %}" }, End: undefined, Next: "B" });
    expect(stepFunctionsWorld().run({ A: first, B: { ...end, Output: "{% $got.n %}" } }, { n: 3 }).output).toBe("3");
  });

  it("fails for Arguments that find nothing, and a Catch sees it", () => {
    const fields = { Arguments: "{% $none %}", Catch: all({ Next: "B", Output: "{% $states.errorOutput.Error %}" }) };
    const { run, calls } = stepFunctionsWorld();
    expect(run({ A: task(fields), B: end }).output).toBe('"States.QueryEvaluationError"');
    expect(calls).toEqual([]);
  });

  it("refuses what the simulator lacks", () => {
    expect(refusal({ A: task({ Credentials: { RoleArn: "arn" } }) })).toBe(
      "SimulatorUnsupportedDefinition: the simulator does not have Credentials (at /States/A); " +
        "it has the state machine's own role",
    );
    expect(refusal({ A: task({ Resource: "arn:aws:states:::ecs:runTask" }) })).toContain(
      'SimulatorUnsupportedDefinition: the simulator does not have the Resource "arn:aws:states:::ecs:runTask" ' +
        "(at /States/A/Resource); it has arn:aws:states:::lambda:invoke, ",
    );
    expect(refusal({ A: task({ Resource: undefined }) })).toContain("The field 'Resource' is required but was missing");
    expect(refusal({ A: task({ Resource: "charge" }) })).toContain("Value is not a valid resource ARN: charge");
  });

  it("does not let a gap of the simulator pass for a failure of the task", () => {
    const { run } = stepFunctionsWorld({
      lambda: () => new AwsError("SimulatorUnsupportedOperation", "no such thing", 501),
    });
    expect(() => run({ A: task({ Catch: all({ Next: "B" }) }), B: end })).toThrow("no such thing");
  });
});

describe("TimeoutSeconds", () => {
  const slow = (): StepFunctionsWorld => {
    const made: StepFunctionsWorld = stepFunctionsWorld({
      lambda: () => later(() => made.world, 60_000, returns("late")),
    });
    return made;
  };

  it("ends the attempt with States.Timeout, and the late reply means nothing", () => {
    const execution = slow().run({ A: task({ TimeoutSeconds: 5 }) });
    expect(execution).toMatchObject({ status: "FAILED", error: "States.Timeout", cause: undefined });
    expect(types(execution.history).slice(2)).toEqual([
      "LambdaFunctionScheduled",
      "LambdaFunctionStarted",
      "LambdaFunctionTimedOut",
      "ExecutionFailed",
    ]);
    expect(execution.history[2]?.lambdaFunctionScheduledEventDetails).toMatchObject({ timeoutInSeconds: 5 });
    const [scheduled, timedOut] = [execution.history[2], execution.history[4]];
    expect((timedOut?.timestamp ?? 0) - (scheduled?.timestamp ?? 0)).toBeCloseTo(5, 5);
  });

  it("is caught with an empty cause, and not as States.TaskFailed", () => {
    const catchers = [{ ErrorEquals: ["States.TaskFailed"], Next: "C" }, ...all({ Next: "B" })];
    const states = { A: task({ TimeoutSeconds: "{% 5 %}", Catch: catchers }), B: end, C: { ...end, Output: "C" } };
    expect(slow().run(states).output).toBe('{"Error":"States.Timeout","Cause":""}');
  });

  it("does not let the first attempt's late reply answer for the second", () => {
    const made: StepFunctionsWorld = stepFunctionsWorld({
      lambda: (_input, _call, attempt) => later(() => made.world, attempt === 1 ? 7000 : 4000, returns(attempt)),
    });
    const retry = [{ ErrorEquals: ["States.Timeout"], IntervalSeconds: 1 }];
    expect(made.run({ A: task({ TimeoutSeconds: 5, Retry: retry }) }).output).toBe("2");
  });

  it("begins anew with every attempt", () => {
    const lambda = (_input: unknown, _call: unknown, attempt: number) => (attempt < 2 ? throws("Busy") : returns("ok"));
    const retry = all({ IntervalSeconds: 10 });
    const execution = stepFunctionsWorld({ lambda }).run({ A: task({ TimeoutSeconds: 5, Retry: retry }) });
    expect(execution.output).toBe('"ok"');
    expect(types(execution.history)).not.toContain("LambdaFunctionTimedOut");
  });

  it("is forgotten once the answer is there", () => {
    const made = slow();
    const execution = made.run({ A: task({ TimeoutSeconds: 3600 }) });
    expect(execution.output).toBe('"late"');
    expect(made.world.clock.now).toBeLessThan(execution.startedAt + 61_000);
  });
});
