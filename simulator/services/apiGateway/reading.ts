// Reads parts of a JSON document that a program gave, and refuses by name what the simulator would not honour.
import type { Json, JsonObject } from "../../json";
import { badRequest, unsupported } from "./errors";

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** @param where the value's place, such as "paths./books.get" */
export function objectAt(where: string, value: Json | undefined): JsonObject {
  if (!isObject(value)) throw badRequest(`[${where}] must be an object, got ${JSON.stringify(value)}`);
  return value;
}

export function listAt(where: string, value: Json | undefined): readonly Json[] {
  if (!Array.isArray(value)) throw badRequest(`[${where}] must be a list, got ${JSON.stringify(value)}`);
  return value as readonly Json[];
}

export function textAt(where: string, value: Json | undefined): string {
  if (typeof value !== "string" || value === "") {
    throw badRequest(`[${where}] must be a non-empty text, got ${JSON.stringify(value)}`);
  }
  return value;
}

/** @throws AwsError that names the first member which is not among `known` */
export function onlyKnown(where: string, value: JsonObject, known: readonly string[]): void {
  const strange = Object.keys(value).find((name) => !known.includes(name));
  if (strange !== undefined) throw unsupported(`${where}.${strange}`, value[strange], known.join(", "));
}

/** @throws AwsError when a value is given that is not among `allowed` */
export function onlyValue(where: string, value: Json | undefined, allowed: readonly Json[]): void {
  if (value !== undefined && !allowed.includes(value)) {
    throw unsupported(where, value, allowed.map((each) => JSON.stringify(each)).join(" or "));
  }
}
