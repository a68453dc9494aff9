// From a definition's text to a checked definition: what AWS refuses is refused with AWS's words, and what the simulator
// lacks is named.
import type { Json, JsonObject } from "../../../json";
import { AwsError } from "../../../service";
import type { JsonataEngine } from "../jsonata/engine";
import { longestTimeout, type StateMachineDefinition } from "./definition";
import { Diagnostics } from "./diagnostics";
import { GraphCheck } from "./graph";

const machineFields = ["Comment", "QueryLanguage", "StartAt", "States", "TimeoutSeconds", "Version"];

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

/** Throws AwsError InvalidDefinition, or SimulatorUnsupportedDefinition. */
export function parseDefinition(text: string, engine: JsonataEngine): StateMachineDefinition {
  const definition = parseJson(text);
  const diagnostics = new Diagnostics();
  diagnostics.fields(definition, machineFields, "/");
  for (const field of ["Comment", "Version"]) diagnostics.string(definition, field, "");
  diagnostics.integer(definition, "TimeoutSeconds", { low: 1, high: longestTimeout }, "");
  const language = definition.QueryLanguage;
  if (language !== undefined && language !== "JSONata" && language !== "JSONPath") {
    diagnostics.add("The field 'QueryLanguage' should have one of these values: [JSONPath, JSONata]", "/QueryLanguage");
    diagnostics.throwIfAny();
  }
  new GraphCheck(language, engine, diagnostics).check(definition, "");
  diagnostics.throwIfAny();
  return definition as unknown as StateMachineDefinition;
}
