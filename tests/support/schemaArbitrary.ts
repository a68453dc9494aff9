// Values that fulfil a JSON schema, of the keywords that the tests' programs use.
import fc from "fast-check";
import { unsoundPlace } from "../../handlers/commands/soundJson";
import { isObject, own } from "../../records/json";

type Schema = Readonly<Record<string, unknown>>;

/** Of texts whose format says more than the schema's other keywords. */
const formats: Readonly<Record<string, fc.Arbitrary<string>>> = {
  email: fc.emailAddress(),
  uuid: fc.uuid(),
  date: fc
    .date({ min: new Date(0), max: new Date("2100"), noInvalidDate: true })
    .map((at) => at.toISOString().slice(0, 10)),
};

/** @param resolve the schema that a reference means */
export function schemaArbitrary(schema: unknown, resolve: (reference: string) => unknown): fc.Arbitrary<unknown> {
  if (!isObject(schema)) throw new Error(`there is no value of ${JSON.stringify(schema)}`);
  const reference = own(schema, "$ref");
  if (typeof reference === "string") return schemaArbitrary(resolve(reference), resolve);
  const choices = own(schema, "enum");
  if (Array.isArray(choices)) return fc.constantFrom(...choices);
  const type = own(schema, "type");
  // Numbers that a double rounds are refused whatever the schema says.
  if (type === undefined) return fc.jsonValue().filter((value) => unsoundPlace(value) === undefined);
  const types = Array.isArray(type) ? type : [type];
  return fc.oneof(...types.map((each) => ofType(String(each), schema, resolve)));
}

function ofType(type: string, schema: Schema, resolve: (reference: string) => unknown): fc.Arbitrary<unknown> {
  const number = (name: string, other: number) => Number(own(schema, name) ?? other);
  switch (type) {
    case "null":
      return fc.constant(null);
    case "integer":
      return fc.integer({ min: number("minimum", -1e9), max: number("maximum", 1e9) });
    case "number":
      return fc.double({
        min: number("exclusiveMinimum", -1e300),
        max: number("exclusiveMaximum", 1e300),
        minExcluded: true,
        maxExcluded: true,
        noNaN: true,
      });
    case "string":
      return textOf(schema);
    case "array":
      return fc.array(schemaArbitrary(own(schema, "items"), resolve), {
        minLength: number("minItems", 0),
        maxLength: Math.min(number("maxItems", 5), 5),
      });
    case "object":
      return objectOf(schema, resolve);
    default:
      throw new Error(`there is no value of type ${type}`);
  }
}

function textOf(schema: Schema): fc.Arbitrary<string> {
  const [pattern, format] = [own(schema, "pattern"), own(schema, "format")];
  if (typeof pattern === "string") return fc.stringMatching(new RegExp(pattern));
  const formatted = typeof format === "string" ? formats[format] : undefined;
  if (formatted !== undefined) return formatted;
  // Lengths count characters, of which a unit of binary may have half.
  const [minLength, most] = [Number(own(schema, "minLength") ?? 0), Number(own(schema, "maxLength") ?? 50)];
  return fc.string({ minLength, maxLength: Math.min(most, 50), unit: "binary" });
}

function objectOf(schema: Schema, resolve: (reference: string) => unknown): fc.Arbitrary<unknown> {
  const [properties, others, names] = [
    own(schema, "properties"),
    own(schema, "additionalProperties"),
    own(schema, "propertyNames"),
  ];
  if (!isObject(properties)) {
    const name = isObject(names) ? textOf(names) : fc.string();
    return fc.dictionary(name, isObject(others) ? schemaArbitrary(others, resolve) : fc.jsonValue(), { maxKeys: 4 });
  }
  const members = Object.entries(properties).map(([name, each]) => [name, schemaArbitrary(each, resolve)] as const);
  const required = own(schema, "required");
  const requiredKeys = Array.isArray(required) ? required.map(String) : [];
  return fc.record(Object.fromEntries(members), { requiredKeys });
}
