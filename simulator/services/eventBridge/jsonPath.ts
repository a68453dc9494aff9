// The part of JSONPath that EventBridge takes in InputPath and InputPathsMap.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html

import type { Json, JsonObject } from "../../json";

/** Finds a value in an event; undefined when the event has none there. */
export type JsonPath = (event: JsonObject) => Json | undefined;

type Step = { readonly name: string } | { readonly index: number } | "*";

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function take(value: Json | undefined, steps: readonly Step[]): Json | undefined {
  const [step, ...rest] = steps;
  if (step === undefined) return value;
  if (step === "*") {
    const members = Array.isArray(value) ? value : isObject(value) ? Object.values(value) : [];
    return members.map((member) => take(member, rest)).filter((found) => found !== undefined);
  }
  if ("index" in step) return Array.isArray(value) ? take(value[step.index], rest) : undefined;
  return isObject(value) && Object.hasOwn(value, step.name) ? take(value[step.name], rest) : undefined;
}

/** "$", "$.detail.order-id", "$.resources[0]", "$.detail.items[*].name"; undefined for any other syntax. */
export function parseJsonPath(path: string): JsonPath | undefined {
  if (!path.startsWith("$")) return undefined;
  const steps: Step[] = [];
  const part = /\.(?:(\*)|([\w\-/]+))|\[(?:(\*)|(\d+))\]/y;
  part.lastIndex = 1;
  while (part.lastIndex < path.length) {
    const found = part.exec(path);
    if (found === null) return undefined;
    const [, anyMember, name, anyElement, index] = found;
    if (anyMember !== undefined || anyElement !== undefined) steps.push("*");
    else if (name !== undefined) steps.push({ name });
    else steps.push({ index: Number(index) });
  }
  return (event) => take(event, steps);
}
