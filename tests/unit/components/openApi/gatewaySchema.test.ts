// A program's schema as API Gateway's models have it: the same values are allowed, or there is an error.
import { describe, expect, it } from "vitest";
import { gatewaySchema } from "../../../../components/openApi/gatewaySchema";

const remedy = ". With validateBody: false it does not validate the body; the function must";

describe("gatewaySchema", () => {
  it.each([
    [true, {}],
    [{ const: "a" }, { enum: ["a"] }],
    [
      { type: "integer", exclusiveMinimum: 0, exclusiveMaximum: 9.5 },
      { type: "integer", minimum: 1, maximum: 9 },
    ],
    [
      { type: "integer", minimum: 5, exclusiveMinimum: 0 },
      { type: "integer", minimum: 5 },
    ],
    [{ type: "object", required: [] }, { type: "object" }],
    [{ $schema: "s", format: "date", default: 1, examples: [1], title: "T" }, { title: "T" }],
    [
      { properties: { a: { items: { const: 1 } } }, additionalProperties: { const: 2 }, allOf: [{ const: 3 }] },
      { properties: { a: { items: { enum: [1] } } }, additionalProperties: { enum: [2] }, allOf: [{ enum: [3] }] },
    ],
    [
      { additionalProperties: false, not: { const: 1 } },
      { additionalProperties: false, not: { enum: [1] } },
    ],
    [{ $ref: "#/components/schemas/A", description: "d" }, { $ref: "#/components/schemas/A" }],
    [{ properties: { format: { type: "string" } } }, { properties: { format: { type: "string" } } }],
  ])("says %j as %j", (schema, model) => {
    expect(gatewaySchema("body", schema)).toEqual(model);
  });

  it.each([
    [{ prefixItems: [] }, `[body.prefixItems] must be left out: API Gateway does not have it in its models${remedy}`],
    [{ minItems: 1 }, `[body.minItems] must be left out: API Gateway does not have it in its models${remedy}`],
    [
      { properties: { a: { oneOf: [{}] } } },
      `[body.properties.a.oneOf] must be left out: API Gateway does not have it in its models${remedy}`,
    ],
    [
      { type: "number", exclusiveMinimum: 0 },
      `[body.exclusiveMinimum] must be left out: API Gateway does not have it in its models${remedy}`,
    ],
    [{ exclusiveMaximum: true }, "[body.exclusiveMaximum] must be a number, got true"],
    [
      { type: ["string", "null"] },
      `[body.type] must be one of array, boolean, integer, number, object, string, as API Gateway's models have one type and no null, got ["string","null"]${remedy}`,
    ],
    [
      { $ref: "#/components/schemas/A", minLength: 1 },
      `[body.minLength] must be left out: API Gateway does not have it beside a reference${remedy}`,
    ],
    [
      { $ref: "#/components/schemas/A/properties/b" },
      `[body.$ref] must be left out: API Gateway does not have it in its models${remedy}`,
    ],
    [{ items: false }, "[body.items] must be a JSON schema, got false"],
    [{ properties: [] }, "[body.properties] must be schemas by name, got []"],
  ])("refuses %j", (schema, message) => {
    expect(() => gatewaySchema("body", schema)).toThrow(new Error(message));
  });
});
