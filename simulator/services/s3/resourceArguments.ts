// How the Pulumi provider's arguments become the API's: the same structures, under names in lower camel case.
import type { Json, JsonObject } from "../../json";
import { AwsError } from "../../service";

const exceptions: Readonly<Record<string, string>> = {
  id: "ID",
  kmsMasterKeyId: "KMSMasterKeyID",
  sseAlgorithm: "SSEAlgorithm",
};

/** Structures and lists of them, with the API's names. What is not given stays away. */
export function apiShape(value: Json): Json {
  if (Array.isArray(value)) return value.map((entry) => apiShape(entry as Json));
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value as JsonObject).flatMap(([name, member]) => {
    if (member === undefined || member === null) return [];
    return [[exceptions[name] ?? `${name.charAt(0).toUpperCase()}${name.slice(1)}`, apiShape(member)] as const];
  });
  return Object.fromEntries(members);
}

/** @throws AwsError when an argument that must be a text is none */
export function required(inputs: JsonObject, argument: string): string {
  const value = inputs[argument];
  if (typeof value === "string" && value !== "") return value;
  throw new AwsError("InvalidArgument", `[${argument}] must be a string, got ${JSON.stringify(value)}`);
}
