// The ids of commands: UUIDs, new ones or made of what must always give the same one.
import { v5, v7 } from "uuid";

/** Random, chosen once: names of others' UUIDs of version 5 cannot give ours. */
const NAMESPACE = "5f0d9c1e-3b52-4c0b-9d3e-8a1f6e27b4d0";

/** A new id: a UUID of version 7, so that ids sort by their time. */
export function newCommandId(): string {
  return v7();
}

/** The id that these parts always give: a UUID of version 5. They are told apart: `["a", "b"]` gives another id than `["ab"]`. */
export function keyedCommandId(...parts: readonly string[]): string {
  return v5(JSON.stringify(parts), NAMESPACE);
}

/** The id of what a command sends: the same in each of its attempts and redrives. */
export function childCommandId(parentId: string, target: string, key: string): string {
  return keyedCommandId("child", parentId, target, key);
}
