// Intrinsic functions, through a Pass state.
import { describe, expect, it } from "vitest";
import { refusal, stepFunctionsWorld } from "../stepFunctionsWorld";

const machine = { QueryLanguage: "JSONPath" };

function pass(call: string) {
  return { A: { Type: "Pass", Parameters: { "r.$": call }, End: true } };
}

function evaluate(call: string, input: unknown = {}): unknown {
  const { output, error, cause = "" } = stepFunctionsWorld().run(pass(call), input, machine);
  if (output !== undefined) return (JSON.parse(output) as { r: unknown }).r;
  return `${error}: ${cause.replace(/^.*event id #\d+\)\. /, "")}`;
}

const invalid =
  "InvalidDefinition: Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: The value for the field 'r.$' must be " +
  "a valid JSONPath or a valid intrinsic function call at /States/A/Parameters'";

describe("an intrinsic function", () => {
  it.each([
    ["States.Array('a', 1, $.n, null, true)", ["a", 1, 5, null, true]],
    ["States.Array()", []],
    ["States.ArrayPartition($.list, 2)", [[1, 2], [2]]],
    ["States.ArrayContains($.list, 2)", true],
    ["States.ArrayContains($.list, '2')", false],
    ["States.ArrayRange(1, 9, 2)", [1, 3, 5, 7, 9]],
    ["States.ArrayRange(5, 1, -2)", [5, 3, 1]],
    ["States.ArrayGetItem($.list, 1)", 2],
    ["States.ArrayLength($.list)", 3],
    ["States.ArrayUnique($.list)", [1, 2]],
    ["States.Base64Encode('Grüße')", "R3LDvMOfZQ=="],
    ["States.Base64Decode('R3LDvMOfZQ==')", "Grüße"],
    ["States.Hash('input data', 'SHA-1')", "aaff4a450a104cd177d28d18d74485e8cae074b7"],
    ["States.JsonMerge($.one, $.two, false)", { a: 2, b: 1 }],
    ["States.JsonToString($.one)", '{"a":1,"b":1}'],
    ["States.StringToJson('[1, \"x\"]')", [1, "x"]],
    ["States.StringToJson(' ')", null],
    ["States.StringSplit('1,2;,3', ',;')", ["1", "2", "3"]],
    ["States.MathAdd(1.5, -1.5)", 1],
    ["States.MathAdd($.n, 1)", 6],
    ["States.Format('{} of {}: {}', $.n, 'all', $.one)", "5 of all: {a=1, b=1}"],
    [String.raw`States.Format('\{\} \'{}\' \\', 1)`, "{} '1' \\"],
    ["States.ArrayGetItem(States.StringSplit($$.State.Name, '-'), 0)", "A"],
  ])("%s", (call, result) => {
    expect(evaluate(call, { n: 5, list: [1, 2, 2], one: { a: 1, b: 1 }, two: { a: 2 } })).toEqual(result);
  });

  it("draws numbers from the simulation, or from a seed of its own", () => {
    const draw = evaluate("States.MathRandom(1, 3)") as number;
    expect([1, 2]).toContain(draw);
    expect(evaluate("States.MathRandom(0, 1000000, 7)")).toBe(evaluate("States.MathRandom(0, 1000000, 7)"));
    expect(evaluate("States.UUID()")).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it.each([
    ["States.StringToJson('{')", "The first argument is not valid JSON"],
    ["States.StringToJson(1)", "The first argument must be a string, but was: 1"],
    ["States.ArrayLength('x')", 'The first argument must be an array, but was: "x"'],
    ["States.ArrayGetItem($.list, 3)", "The index 3 is out of bounds for an array of length 3"],
    ["States.ArrayPartition($.list, 0)", "The second argument must be a positive number, but was: 0"],
    ["States.ArrayRange(0, 1000, 1)", "The range must not have more than 1000 items"],
    ["States.ArrayRange(0, 1, 0)", "The third argument must not be 0"],
    ["States.JsonMerge($.one, $.one, true)", "The third argument must be false: only shallow merges are supported"],
    ["States.Format('{} {}', 1)", "The template has 2 placeholders for 1 arguments"],
    [
      "States.Hash('x', 'SHA-3')",
      "The second argument must be one of MD5, SHA-1, SHA-256, SHA-384, SHA-512, but was: SHA-3",
    ],
    ["States.MathRandom(2, 2)", "The first argument must be less than the second"],
  ])("%s fails", (call, problem) => {
    expect(evaluate(call, { list: [1, 2, 3], one: {} })).toBe(
      `States.IntrinsicFailure: The function '${call}' had the following error: ${problem}`,
    );
  });

  it("can be caught, and a path without a value cannot", () => {
    expect(evaluate("States.Array($.none)", { a: 1 })).toBe(
      "States.Runtime: The function 'States.Array($.none)' had the following error: " +
        "The JsonPath argument for the field '$.none' could not be found in the input '{\"a\":1}'",
    );
  });

  it("is looked at when the definition is created", () => {
    for (const call of [
      "States.None()",
      "States.UUID(1)",
      "States.Array('a)",
      "States.Array(a)",
      String.raw`States.Array('\"')`,
      "States.Array(States.None())",
      "States.Array(1) x",
    ]) {
      expect(refusal(pass(call), machine)).toBe(invalid);
    }
    expect(refusal(pass("States.Array( 1 , 'x' )"), machine)).toBe("accepted");
  });
});
