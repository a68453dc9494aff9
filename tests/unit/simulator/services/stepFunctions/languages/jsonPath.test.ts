// States in JSONPath: how their fields take, make and hand on data.
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../../../../simulator/json";
import { type Answers, functionArn, refusal, returns, stepFunctionsWorld, throws, types } from "../stepFunctionsWorld";

const machine = { QueryLanguage: undefined };
const end = { Type: "Pass", End: true };
const task = (fields: object) => ({ Type: "Task", Resource: functionArn, End: true, ...fields });

function run(states: JsonObject, input: unknown = {}, answers: Answers = {}) {
  return stepFunctionsWorld(answers).run(states, input, machine);
}

function output(state: JsonObject, input?: unknown, answers?: Answers): unknown {
  const states = { A: state, ...("Catch" in state ? { B: end } : {}) };
  const { output: text, error, cause } = run(states, input, answers);
  return text === undefined ? `${error}: ${cause?.replace(/^.*event id #\d+\)\. /, "")}` : JSON.parse(text);
}

describe("JSONPath, the language of states that choose none", () => {
  it("takes a part of the input, and hands on a part of the output", () => {
    const input = { a: { b: 1 }, c: 2 };
    expect(output({ ...end, InputPath: "$.a" }, input)).toEqual({ b: 1 });
    expect(output({ ...end, InputPath: null }, input)).toEqual({});
    expect(output({ ...end, OutputPath: "$.c" }, input)).toBe(2);
    expect(output({ ...end, OutputPath: null }, input)).toEqual({});
    expect(output({ Type: "Succeed", InputPath: "$.a", OutputPath: "$.b" }, input)).toBe(1);
    expect(output({ Type: "Wait", Seconds: 1, InputPath: "$.a", End: true }, input)).toEqual({ b: 1 });
  });

  it("fills templates at any depth, from input, context and intrinsic functions", () => {
    const Parameters = {
      fixed: "$.a",
      deep: { list: [{ "x.$": "$.a" }, "$.a"], "name.$": "$$.State.Name" },
      "text.$": "States.Format('{}!', $.a)",
    };
    expect(output({ ...end, Parameters }, { a: 1 })).toEqual({
      fixed: "$.a",
      deep: { list: [{ x: 1 }, "$.a"], name: "A" },
      text: "1!",
    });
  });

  it("does not look into Result", () => {
    expect(output({ ...end, Result: { "x.$": "$.a" } }, { a: 1 })).toEqual({ "x.$": "$.a" });
  });

  it("puts a result into the raw input", () => {
    const fields = { InputPath: "$.a", Parameters: { "n.$": "$.b" } };
    expect(output({ ...end, ...fields, ResultPath: "$.a.r" }, { a: { b: 1 } })).toEqual({ a: { b: 1, r: { n: 1 } } });
    expect(output({ ...end, ...fields, ResultPath: null }, { a: { b: 1 } })).toEqual({ a: { b: 1 } });
    expect(output({ ...end, Result: 1, ResultPath: "$.r" }, [1])).toBe(
      "States.ResultPathMatchFailure: Unable to apply ReferencePath $.r to input [1]",
    );
  });

  it("selects from a task's result", () => {
    const answers = { lambda: () => returns({ x: 1, y: 2 }) };
    const fields = { ResultSelector: { "got.$": "$.x", "by.$": "$$.State.Name" }, ResultPath: "$.r" };
    expect(output(task(fields), { id: 1 }, answers)).toEqual({ id: 1, r: { got: 1, by: "A" } });
    expect(output(task({ ...fields, OutputPath: "$.r.got" }), { id: 1 }, answers)).toBe(1);
  });

  it("hands an input on as it came when nothing is to be done", () => {
    const { world, create, view } = stepFunctionsWorld();
    const stateMachineArn = create({ A: end }, { machine });
    const { executionArn } = world.call<{ executionArn: string }>("states", "StartExecution", {
      stateMachineArn,
      input: '{ "n": 1.0 }',
    });
    world.runUntilQuiet();
    expect(view(executionArn).output).toBe('{ "n": 1.0 }');
  });

  it("names the path that leads nowhere; no Catch sees it", () => {
    const all = { Catch: [{ ErrorEquals: ["States.ALL"], Next: "B" }] };
    const missing = task({ ...all, Parameters: { "x.$": "$.none" } });
    expect(output(missing, { a: 1 })).toBe(
      "States.Runtime: The JSONPath '$.none' specified for the field 'x.$' could not be found in the input '{\"a\":1}'",
    );
    expect(output(task({ ...all, OutputPath: "$.none" }), { a: 1 })).toBe(
      "States.Runtime: Invalid path '$.none' : No results for path: $['none']",
    );
    const { history } = run({ A: missing, B: end }, { a: 1 });
    expect(types(history)).toEqual(["ExecutionStarted", "TaskStateEntered", "ExecutionFailed"]);
  });
});

describe("a Catcher in JSONPath", () => {
  const failing = { lambda: () => throws("Broken") };
  const caught = (fields: object) => ({ Catch: [{ ErrorEquals: ["States.ALL"], Next: "B", ...fields }] });

  it("replaces the input by the error, or puts it where ResultPath says, without OutputPath", () => {
    const error = { Error: "Broken", Cause: expect.stringContaining('"errorType": "Broken"') };
    expect(output(task(caught({})), { id: 1 }, failing)).toEqual(error);
    const fields = { ...caught({ ResultPath: "$.error" }), OutputPath: "$.none", ResultPath: "$.none" };
    expect(output(task(fields), { id: 1 }, failing)).toEqual({ id: 1, error });
    expect(output(task(caught({ ResultPath: null })), { id: 1 }, failing)).toEqual({ id: 1 });
  });

  it("assigns from the error", () => {
    const states = { A: task(caught({ Assign: { "e.$": "$.Error" } })), B: { ...end, OutputPath: "$e" } };
    expect(run(states, {}, failing).output).toBe('"Broken"');
  });
});

describe("variables in JSONPath", () => {
  it("are assigned from the state's result, read from what was before", () => {
    const states = {
      A: { Type: "Pass", Result: { n: 1 }, Assign: { "x.$": "$.n", y: "$.n" }, ResultPath: "$.r", Next: "B" },
      B: { ...end, Assign: { "x.$": "States.MathAdd($x, 1)" }, Parameters: { "x.$": "$x", "y.$": "$y" } },
    };
    const execution = run(states, { id: 1 });
    expect(execution.output).toBe('{"x":1,"y":"$.n"}');
    expect(execution.history[4]?.stateExitedEventDetails).toMatchObject({ assignedVariables: { x: "2" } });
  });

  it("are shared with states in JSONata", () => {
    const states = {
      A: { Type: "Pass", Assign: { "x.$": "$.n" }, Next: "B" },
      B: { ...end, QueryLanguage: "JSONata", Output: "{% $x + $states.input.n %}" },
    };
    expect(run(states, { n: 2 }).output).toBe("4");
  });

  it("fail when they do not exist", () => {
    expect(output({ ...end, Parameters: { "x.$": "$none" } })).toContain("States.Runtime: The JSONPath '$none'");
  });
});

describe("numbers by path", () => {
  it("limit a task's time", () => {
    const { history } = run({ A: task({ TimeoutSecondsPath: "$.t" }) }, { t: 5 });
    expect(history[2]?.lambdaFunctionScheduledEventDetails).toMatchObject({ timeoutInSeconds: 5 });
  });

  it("must be whole numbers within bounds", () => {
    const timed = task({ TimeoutSecondsPath: "$.t" });
    expect(output(timed, {})).toBe("States.Runtime: Invalid path '$.t' : No results for path: $['t']");
    expect(output(timed, { t: "5" })).toBe(
      'States.Runtime: The TimeoutSecondsPath field refers to value "5" which is not a valid integer: $.t',
    );
    expect(output(timed, { t: 0 })).toBe("States.Runtime: TimeoutSeconds must be between 1 and 99999999.");
    expect(output(timed, { t: -1 })).toBe("States.Runtime: TimeoutSeconds cannot be negative.");
  });

  it("tell a Wait state how long, with words of its own", () => {
    const wait = { Type: "Wait", SecondsPath: "$.s", End: true };
    expect(output(wait, { s: 3 })).toEqual({ s: 3 });
    expect(output(wait, { s: -1 })).toBe(
      "States.Runtime: The SecondsPath parameter references a negative value: $.s == -1",
    );
    expect(output(wait, { s: 1.5 })).toBe(
      "States.Runtime: The SecondsPath parameter cannot be parsed as a long value: $.s == 1.5",
    );
    expect(output({ Type: "Wait", TimestampPath: "$.at", End: true }, { at: "now" })).toBe(
      "States.Runtime: The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time " +
        "format string: $.at == now",
    );
  });
});

describe("Fail in JSONPath", () => {
  it("takes error and cause from paths or intrinsic functions", () => {
    const fail = { Type: "Fail", ErrorPath: "$.e", CausePath: "States.Format('{}', $$.State.Name)" };
    expect(run({ A: fail }, { e: "E" })).toMatchObject({ error: "E", cause: "A" });
    expect(output({ Type: "Fail", ErrorPath: "$.e" }, {})).toBe(
      "States.Runtime: The JSONPath '$.e' specified for the field 'ErrorPath' could not be found in the input '{}'",
    );
  });
});

describe("a definition in JSONPath", () => {
  const reason = (state: object) =>
    refusal({ A: state as JsonObject }, machine).replace("InvalidDefinition: Invalid State Machine Definition: ", "");

  it.each([
    [{ ...end, Output: 1 }, "Field 'Output' is not supported at /States/A"],
    [{ ...end, InputPath: "a" }, "Value is not a valid JSONPath at /States/A/InputPath"],
    [{ ...end, ResultPath: "$.a[*]" }, "Value is not a Reference Path at /States/A/ResultPath"],
    [{ ...end, ResultPath: "$$.a" }, "Value is not a Reference Path at /States/A/ResultPath"],
    [
      { ...end, Assign: { "x.$": "a" } },
      "The value for the field 'x.$' must be a valid JSONPath or a valid intrinsic function call at /States/A/Assign",
    ],
    [
      task({ TimeoutSeconds: 1, TimeoutSecondsPath: "$.t" }),
      "State cannot have both 'TimeoutSeconds' and 'TimeoutSecondsPath' at /States/A",
    ],
    [{ Type: "Fail", Error: "E", ErrorPath: "$.e" }, "State cannot have both 'Error' and 'ErrorPath' at /States/A"],
    [
      task({ Resource: "arn:aws:states:::lambda:invoke", Parameters: { "Name.$": "$" } }),
      "The field 'FunctionName' is required but was missing at /States/A/Parameters, " +
        'SCHEMA_VALIDATION_FAILED: The field "Name" is not supported by Step Functions at /States/A/Parameters',
    ],
  ])("%j is refused", (state, problem) => {
    expect(reason(state)).toBe(`'SCHEMA_VALIDATION_FAILED: ${problem}'`);
  });
});
