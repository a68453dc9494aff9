// From a definition's text to a checked definition: what AWS refuses is refused with AWS's words, and what the simulator
// lacks is named.
import type { Json, JsonObject } from "../../../json";
import { AwsError } from "../../../service";
import type { JsonataEngine } from "../jsonata/engine";
import { stateTypes } from "../states/stateTypes";
import { longestTimeout, type StateMachineDefinition } from "./definition";
import { Diagnostics, unsupportedDefinition } from "./diagnostics";
import { checkExpressions } from "./expressions";
import { checkTransitions } from "./transitions";

const machineFields = ["Comment", "QueryLanguage", "StartAt", "States", "TimeoutSeconds", "Version"];

/** Fields that every state has besides those of its type. */
const commonFields = ["Type", "Comment", "QueryLanguage"];

const otherStateTypes = ["Parallel", "Map"];

/** AWS limits a definition's size (Developer Guide: "Step Functions service quotas"). */
const largestDefinition = 1_048_576;

function parseJson(text: string): JsonObject {
  if (Buffer.byteLength(text) > largestDefinition) {
    throw new AwsError(
      "InvalidDefinition",
      `Invalid State Machine Definition: 'larger than ${largestDefinition} bytes'`,
    );
  }
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch (error) {
    const detail = (error as Error).message;
    throw new AwsError("InvalidDefinition", `Invalid State Machine Definition: 'INVALID_JSON_DESCRIPTION: ${detail}'`);
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw new AwsError(
    "InvalidDefinition",
    "Invalid State Machine Definition: 'INVALID_JSON_DESCRIPTION: not a JSON object'",
  );
}

function checkState(
  state: JsonObject,
  machineLanguage: Json | undefined,
  location: string,
  engine: JsonataEngine,
  diagnostics: Diagnostics,
): void {
  const typeName = String(state.Type);
  const type = stateTypes.get(typeName);
  const names = [...stateTypes.keys()];
  if (type === undefined) {
    if (otherStateTypes.includes(typeName)) {
      throw unsupportedDefinition(`states of Type "${typeName}"`, names.join(", "), location);
    }
    const allowed = [...names, ...otherStateTypes].join(", ");
    diagnostics.add(`The field 'Type' should have one of these values: [${allowed}]`, `${location}/Type`);
    return;
  }
  const language = state.QueryLanguage ?? machineLanguage ?? "JSONPath";
  if (machineLanguage === "JSONata" && state.QueryLanguage === "JSONPath") {
    diagnostics.add("'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine", location);
    return;
  }
  if (language !== "JSONata") {
    throw unsupportedDefinition(
      `the QueryLanguage ${JSON.stringify(language)}`,
      'JSONata ("QueryLanguage": "JSONata")',
      location,
    );
  }
  diagnostics.fields(state, [...commonFields, ...type.fields], location);
  for (const field of ["Comment", "Next"]) diagnostics.string(state, field, location);
  type.check(state, location, diagnostics);
  for (const [field, value] of Object.entries(state)) {
    if (field !== "Comment") checkExpressions(value, `${location}/${field}`, engine, diagnostics);
  }
}

/** Throws AwsError InvalidDefinition, or SimulatorUnsupportedDefinition. */
export function parseDefinition(text: string, engine: JsonataEngine): StateMachineDefinition {
  const definition = parseJson(text);
  const diagnostics = new Diagnostics();
  diagnostics.fields(definition, machineFields, "/");
  for (const field of ["Comment", "StartAt", "Version"]) diagnostics.string(definition, field, "");
  diagnostics.required(definition, "StartAt", "/");
  diagnostics.integer(definition, "TimeoutSeconds", { low: 1, high: longestTimeout }, "");
  const language = definition.QueryLanguage;
  if (language !== undefined && language !== "JSONata" && language !== "JSONPath") {
    diagnostics.add("The field 'QueryLanguage' should have one of these values: [JSONPath, JSONata]", "/QueryLanguage");
    diagnostics.throwIfAny();
  }
  const { States: states } = definition;
  if (typeof states !== "object" || states === null || Array.isArray(states) || Object.keys(states).length === 0) {
    diagnostics.add("The field 'States' should be non-empty", "/");
    diagnostics.throwIfAny();
  }
  for (const [name, state] of Object.entries(states as JsonObject)) {
    const location = `/States/${name}`;
    if (name.length > 80) diagnostics.add(`State name '${name}' must not exceed 80 characters`, "/States");
    if (diagnostics.object(state, location)) checkState(state, language, location, engine, diagnostics);
  }
  if (diagnostics.none) checkTransitions(definition as unknown as StateMachineDefinition, "", diagnostics);
  diagnostics.throwIfAny();
  return definition as unknown as StateMachineDefinition;
}
