// What becomes of a schema's references when it stands in an OpenAPI document.
import { describe, expect, it } from "vitest";
import { documentSchemas } from "../../../../components/openApi/schemaReferences";

describe("documentSchemas", () => {
  it("leaves alone what only looks like a reference", () => {
    const schema = { enum: [{ $ref: "a" }], properties: { $ref: { const: { $ref: "b" } } }, default: { $ref: "c" } };
    expect(documentSchemas("body", "Book", schema)).toEqual({ Book: schema });
  });

  it.each([
    [
      { properties: { a: { $ref: "https://example.com/a" } } },
      '[body] must refer to its own parts alone, such as "#/$defs/Book", got "https://example.com/a"',
    ],
    [
      { anyOf: [{ $ref: "#anchor" }] },
      '[body] must refer to its own parts alone, such as "#/$defs/Book", got "#anchor"',
    ],
    [{ items: { $ref: "#/$defs/a" } }, '[body] must have a definition for each of its references, got "#/$defs/a"'],
    [
      { $defs: { "a-b": {}, ab: {} } },
      '[body.$defs.ab] must differ from the other definitions in its letters and digits, got "ab"',
    ],
  ])("refuses %j", (schema, message) => {
    expect(() => documentSchemas("body", "Book", schema)).toThrow(new Error(message));
  });
});
