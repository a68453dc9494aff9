// A JSON schema of draft 2020-12 as the models of API Gateway can have it, which validate by draft 4 and are imported from OpenAPI 3.0. It allows
// exactly what the program's schema allows; where that cannot be said, there is an error, and no looser model.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html#api-gateway-known-issues-rest-apis
import { inWords } from "../validate";
import type { JsonSchema } from "./operation";
import { isSchema } from "./schemaReferences";

/** Those that allow and refuse nothing: models do without. */
const annotations = [
  ...["$schema", "$id", "$comment", "$defs", "default", "examples", "deprecated", "readOnly", "writeOnly"],
  ...["format", "contentEncoding", "contentMediaType", "contentSchema"],
];
const types = ["array", "boolean", "integer", "number", "object", "string"];
/** The same in both drafts. */
const same = [
  ...["title", "description", "enum", "minLength", "maxLength", "pattern", "minimum", "maximum", "multipleOf"],
  ...["uniqueItems", "minProperties", "maxProperties"],
];

/**
 * @param where the schema's place in the program's arguments
 * @throws when API Gateway has no such model
 */
export function gatewaySchema(where: string, schema: unknown): JsonSchema {
  if (schema === true) return {};
  if (!isSchema(schema)) throw new Error(`[${where}] must be a JSON schema, got ${inWords(schema)}`);
  const said = Object.entries(schema).filter(([keyword]) => !annotations.includes(keyword));
  const alone = said.filter(([keyword]) => keyword !== "title" && keyword !== "description");
  if (schema.$ref !== undefined) {
    const other = alone.find(([keyword]) => keyword !== "$ref")?.[0];
    if (other !== undefined) throw notModelled(`${where}.${other}`, "beside a reference");
    return referenceOf(where, schema.$ref);
  }
  const limits = exclusiveLimits(where, schema);
  const members = said.flatMap(([keyword, value]) => memberOf(where, keyword, value));
  return { ...Object.fromEntries(members), ...limits };
}

function notModelled(where: string, said = "in its models"): Error {
  return new Error(
    `[${where}] must be left out: API Gateway does not have it ${said}. With validateBody: false it does not validate the body; the function must`,
  );
}

/** A model can refer to another model, and to nothing inside of it. */
function referenceOf(where: string, reference: unknown): JsonSchema {
  if (!/^#\/components\/schemas\/[A-Za-z0-9]+$/.test(String(reference))) throw notModelled(`${where}.$ref`);
  return { $ref: reference };
}

function memberOf(where: string, keyword: string, value: unknown): readonly (readonly [string, unknown])[] {
  const place = `${where}.${keyword}`;
  if (same.includes(keyword)) return [[keyword, value]];
  switch (keyword) {
    case "type":
      if (!types.some((type) => type === value)) {
        throw new Error(
          `[${place}] must be one of ${types.join(", ")}, as API Gateway's models have one type and no null, got ${inWords(value)}. With validateBody: false it does not validate the body; the function must`,
        );
      }
      return [[keyword, value]];
    case "const":
      return [["enum", [value]]];
    case "required":
      // Neither draft 4 nor OpenAPI 3.0 has an empty list.
      return Array.isArray(value) && value.length === 0 ? [] : [[keyword, value]];
    case "properties":
      return [[keyword, namedSchemas(place, value)]];
    case "items":
    case "not":
      return [[keyword, gatewaySchema(place, value)]];
    case "additionalProperties":
      return [[keyword, typeof value === "boolean" ? value : gatewaySchema(place, value)]];
    case "allOf":
      return [
        [keyword, Array.isArray(value) ? value.map((each, at) => gatewaySchema(`${place}[${at}]`, each)) : value],
      ];
    case "exclusiveMinimum":
    case "exclusiveMaximum":
      return [];
    default:
      throw notModelled(place);
  }
}

function namedSchemas(where: string, value: unknown): Readonly<Record<string, JsonSchema>> {
  if (!isSchema(value)) throw new Error(`[${where}] must be schemas by name, got ${inWords(value)}`);
  return Object.fromEntries(
    Object.entries(value).map(([name, schema]) => [name, gatewaySchema(`${where}.${name}`, schema)]),
  );
}

/** API Gateway has no `exclusiveMinimum`; of whole numbers, the next one is as good. */
function exclusiveLimits(where: string, { type, minimum, maximum, exclusiveMinimum, exclusiveMaximum }: JsonSchema) {
  const given: readonly (readonly [string, unknown])[] = [
    ["exclusiveMinimum", exclusiveMinimum],
    ["exclusiveMaximum", exclusiveMaximum],
  ];
  for (const [keyword, limit] of given) {
    if (limit === undefined) continue;
    if (typeof limit !== "number") throw new Error(`[${where}.${keyword}] must be a number, got ${inWords(limit)}`);
    if (type !== "integer") throw notModelled(`${where}.${keyword}`);
  }
  const least = typeof exclusiveMinimum === "number" ? [Math.floor(exclusiveMinimum) + 1] : [];
  const most = typeof exclusiveMaximum === "number" ? [Math.ceil(exclusiveMaximum) - 1] : [];
  return {
    ...(least.length === 0 ? {} : { minimum: Math.max(...least, ...(typeof minimum === "number" ? [minimum] : [])) }),
    ...(most.length === 0 ? {} : { maximum: Math.min(...most, ...(typeof maximum === "number" ? [maximum] : [])) }),
  };
}
