// JSON Schema of commands' data: checks a program's schemas, and data by them.
import Ajv2020, { type ErrorObject, type Options, type ValidateFunction } from "ajv/dist/2020";
import { got } from "../validate";
import { escapedMember, unsoundPlace } from "./soundJson";

/** A JSON Schema of draft 2020-12. https://json-schema.org/draft/2020-12 */
export type JsonSchema = { readonly [keyword: string]: unknown };

/** Something that a schema does not allow. */
export interface Violation {
  /** JSON pointer (RFC 6901) to the place; the empty text is the whole. A member that is missing is at the place where it should be. */
  readonly path: string;
  /** What is wrong with it, such as "is required". */
  readonly detail: string;
}

/** Checks a command's data: no violations, and it fulfils the schema of that name. */
export type CommandValidator = (name: string, data: unknown) => readonly Violation[];

/** What a sender can use; data can violate a schema in as many places as it has. */
const MOST_VIOLATIONS = 100;

/** Of a pointer: data may have names that are as long as itself, and a violation in each of its values. */
const LONGEST_PATH = 1_000;

/**
 * Validates commands' data. A schema is compiled when it is used first. `format` is not checked: JSON Schema takes it for an
 * annotation unless somebody says otherwise. Data that would not arrive as it is violates every schema: see {@link unsoundPlace}.
 *
 * @throws Error, when it is used, for a name that has no schema
 */
export function commandValidator(schemas: Readonly<Record<string, JsonSchema>>): CommandValidator {
  const compiled = new Map<string, ValidateFunction>();
  return (name, data) => {
    const schema = Object.hasOwn(schemas, name) ? schemas[name] : undefined;
    if (schema === undefined)
      throw new Error(`[name] must be one of ${Object.keys(schemas).join(", ")}, got ${got(name)}`);
    const unsound = unsoundPlace(data);
    if (unsound !== undefined) return [{ ...unsound, path: shortened(unsound.path) }];
    const validate = compiled.get(name) ?? validator().compile(schema);
    compiled.set(name, validate);
    return validate(data) ? [] : (validate.errors ?? []).slice(0, MOST_VIOLATIONS).map(toldViolation);
  };
}

/**
 * Checks a schema itself, and more strictly than draft 2020-12 does: a keyword that it does not know would be an annotation, so that a misspelt one
 * would let all data pass.
 *
 * @param where the argument that it is
 * @throws Error `[where] must be a JSON Schema of draft 2020-12, got ...`
 */
export function checkSchema(where: string, schema: unknown): asserts schema is JsonSchema {
  const refuse = (reason: string) => {
    throw new Error(`[${where}] must be a JSON Schema of draft 2020-12, ${reason}`);
  };
  if (typeof schema !== "object" || schema === null || Array.isArray(schema)) return refuse(`got ${got(schema)}`);
  try {
    strictValidator(schema).compile(schema);
  } catch (error) {
    const said = (error instanceof Error ? error.message : String(error)).replace(/^strict mode: /, "");
    // Ajv says the same of each draft's part that says it.
    refuse(`got one that says: ${[...new Set(said.split(", "))].join(", ")}`);
  }
}

/** What OpenAPI adds to JSON Schema (https://spec.openapis.org/oas/v3.1.0#schema-object), and Ajv does not know. */
const openApiKeywords = ["discriminator", "example", "externalDocs", "xml"];

/** Refuses keywords that it does not know, and those that have no effect where they are; `x-...` are annotations of one's own. */
function strictValidator(schema: object): Ajv2020 {
  const annotations = new Set(openApiKeywords);
  JSON.stringify(schema, (name, value: unknown) => {
    if (/^x-[\w-]+$/.test(name)) annotations.add(name);
    return value;
  });
  return validator({ strictSchema: true }).addVocabulary([...annotations]);
}

// One each, so that two schemas may have the same $id. A member that Object has, such as `constructor`, is none of the data's.
function validator(options: Options = {}): Ajv2020 {
  return new Ajv2020({
    allErrors: true,
    ownProperties: true,
    strict: false,
    validateFormats: false,
    logger: false,
    ...options,
  });
}

function toldViolation(error: ErrorObject): Violation {
  const { path, detail } = violation(error);
  return { path: shortened(path), detail };
}

/** The way to the place, or, where that is very long, to what it is in. */
function shortened(path: string): string {
  return path.length <= LONGEST_PATH ? path : path.slice(0, path.lastIndexOf("/", LONGEST_PATH));
}

function violation(error: ErrorObject): Violation {
  const { instancePath, keyword, params, message = "is not allowed", propertyName } = error;
  if (propertyName !== undefined) {
    return { path: `${instancePath}/${escapedMember(propertyName)}`, detail: `has a name that ${message}` };
  }
  switch (keyword) {
    case "required":
    case "dependentRequired":
      return { path: `${instancePath}/${escapedMember(String(params.missingProperty))}`, detail: "is required" };
    case "additionalProperties":
      return { path: `${instancePath}/${escapedMember(String(params.additionalProperty))}`, detail: "is not allowed" };
    case "unevaluatedProperties":
      return { path: `${instancePath}/${escapedMember(String(params.unevaluatedProperty))}`, detail: "is not allowed" };
    case "propertyNames":
      return {
        path: `${instancePath}/${escapedMember(String(params.propertyName))}`,
        detail: "has a name that is not allowed",
      };
    case "enum":
      return { path: instancePath, detail: `must be one of ${JSON.stringify(params.allowedValues)}` };
    case "const":
      return { path: instancePath, detail: `must be ${JSON.stringify(params.allowedValue)}` };
    default:
      return { path: instancePath, detail: message };
  }
}
