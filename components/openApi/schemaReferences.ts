// Brings a JSON schema into an OpenAPI document: its definitions become components of the document, and its references lead there.
import { inWords } from "../validate";
import type { JsonSchema } from "./operation";

/** Keywords of draft 2020-12 whose values are schemas, lists of schemas, and schemas by name; in all others a `$ref` is data. */
const places = {
  one: [
    ...["items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames"],
    ...["unevaluatedItems", "unevaluatedProperties", "contentSchema"],
  ],
  list: ["allOf", "anyOf", "oneOf", "prefixItems"],
  named: ["properties", "patternProperties", "dependentSchemas", "$defs"],
};

export function isSchema(value: unknown): value is JsonSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * @param where the schema's place in the program's arguments
 * @param name of the schema in the document: letters and digits, as API Gateway takes no others for a model's
 * @returns the schema and its definitions, by their names in the document
 * @throws when a reference leads out of the schema
 */
export function documentSchemas(where: string, name: string, schema: JsonSchema): Readonly<Record<string, JsonSchema>> {
  const { $id, $schema, $defs = {}, ...root } = schema;
  const definitions = new Map<string, string>();
  const taken = new Set<string>();
  for (const definition of Object.keys(isSchema($defs) ? $defs : {})) {
    const letters = definition.replaceAll(/[^A-Za-z0-9]/g, "");
    const component = `${name}${letters.slice(0, 1).toUpperCase()}${letters.slice(1)}`;
    if (letters === "" || taken.has(component)) {
      throw new Error(
        `[${where}.$defs.${definition}] must differ from the other definitions in its letters and digits, got ${inWords(definition)}`,
      );
    }
    taken.add(component);
    definitions.set(definition, component);
  }
  const rewrite = (reference: unknown) => documentReference(where, reference, name, definitions);
  const components = Object.entries(isSchema($defs) ? $defs : {}).map(([definition, each]) => [
    definitions.get(definition) ?? definition,
    isSchema(each) ? withReferences(each, rewrite) : each,
  ]);
  return { [name]: withReferences(root, rewrite), ...Object.fromEntries(components) };
}

function documentReference(
  where: string,
  reference: unknown,
  name: string,
  definitions: ReadonlyMap<string, string>,
): string {
  const [, pointer] = /^#((?:\/.*)?)$/.exec(String(reference)) ?? [];
  if (typeof reference !== "string" || pointer === undefined) {
    throw new Error(`[${where}] must refer to its own parts alone, such as "#/$defs/Book", got ${inWords(reference)}`);
  }
  const [, definition = "", rest = ""] = /^\/\$defs\/([^/]+)(.*)$/.exec(pointer) ?? [];
  if (definition === "") return `#/components/schemas/${name}${pointer}`;
  const component = definitions.get(pointerText(definition));
  if (component === undefined) {
    throw new Error(`[${where}] must have a definition for each of its references, got ${inWords(reference)}`);
  }
  return `#/components/schemas/${component}${rest}`;
}

/** RFC 6901, in a URI's fragment. */
function pointerText(part: string): string {
  return decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~");
}

function withReferences(schema: JsonSchema, rewrite: (reference: unknown) => string): JsonSchema {
  const each = (value: unknown) => (isSchema(value) ? withReferences(value, rewrite) : value);
  const members = Object.entries(schema).map(([keyword, value]): [string, unknown] => {
    if (keyword === "$ref") return [keyword, rewrite(value)];
    if (places.one.includes(keyword)) return [keyword, each(value)];
    if (places.list.includes(keyword) && Array.isArray(value)) return [keyword, value.map(each)];
    if (!places.named.includes(keyword) || !isSchema(value)) return [keyword, value];
    return [keyword, Object.fromEntries(Object.entries(value).map(([name, member]) => [name, each(member)]))];
  });
  return Object.fromEntries(members);
}
