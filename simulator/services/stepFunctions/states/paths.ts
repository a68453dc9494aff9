// JSONPath fields of a state, looked at when the definition is created.
import type { Json, JsonObject } from "../../../json";
import type { Diagnostics } from "../definition/diagnostics";
import { intrinsicCall } from "../intrinsics/call";
import { isKnownCall } from "../intrinsics/intrinsics";
import { isReferencePath, jsonPath } from "../jsonPath/path";

/** A field that holds a path; InputPath and OutputPath may be null. */
export function checkPath(state: JsonObject, field: string, location: string, diagnostics: Diagnostics): void {
  const value = state[field];
  if (value === undefined || (value === null && (field === "InputPath" || field === "OutputPath"))) return;
  if (typeof value !== "string" || jsonPath(value) === undefined) {
    diagnostics.add(`Value is not a valid JSONPath`, `${location}/${field}`);
  }
}

/** ResultPath: a Reference Path into the state's own input, or null. */
export function checkResultPath(holder: JsonObject, location: string, diagnostics: Diagnostics): void {
  const { ResultPath: value } = holder;
  if (value === undefined || value === null) return;
  const path = typeof value === "string" ? jsonPath(value) : undefined;
  if (path === undefined || path.source !== "data" || !isReferencePath(path)) {
    diagnostics.add("Value is not a Reference Path", `${location}/ResultPath`);
  }
}

function isIntrinsic(value: Json): boolean {
  const call = typeof value === "string" ? intrinsicCall(value) : undefined;
  return call !== undefined && isKnownCall(call);
}

/** ErrorPath and CausePath: a path, or an intrinsic function. */
export function checkPathOrIntrinsic(
  state: JsonObject,
  field: string,
  location: string,
  diagnostics: Diagnostics,
): void {
  const value = state[field];
  if (value === undefined || isIntrinsic(value)) return;
  checkPath(state, field, location, diagnostics);
}

/** A payload template: what a field with ".$" at its end holds must be a path or an intrinsic function. */
export function checkPayloadTemplate(value: Json | undefined, location: string, diagnostics: Diagnostics): void {
  if (Array.isArray(value)) {
    value.forEach((item: Json, index) => {
      checkPayloadTemplate(item, `${location}[${index}]`, diagnostics);
    });
    return;
  }
  if (typeof value !== "object" || value === null) return;
  for (const [key, member] of Object.entries(value as JsonObject)) {
    if (member === undefined) continue;
    if (!key.endsWith(".$")) {
      checkPayloadTemplate(member, `${location}/${key}`, diagnostics);
      continue;
    }
    const isPath = typeof member === "string" && jsonPath(member) !== undefined;
    if (isPath || isIntrinsic(member)) continue;
    const message = `The value for the field '${key}' must be a valid JSONPath or a valid intrinsic function call`;
    diagnostics.add(message, location);
  }
}
