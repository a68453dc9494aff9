// What Ajv lets pass in a program's schema, and no program means: a keyword that is not one, and one of an older draft.
import { isObject } from "../../records/json";
import { escapedMember } from "./soundJson";

/** https://json-schema.org/draft/2020-12/schema lists the vocabularies, and what older drafts had that is still known. */
const keywords = {
  schema: [
    ...["additionalProperties", "contains", "contentSchema", "else", "if", "items", "not", "propertyNames", "then"],
    ...["unevaluatedItems", "unevaluatedProperties"],
  ],
  list: ["allOf", "anyOf", "oneOf", "prefixItems"],
  named: ["$defs", "definitions", "dependencies", "dependentSchemas", "patternProperties", "properties"],
  value: [
    ...["$anchor", "$comment", "$dynamicAnchor", "$dynamicRef", "$id", "$ref", "$schema", "$vocabulary"],
    ...["const", "dependentRequired", "enum", "exclusiveMaximum", "exclusiveMinimum", "maxContains", "maxItems"],
    ...["maxLength", "maxProperties", "maximum", "minContains", "minItems", "minLength", "minProperties", "minimum"],
    ...["multipleOf", "pattern", "required", "type", "uniqueItems", "format", "contentEncoding", "contentMediaType"],
    ...["default", "deprecated", "description", "examples", "readOnly", "title", "writeOnly"],
    // OpenAPI's (https://spec.openapis.org/oas/v3.1.0#schema-object), and the one of 3.0 that Ajv takes.
    ...["discriminator", "example", "externalDocs", "nullable", "xml"],
  ],
};
const known: ReadonlySet<string> = new Set(Object.values(keywords).flat());

/**
 * What no program means in a schema, in words, with its place; `x-...` are annotations of one's own.
 *
 * @param place JSON pointer of the schema, as a fragment
 * @returns undefined where there is nothing
 */
export function misspelling(schema: unknown, place = "#"): string | undefined {
  if (!isObject(schema)) return undefined;
  const unknown = Object.keys(schema).find((keyword) => !known.has(keyword) && !keyword.startsWith("x-"));
  if (unknown !== undefined) return `the keyword ${JSON.stringify(unknown)} at ${place}, which it does not have`;
  if (Array.isArray(schema.items)) return `a list as "items" at ${place}, which it calls "prefixItems"`;
  for (const [way, below] of schemasBelow(schema)) {
    const found = misspelling(below, `${place}/${way}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function schemasBelow(schema: Readonly<Record<string, unknown>>): [way: string, schema: unknown][] {
  return Object.entries(schema).flatMap(([keyword, value]): [string, unknown][] => {
    if (keywords.schema.includes(keyword)) return [[keyword, value]];
    const isMany = keywords.named.includes(keyword) ? isObject(value) : keywords.list.includes(keyword);
    return isMany ? Object.entries(value ?? {}).map(([name, each]) => [`${keyword}/${escapedMember(name)}`, each]) : [];
  });
}
