import { describe, expect, it } from "vitest";
import type { Json } from "../../../../../../simulator/json";
import { StateFailure } from "../../../../../../simulator/services/stepFunctions/failure";
import { JsonataEngine } from "../../../../../../simulator/services/stepFunctions/jsonata/engine";
import {
  expressionIn,
  type JsonType,
  TemplateEvaluator,
} from "../../../../../../simulator/services/stepFunctions/jsonata/template";

const engine = new JsonataEngine({ now: () => 0, random: () => 0, uuid: () => "" });
const evaluator = () => new TemplateEvaluator(engine, () => '{"name":"Ada","list":[]}', "In 'S'.");

function failure(template: Json, expected?: JsonType): StateFailure["failure"] {
  try {
    if (expected === undefined) evaluator().evaluate(template, "Output");
    else evaluator().evaluateAs(template, "Condition", expected);
  } catch (error) {
    if (error instanceof StateFailure) return error.failure;
    throw error;
  }
  throw new Error("it did not fail");
}

describe("expressionIn", () => {
  it("sees an expression only in a whole string", () => {
    expect(expressionIn("{% $x %}")).toBe("$x");
    expect(expressionIn("{%$x%}")).toBe("$x");
    for (const other of [" {% $x %}", "{% $x %} ", "$x", "{%}", 1, null]) expect(expressionIn(other)).toBeUndefined();
  });
});

describe("TemplateEvaluator", () => {
  it("replaces expressions at any depth and leaves the rest", () => {
    const template = { a: ["{% $name %}", { b: "{% $list %}" }], "c.$": "$.no", n: null };
    expect(evaluator().evaluate(template, "Output")).toEqual({ a: ["Ada", { b: [] }], "c.$": "$.no", n: null });
  });

  it("fails for an expression that finds nothing, and says where", () => {
    expect(failure({ a: [1, { b: "{% $missing %}" }] })).toEqual({
      error: "States.QueryEvaluationError",
      cause:
        "In 'S'. The JSONata expression '$missing' specified for the field 'Output/a[1]/b' returned nothing (undefined).",
      evaluation: { location: "Output/a[1]/b" },
    });
  });

  it("fails with JSONata's code and message", () => {
    expect(failure("{% $name + 1 %}").cause).toBe(
      "In 'S'. The JSONata expression '$name + 1' specified for the field 'Output' threw an error during evaluation. " +
        'T2001: The left side of the "+" operator must evaluate to a number',
    );
  });

  it("fails with the message alone where a function of AWS throws", () => {
    expect(failure("{% $parse('{') %}").cause).toBe(
      "In 'S'. The JSONata expression '$parse('{')' specified for the field 'Output' threw an error during evaluation: " +
        "the argument of $parse must be valid JSON",
    );
  });

  it("refuses a function as a result, nested ones too", () => {
    const text = "specified for the field 'Output' returned an unsupported result type.";
    expect(failure("{% function($x) { $x } %}").cause).toContain(text);
    expect(failure("{% { 'a': $sum } %}").cause).toContain(text);
  });

  it("checks a field's type", () => {
    expect(evaluator().evaluateAs("{% true %}", "Condition", "boolean")).toBe(true);
    expect(failure("{% 'yes' %}", "boolean").cause).toBe(
      "In 'S'. The JSONata expression ''yes'' specified for the field 'Condition' returned an unexpected result type. " +
        "Expected 'boolean', but was 'string' for value: \"yes\"",
    );
  });
});
