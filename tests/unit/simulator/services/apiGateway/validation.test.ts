import { describe, expect, it } from "vitest";
import type { Json, JsonObject } from "../../../../../simulator/json";
import { compileSchema } from "../../../../../simulator/services/apiGateway/jsonSchema";
import { apiWorld } from "./apiWorld";

const problems = (schema: JsonObject, value: Json, schemas: JsonObject = {}) =>
  compileSchema("schema", schema, schemas)(value);

describe("a model", () => {
  it.each<[string, JsonObject, Json, string]>([
    [
      "type",
      { type: "integer" },
      "1",
      'instance type (string) does not match any allowed primitive type (allowed: ["integer"])',
    ],
    [
      "number",
      { type: "integer" },
      1.5,
      'instance type (number) does not match any allowed primitive type (allowed: ["integer"])',
    ],
    ["enum", { enum: ["a", "b"] }, "c", 'instance value ("c") not found in enum (possible values: ["a","b"])'],
    ["required", { required: ["b", "a"] }, {}, 'object has missing required properties (["a","b"])'],
    [
      "nested",
      { properties: { a: { type: "string" } } },
      { a: 1 },
      'instance type (integer) does not match any allowed primitive type (allowed: ["string"])',
    ],
    [
      "additional",
      { properties: { a: {} }, additionalProperties: false },
      { a: 1, b: 2 },
      'object instance has properties which are not allowed by the schema: ["b"]',
    ],
    ["items", { items: { minLength: 2 } }, ["ab", "a"], 'string "a" is too short (length: 1, required minimum: 2)'],
    ["maxLength", { maxLength: 1 }, "ab", 'string "ab" is too long (length: 2, maximum allowed: 1)'],
    ["minItems", { minItems: 1 }, [], "array is too short: must have at least 1 elements but instance has 0 elements"],
    ["maxItems", { maxItems: 0 }, [1], "array is too long: must have at most 0 elements but instance has 1 elements"],
    ["pattern", { pattern: "^a" }, "b", 'ECMA 262 regex "^a" does not match input string "b"'],
    ["minimum", { minimum: 1 }, 0, "numeric instance is lower than the required minimum (minimum: 1, found: 0)"],
    [
      "exclusive",
      { minimum: 1, exclusiveMinimum: true },
      1,
      "numeric instance is not strictly greater than the required minimum 1",
    ],
    ["maximum", { maximum: 1 }, 2, "numeric instance is greater than the required maximum (maximum: 1, found: 2)"],
  ])("finds what is wrong by %s", (_name, schema, value, problem) => {
    expect(problems(schema, value)).toEqual([problem]);
  });

  it("lets values of other kinds pass, as JSON schema has it", () => {
    expect(problems({ minLength: 3, minimum: 3, minItems: 3, required: ["a"] }, true)).toEqual([]);
    expect(problems({ type: "number" }, 1)).toEqual([]);
  });

  it("follows references, into itself, too", () => {
    const schemas = { Node: { type: "object", properties: { next: { $ref: "#/components/schemas/Node" } } } };
    const schema = { $ref: "#/components/schemas/Node" };
    expect(problems(schema, { next: { next: {} } }, schemas)).toEqual([]);
    expect(problems(schema, { next: { next: 1 } }, schemas)).toHaveLength(1);
  });

  it("is refused with a keyword that the simulator does not have", () => {
    expect(() => problems({ properties: { a: { oneOf: [] } } }, {})).toThrow(
      /the simulator's API Gateway does not have \[schema.properties.a.oneOf\] \[\]; it has type, enum/,
    );
  });
});

describe("a request validator", () => {
  const document = {
    "x-amazon-apigateway-request-validators": { all: { validateRequestBody: true, validateRequestParameters: true } },
    "x-amazon-apigateway-request-validator": "all",
    "x-amazon-apigateway-gateway-responses": {
      BAD_REQUEST_BODY: {
        responseTemplates: { "application/json": '{"detail":"$context.error.validationErrorString"}' },
      },
    },
  };
  const post = {
    requestBody: {
      required: true,
      content: { "application/json": { schema: { type: "object", required: ["title"] } } },
    },
  };
  const get = { parameters: [{ name: "lang", in: "query", required: true, schema: { type: "string" } }] };

  it("refuses a body that its model does not allow, and says why", () => {
    const { http, json } = apiWorld({ document, post });
    const send = { method: "POST", headers: { "content-type": "application/json" } };
    expect(http("/books", { ...send, body: '{"title":"x"}' }).status).toBe(200);
    expect(http("/books", { ...send, body: "{" }).status).toBe(400);
    expect(json("/books", { ...send, body: "{}" })).toEqual({
      detail: '[object has missing required properties (["title"])]',
    });
    expect(json("/books", send)).toEqual({ detail: '[object has missing required properties (["title"])]' });
  });

  it("does not look at a body of another content type, as on AWS", () => {
    const { http } = apiWorld({ document, post });
    expect(http("/books", { method: "POST", headers: { "content-type": "text/plain" }, body: "{}" }).status).toBe(200);
  });

  it("refuses a request without a required parameter", () => {
    const { http } = apiWorld({ document, get });
    expect(http("/books/1")).toMatchObject({
      status: 400,
      body: '{"message":"Missing required request parameters: [lang]"}',
    });
    expect(http("/books/1?lang=en").status).toBe(200);
  });
});
