// Commands' data by its JSON Schema: what is wrong, and where.
import { describe, expect, it } from "vitest";
import { checkSchema, commandValidator } from "../../../../handlers/commands/schemas";

const order = {
  type: "object",
  required: ["items", "a/b~c"],
  additionalProperties: false,
  properties: {
    items: {
      type: "array",
      items: { type: "object", required: ["isbn"], properties: { isbn: { type: "string" }, copies: { minimum: 1 } } },
    },
    "a/b~c": {},
    gift: { enum: ["card", "paper"] },
    version: { const: 2 },
    email: { type: "string", format: "email" },
    pair: { prefixItems: [{ type: "string" }], items: false },
    labels: { propertyNames: { maxLength: 3 } },
  },
};
const validate = commandValidator({ placeOrder: order });

describe("a command's data", () => {
  const anything = commandValidator({ any: {}, tree: { items: { $ref: "#" } } });
  const nested = (levels: number) => JSON.parse("[".repeat(levels) + "]".repeat(levels));

  it("may be nested in 200 levels: deeper data is told so, and no stack overflows", () => {
    const tooDeep = [{ path: "", detail: "must not be nested deeper than 200 levels" }];
    for (const name of ["any", "tree"])
      expect([anything(name, nested(200)), anything(name, nested(201)), anything(name, nested(120_000))]).toEqual([
        [],
        tooDeep,
        tooDeep,
      ]);
  });

  it("has no number that was rounded when it was read", () => {
    const detail = "must not be beyond 2^53, where numbers are rounded: send a text";
    expect(anything("any", JSON.parse('{"a/b":[1,12345678901234567890]}'))).toEqual([{ path: "/a~1b/1", detail }]);
    expect(anything("any", JSON.parse("-1e400"))).toEqual([{ path: "", detail }]);
    expect(anything("any", [Number.MAX_SAFE_INTEGER, 0.1, -Number.MAX_SAFE_INTEGER, 1e20])).toEqual([
      { path: "/3", detail },
    ]);
  });

  it("does not have what every object has", () => {
    const own = commandValidator({ own: { required: ["constructor"], properties: { toString: { type: "string" } } } });
    expect(own("own", {})).toEqual([{ path: "/constructor", detail: "is required" }]);
    const closed = commandValidator({ closed: { additionalProperties: false } });
    expect(closed("closed", JSON.parse('{"__proto__":{"admin":true}}'))).toEqual([
      { path: "/__proto__", detail: "is not allowed" },
    ]);
  });

  it("is told of in as many characters as a client can use, however long its names are", () => {
    const texts = commandValidator({ texts: { additionalProperties: { items: { type: "string" } } } });
    const found = texts("texts", { ["x".repeat(200_000)]: Array.from({ length: 200 }, () => 0), short: [0] });
    expect(found.slice(0, 2)).toEqual(Array.from({ length: 2 }, () => ({ path: "", detail: "must be string" })));
    expect(JSON.stringify(found).length).toBeLessThan(10_000);
  });

  it("has no violations where it fulfils its schema; formats are not checked", () => {
    expect(validate("placeOrder", { items: [{ isbn: "1" }], "a/b~c": 1, email: "nobody", pair: ["a"] })).toEqual([]);
  });

  it("is told all that is wrong with it, each with its place", () => {
    const data = { items: [{ copies: 0 }, "x"], gift: "box", version: 1, more: 1, pair: [1, 2], labels: { "a/bc": 1 } };
    expect(validate("placeOrder", data)).toEqual(
      expect.arrayContaining([
        { path: "/items/0/isbn", detail: "is required" },
        { path: "/items/0/copies", detail: "must be >= 1" },
        { path: "/items/1", detail: "must be object" },
        { path: "/a~1b~0c", detail: "is required" },
        { path: "/gift", detail: 'must be one of ["card","paper"]' },
        { path: "/version", detail: "must be 2" },
        { path: "/more", detail: "is not allowed" },
        { path: "/labels/a~1bc", detail: "has a name that must NOT have more than 3 characters" },
        { path: "/labels/a~1bc", detail: "has a name that is not allowed" },
        { path: "/pair/0", detail: "must be string" },
      ]),
    );
    expect(validate("placeOrder", null)).toEqual([{ path: "", detail: "must be object" }]);
  });

  it("is told a hundred violations at most", () => {
    const data = { items: Array.from({ length: 500 }, () => 1), "a/b~c": 1 };
    expect(validate("placeOrder", data)).toHaveLength(100);
  });

  it("has no schema under another name", () => {
    for (const name of ["burn", "constructor"])
      expect(() => validate(name, {})).toThrow(`[name] must be one of placeOrder, got "${name}"`);
  });

  it("may have schemas with one $id", () => {
    const both = commandValidator({ a: { $id: "s", type: "string" }, b: { $id: "s", type: "number" } });
    expect([both("a", "x"), both("b", 1), both("a", 1)]).toEqual([[], [], [{ path: "", detail: "must be string" }]]);
  });
});

describe("a schema", () => {
  it("is one of draft 2020-12", () => {
    expect(() => checkSchema("commands.placeOrder.schema", order)).not.toThrow();
  });

  it.each([
    { schema: "text", got: 'got "text"' },
    { schema: undefined, got: "got nothing" },
    { schema: [], got: "got []" },
    {
      schema: { type: "text" },
      got: "got one that says: schema is invalid: data/type must be equal to one of the allowed values",
    },
    { schema: { $ref: "#/$defs/none" }, got: "got one that says: can't resolve reference #/$defs/none from id #" },
    {
      schema: { properties: { "a/b": { type: "object", propertys: {} } } },
      got: 'got one that says: unknown keyword: "propertys"',
    },
    {
      schema: { anyOf: [{ $ref: "#/$defs/a" }], $defs: { a: { not: { requird: [] } } } },
      got: 'got one that says: unknown keyword: "requird"',
    },
    { schema: { maxLenght: 3 }, got: 'got one that says: unknown keyword: "maxLenght"' },
    { schema: { minContains: 2 }, got: 'got one that says: "minContains" without "contains" is ignored' },
    {
      schema: { properties: { pair: { items: [{ type: "string" }] } } },
      got: "got one that says: schema is invalid: data/properties/pair/items must be object,boolean",
    },
  ])("is refused otherwise: $got", ({ schema, got }) => {
    expect(() => checkSchema("commands.placeOrder.schema", schema)).toThrow(
      `[commands.placeOrder.schema] must be a JSON Schema of draft 2020-12, ${got}`,
    );
  });

  it("may have annotations, and data and names that look like keywords", () => {
    const annotated = {
      $schema: "https://json-schema.org/draft/2020-12/schema",
      ...{ title: "t", description: "d", examples: [{ propertys: 1 }], example: 1, default: { propertys: 1 } },
      ...{ deprecated: true, readOnly: true, writeOnly: false, $comment: "c", "x-owner": { propertys: 1 } },
      properties: { propertys: { format: "date", contentEncoding: "base64" }, kind: { enum: [{ propertys: 1 }] } },
      $defs: { propertys: true },
      additionalProperties: false,
    };
    expect(() => checkSchema("schema", annotated)).not.toThrow();
  });

  it("is told each thing once that is wrong with it", () => {
    expect(() => checkSchema("schema", { not: { minLength: "a" }, required: 1 })).toThrow(
      "[schema] must be a JSON Schema of draft 2020-12, got one that says: schema is invalid: data/not/minLength must be integer, data/required must be array",
    );
  });
});
