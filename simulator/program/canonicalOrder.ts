// A program's resources in an order of their own: a program makes what does not depend on one another in any order, and a
// simulation must not.
import type { CreatedResource } from "../service";
import type { NewResource } from "./protocol";

export interface MadeResource {
  readonly resource: NewResource;
  readonly created: CreatedResource;
}

/** What other resources can name it by. */
function identifiers({ created: { id, state } }: MadeResource): readonly string[] {
  const named = [id, state.arn, state.url, state.name];
  return named.filter((text) => typeof text === "string" && text !== "") as string[];
}

/** Types without an identifier that others name them by: these arguments of theirs, together, do. */
const identifyingArguments: Readonly<Record<string, readonly string[]>> = {
  "aws:apigateway/stage:Stage": ["restApi", "stageName"],
};

function isNamedBy(other: MadeResource, { inputs }: NewResource, text: string): boolean {
  const shared = identifyingArguments[other.resource.type];
  const sameArguments = shared?.every((name) => inputs[name] === other.resource.inputs[name]) ?? false;
  return sameArguments || identifiers(other).some((identifier) => text.includes(identifier));
}

function byTypeAndName({ resource: left }: MadeResource, { resource: right }: MadeResource): number {
  const keys = [`${left.type} ${left.name}`, `${right.type} ${right.name}`] as const;
  return keys[0] < keys[1] ? -1 : Number(keys[0] > keys[1]);
}

/**
 * Sorts by type and name, but each resource after those that its inputs name.
 *
 * @param made in an order in which they could be created
 */
export function canonicalOrder(made: readonly MadeResource[]): readonly NewResource[] {
  const waiting = made.map((entry, index) => {
    const inputs = JSON.stringify(entry.resource.inputs);
    const needs = made.slice(0, index).filter((other) => isNamedBy(other, entry.resource, inputs));
    return { entry, needs: new Set(needs) };
  });
  waiting.sort((left, right) => byTypeAndName(left.entry, right.entry));
  const ordered: NewResource[] = [];
  while (waiting.length > 0) {
    const next = waiting.findIndex(({ needs }) => needs.size === 0);
    const [taken] = waiting.splice(Math.max(0, next), 1);
    if (taken === undefined) break;
    ordered.push(taken.entry.resource);
    for (const { needs } of waiting) needs.delete(taken.entry);
  }
  return ordered;
}
