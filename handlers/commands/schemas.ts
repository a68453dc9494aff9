// JSON Schema of commands' data: checks a program's schemas, and data by them.
import Ajv2020, { type ErrorObject, type ValidateFunction } from "ajv/dist/2020";
import { got } from "../validate";

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

/**
 * Validates commands' data. A schema is compiled when it is used first. `format` is not checked: JSON Schema takes it for an
 * annotation unless somebody says otherwise.
 *
 * @throws Error, when it is used, for a name that has no schema
 */
export function commandValidator(schemas: Readonly<Record<string, JsonSchema>>): CommandValidator {
  const compiled = new Map<string, ValidateFunction>();
  return (name, data) => {
    const schema = Object.hasOwn(schemas, name) ? schemas[name] : undefined;
    if (schema === undefined)
      throw new Error(`[name] must be one of ${Object.keys(schemas).join(", ")}, got ${got(name)}`);
    const validate = compiled.get(name) ?? validator().compile(schema);
    compiled.set(name, validate);
    return validate(data) ? [] : (validate.errors ?? []).slice(0, MOST_VIOLATIONS).map(violation);
  };
}

/**
 * Checks a schema itself.
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
    validator().compile(schema);
  } catch (error) {
    refuse(`got one that says: ${error instanceof Error ? error.message : String(error)}`);
  }
}

// One each, so that two schemas may have the same $id.
function validator() {
  return new Ajv2020({ allErrors: true, strict: false, validateFormats: false, logger: false });
}

function violation(error: ErrorObject): Violation {
  const { instancePath, keyword, params, message = "is not allowed", propertyName } = error;
  if (propertyName !== undefined) {
    return { path: `${instancePath}/${escaped(propertyName)}`, detail: `has a name that ${message}` };
  }
  switch (keyword) {
    case "required":
    case "dependentRequired":
      return { path: `${instancePath}/${escaped(params.missingProperty)}`, detail: "is required" };
    case "additionalProperties":
      return { path: `${instancePath}/${escaped(params.additionalProperty)}`, detail: "is not allowed" };
    case "unevaluatedProperties":
      return { path: `${instancePath}/${escaped(params.unevaluatedProperty)}`, detail: "is not allowed" };
    case "propertyNames":
      return { path: `${instancePath}/${escaped(params.propertyName)}`, detail: "has a name that is not allowed" };
    case "enum":
      return { path: instancePath, detail: `must be one of ${JSON.stringify(params.allowedValues)}` };
    case "const":
      return { path: instancePath, detail: `must be ${JSON.stringify(params.allowedValue)}` };
    default:
      return { path: instancePath, detail: message };
  }
}

/** RFC 6901, section 3. */
function escaped(member: unknown): string {
  return String(member).replaceAll("~", "~0").replaceAll("/", "~1");
}
