// The comparisons of Choice states in JSONPath.
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../../../../simulator/json";
import { refusal, stepFunctionsWorld } from "../stepFunctionsWorld";

const machine = { QueryLanguage: "JSONPath" };
const end = { Type: "Pass", End: true };

function states(rule: JsonObject): JsonObject {
  return {
    A: { Type: "Choice", Choices: [{ ...rule, Next: "Yes" }], Default: "No" },
    Yes: { ...end, Result: true },
    No: { ...end, Result: false },
  };
}

function holds(rule: JsonObject, input: unknown = {}): unknown {
  const { output, error, cause } = stepFunctionsWorld().run(states(rule), input, machine);
  return output === undefined ? `${error}: ${cause?.replace(/^.*event id #\d+\)\. /, "")}` : JSON.parse(output);
}

const x = (operator: string, operand: unknown) => ({ Variable: "$.x", [operator]: operand }) as JsonObject;

describe("a comparison", () => {
  it.each([
    [x("StringEquals", "a"), { x: "a" }, true],
    [x("StringEquals", "a"), { x: 1 }, false],
    [x("StringLessThan", "b"), { x: "a" }, true],
    [x("StringGreaterThanEquals", "b"), { x: "b" }, true],
    [x("StringGreaterThan", "b"), { x: "b" }, false],
    [x("StringLessThanEqualsPath", "$.y"), { x: "a", y: "a" }, true],
    [x("NumericEquals", 1), { x: 1 }, true],
    [x("NumericEquals", 1), { x: "1" }, false],
    [x("NumericLessThanPath", "$.y"), { x: 1, y: 2 }, true],
    [x("NumericGreaterThanEquals", 2), { x: 1 }, false],
    [x("BooleanEquals", false), { x: false }, true],
    [x("BooleanEqualsPath", "$.y"), { x: false, y: true }, false],
    [x("TimestampEquals", "2026-01-01T00:00:00Z"), { x: "2026-01-01T01:00:00+01:00" }, true],
    [x("TimestampLessThan", "2026-01-01T00:00:00Z"), { x: "2026-01-01" }, false],
    [x("TimestampGreaterThanPath", "$.y"), { x: "2026-01-02T00:00:00Z", y: "2026-01-01T00:00:00Z" }, true],
    [x("StringMatches", "log-*.txt"), { x: "log-1.txt" }, true],
    [x("StringMatches", "log-*.txt"), { x: "log-1_txt" }, false],
    [x("StringMatches", String.raw`a\*\\*`), { x: String.raw`a*\b` }, true],
    [x("StringMatches", String.raw`a\*`), { x: "ab" }, false],
    [x("IsNull", true), { x: null }, true],
    [x("IsNull", false), { x: 1 }, true],
    [x("IsString", true), { x: 1 }, false],
    [x("IsNumeric", true), { x: 1 }, true],
    [x("IsBoolean", true), { x: false }, true],
    [x("IsTimestamp", true), { x: "2026-01-01T00:00:00Z" }, true],
    [x("IsPresent", true), {}, false],
    [x("IsPresent", false), {}, true],
    [x("IsPresent", true), { x: null }, true],
    [{ Variable: "$$.State.Name", StringEquals: "A" }, {}, true],
  ])("%j for %j is %s", (rule, input, expected) => {
    expect(holds(rule as JsonObject, input)).toBe(expected);
  });

  it("can be joined and turned round", () => {
    const [big, small] = [x("NumericGreaterThan", 9), x("NumericLessThan", 1)];
    expect(holds({ Or: [big, small] }, { x: 10 })).toBe(true);
    expect(holds({ And: [x("IsNumeric", true), { Not: big }] }, { x: 5 })).toBe(true);
    expect(holds({ Not: { Or: [big, small] } }, { x: 10 })).toBe(false);
  });

  it("looks no further than it must", () => {
    expect(holds({ And: [x("IsPresent", true), x("IsNumeric", true)] }, {})).toBe(false);
  });

  it("fails for a path without a value", () => {
    const problem = "The choice state's condition path references an invalid value.";
    expect(holds(x("IsNull", true), {})).toBe(`States.Runtime: Invalid path '$.x': ${problem}`);
    expect(holds(x("NumericEqualsPath", "$.y"), { x: 1 })).toBe(`States.Runtime: Invalid path '$.y': ${problem}`);
  });
});

describe("a rule of a definition", () => {
  const at = "/States/A/Choices[0]";
  it.each([
    [{ Variable: "$.x" }, `A choice rule must have exactly one comparison operator, got [] at ${at}`],
    [
      { ...x("IsNull", true), IsString: true },
      `A choice rule must have exactly one comparison operator, got [IsNull, IsString] at ${at}`,
    ],
    [{ StringEquals: "a" }, `The field 'Variable' is required but was missing at ${at}`],
    [{ Variable: "x", StringEquals: "a" }, `Value is not a valid JSONPath at ${at}/Variable`],
    [x("Equals", "a"), `Field 'Equals' is not supported at ${at}`],
    [x("StringEquals", 1), `Value must be of type String at ${at}/StringEquals`],
    [x("NumericEquals", "1"), `Value must be of type Numeric at ${at}/NumericEquals`],
    [x("TimestampEquals", "today"), `String does not match RFC3339 timestamp at ${at}/TimestampEquals`],
    [x("StringEqualsPath", "a"), `Value is not a valid JSONPath at ${at}/StringEqualsPath`],
    [x("IsPresent", "yes"), `Value for the field 'IsPresent' must be a boolean at ${at}/IsPresent`],
    [{ And: [] }, `The field 'And' must be a non-empty array at ${at}`],
    [{ Not: { Or: [{}] } }, `A choice rule must have exactly one comparison operator, got [] at ${at}/Not/Or[0]`],
  ])("%j is refused", (rule, problem) => {
    expect(refusal(states(rule as JsonObject), machine)).toBe(
      `InvalidDefinition: Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: ${problem}'`,
    );
  });
});
