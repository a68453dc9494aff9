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
  ])("is refused otherwise: $got", ({ schema, got }) => {
    expect(() => checkSchema("commands.placeOrder.schema", schema)).toThrow(
      `[commands.placeOrder.schema] must be a JSON Schema of draft 2020-12, ${got}`,
    );
  });
});
