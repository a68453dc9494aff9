// The models that API Gateway validates request bodies with: JSON schema draft 4, the part that bodies usually need.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/models-mappings-models.html
// The texts are those of the validator that AWS's own messages show (java-json-tools/json-schema-validator).
import { isDeepStrictEqual } from "node:util";
import type { Json, JsonObject } from "../../json";
import { badRequest } from "./errors";
import { isObject, listAt, objectAt, onlyKnown, textAt } from "./reading";

/** What is wrong with a value; empty when nothing is. */
export type Validator = (value: Json) => readonly string[];

/** Says nothing about validity. `format` is not checked, as on AWS. */
const annotations = ["$schema", "id", "title", "description", "default", "example", "format"];

type Keyword = (where: string, argument: Json, schema: JsonObject, compile: Compile) => Validator;
type Compile = (where: string, schema: Json) => Validator;

const valid: readonly string[] = [];

function typeOf(value: Json): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value;
}

function quoted(values: readonly Json[]): string {
  return JSON.stringify(values);
}

function numberAt(where: string, value: Json): number {
  if (typeof value !== "number") throw badRequest(`[${where}] must be a number, got ${JSON.stringify(value)}`);
  return value;
}

/** A check of values of one kind alone, as JSON schema has it: others pass. */
function ofText(check: (text: string) => string | undefined): Validator {
  return (value) => one(typeof value === "string" ? check(value) : undefined);
}

function ofNumber(check: (number: number) => string | undefined): Validator {
  return (value) => one(typeof value === "number" ? check(value) : undefined);
}

function ofList(check: (list: readonly Json[]) => string | undefined): Validator {
  return (value) => one(Array.isArray(value) ? check(value as readonly Json[]) : undefined);
}

function one(problem: string | undefined): readonly string[] {
  return problem === undefined ? valid : [problem];
}

function ofEach(validators: readonly Validator[]): Validator {
  return (value) => validators.flatMap((validate) => validate(value));
}

const structure: Readonly<Record<string, Keyword>> = {
  type: (where, argument) => {
    const allowed = Array.isArray(argument) ? (argument as readonly Json[]) : [textAt(where, argument)];
    return (value) => {
      const type = typeOf(value);
      const fits = allowed.includes(type) || (type === "integer" && allowed.includes("number"));
      const problem = `instance type (${type}) does not match any allowed primitive type (allowed: ${quoted(allowed)})`;
      return one(fits ? undefined : problem);
    };
  },
  enum: (where, argument) => {
    const values = listAt(where, argument);
    return (value) => {
      const found = values.some((each) => isDeepStrictEqual(each, value));
      const shown = `instance value (${JSON.stringify(value)}) not found in enum (possible values: ${quoted(values)})`;
      return one(found ? undefined : shown);
    };
  },
  required: (where, argument) => {
    const names = listAt(where, argument).map((name) => textAt(where, name));
    return (value) => {
      const missing = isObject(value) ? names.filter((name) => value[name] === undefined).sort() : [];
      return one(missing.length === 0 ? undefined : `object has missing required properties (${quoted(missing)})`);
    };
  },
  properties: (where, argument, _schema, compile) => {
    const members = Object.entries(objectAt(where, argument)).map(
      ([name, schema]) => [name, compile(`${where}.${name}`, schema ?? null)] as const,
    );
    return (value) => {
      if (!isObject(value)) return valid;
      return members.flatMap(([name, validate]) => (value[name] === undefined ? [] : validate(value[name])));
    };
  },
  additionalProperties: (where, argument, schema, compile) => {
    const declared = Object.keys(isObject(schema.properties) ? schema.properties : {});
    const validate = typeof argument === "boolean" ? undefined : compile(where, argument);
    return (value) => {
      if (!isObject(value) || argument === true) return valid;
      const others = Object.keys(value).filter((name) => !declared.includes(name));
      if (validate !== undefined) return others.flatMap((name) => validate(value[name] ?? null));
      const problem = `object instance has properties which are not allowed by the schema: ${quoted(others.sort())}`;
      return one(others.length === 0 ? undefined : problem);
    };
  },
  items: (where, argument, _schema, compile) => {
    const validate = compile(where, argument);
    return (value) => (Array.isArray(value) ? (value as readonly Json[]).flatMap((each) => validate(each)) : valid);
  },
};

const limits: Readonly<Record<string, Keyword>> = {
  minItems: (where, argument) => {
    const least = numberAt(where, argument);
    return ofList(({ length }) =>
      length < least
        ? `array is too short: must have at least ${least} elements but instance has ${length} elements`
        : undefined,
    );
  },
  maxItems: (where, argument) => {
    const most = numberAt(where, argument);
    return ofList(({ length }) =>
      length > most
        ? `array is too long: must have at most ${most} elements but instance has ${length} elements`
        : undefined,
    );
  },
  minLength: (where, argument) => {
    const least = numberAt(where, argument);
    return ofText((text) =>
      text.length < least
        ? `string ${JSON.stringify(text)} is too short (length: ${text.length}, required minimum: ${least})`
        : undefined,
    );
  },
  maxLength: (where, argument) => {
    const most = numberAt(where, argument);
    return ofText((text) =>
      text.length > most
        ? `string ${JSON.stringify(text)} is too long (length: ${text.length}, maximum allowed: ${most})`
        : undefined,
    );
  },
  pattern: (where, argument) => {
    const pattern = new RegExp(textAt(where, argument), "u");
    return ofText((text) =>
      pattern.test(text)
        ? undefined
        : `ECMA 262 regex ${JSON.stringify(argument)} does not match input string ${JSON.stringify(text)}`,
    );
  },
  minimum: (where, argument, { exclusiveMinimum }) => {
    const least = numberAt(where, argument);
    return ofNumber((value) => {
      if (value < least)
        return `numeric instance is lower than the required minimum (minimum: ${least}, found: ${value})`;
      const excluded = exclusiveMinimum === true && value === least;
      return excluded ? `numeric instance is not strictly greater than the required minimum ${least}` : undefined;
    });
  },
  maximum: (where, argument, { exclusiveMaximum }) => {
    const most = numberAt(where, argument);
    return ofNumber((value) => {
      if (value > most)
        return `numeric instance is greater than the required maximum (maximum: ${most}, found: ${value})`;
      const excluded = exclusiveMaximum === true && value === most;
      return excluded ? `numeric instance is not strictly lower than the required maximum ${most}` : undefined;
    });
  },
};

const keywords: Readonly<Record<string, Keyword>> = { ...structure, ...limits };
const modifiers = ["exclusiveMinimum", "exclusiveMaximum"];

/**
 * Compiles a schema. A reference may name one of `schemas` (`#/components/schemas/Name`).
 * @throws AwsError that names a keyword which the simulator does not have
 */
export function compileSchema(where: string, schema: Json, schemas: JsonObject): Validator {
  const compile: Compile = (place, given) => {
    const known = objectAt(place, given);
    if (known.$ref !== undefined) return reference(place, textAt(`${place}.$ref`, known.$ref));
    onlyKnown(place, known, [...Object.keys(keywords), ...modifiers, ...annotations]);
    return ofEach(
      Object.entries(known).flatMap(([name, argument]) => {
        const keyword = keywords[name];
        return keyword === undefined ? [] : [keyword(`${place}.${name}`, argument ?? null, known, compile)];
      }),
    );
  };
  const named = new Map<string, Validator>();
  const reference = (place: string, text: string): Validator => {
    const name = /^#\/components\/schemas\/(.+)$/.exec(text)?.[1] ?? "";
    const target = schemas[name];
    if (target === undefined) throw badRequest(`[${place}.$ref] must be one of components.schemas, got "${text}"`);
    if (!named.has(name)) {
      // A schema may contain itself: it is looked up when a value comes, not while it is compiled.
      named.set(name, () => valid);
      named.set(name, compile(`components.schemas.${name}`, target));
    }
    return (value) => named.get(name)?.(value) ?? valid;
  };
  return compile(where, schema);
}
