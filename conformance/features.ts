// What a state machine uses, as the `features` of a case name it.
import type { Json, JsonObject } from "../simulator/json";

const byField: Readonly<Record<string, string>> = {
  Catch: "catch",
  Retry: "retry",
  TimeoutSeconds: "timeout",
  TimeoutSecondsPath: "timeout",
  HeartbeatSeconds: "heartbeat",
  HeartbeatSecondsPath: "heartbeat",
  Assign: "assign",
  ItemReader: "item-reader",
  ItemBatcher: "item-batcher",
};

const byType: Readonly<Record<string, string>> = {
  Choice: "choice",
  Map: "map",
  Parallel: "parallel",
  Wait: "wait",
};

function ofResource(resource: string): string {
  const optimised = /^arn:aws[a-z-]*:states:::(.+)$/.exec(resource)?.[1];
  if (optimised !== undefined) return `task:${optimised}`;
  return resource.includes(":activity:") ? "activity" : "lambda-arn";
}

function visit(value: Json | undefined, found: Set<string>): void {
  if (Array.isArray(value)) {
    for (const element of value) visit(element as Json, found);
    return;
  }
  if (typeof value !== "object" || value === null) return;
  const object = value as JsonObject;
  for (const [name, member] of Object.entries(object)) {
    const feature = byField[name];
    if (feature !== undefined) found.add(feature);
    visit(member, found);
  }
  if (object.QueryLanguage === "JSONata") found.add("jsonata");
  if (object.Mode === "DISTRIBUTED") found.add("map-distributed");
  const { Type: type, Resource: resource } = object;
  if (typeof type === "string" && byType[type] !== undefined) found.add(byType[type]);
  if (type === "Task" && typeof resource === "string") found.add(ofResource(resource));
}

export function featuresOf(definition: JsonObject): string[] {
  const found = new Set<string>();
  visit(definition, found);
  return [...found].sort();
}
