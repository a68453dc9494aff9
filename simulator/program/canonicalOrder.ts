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

/** What is refused when what grants it its rights is missing: S3 checks the destinations of notifications at once. */
const needsGrants: ReadonlySet<string> = new Set(["aws:s3/bucketNotification:BucketNotification"]);
const grants: ReadonlySet<string> = new Set([
  "aws:lambda/permission:Permission",
  "aws:sns/topicPolicy:TopicPolicy",
  "aws:sqs/queuePolicy:QueuePolicy",
]);

/** The rights that were given before to what a resource names; a program says so by `dependsOn`, which nobody sees here. */
function grantsFor(
  entry: MadeResource,
  named: readonly MadeResource[],
  before: readonly MadeResource[],
): MadeResource[] {
  if (!needsGrants.has(entry.resource.type)) return [];
  return before.filter(({ resource }) => {
    const inputs = grants.has(resource.type) ? JSON.stringify(resource.inputs) : "";
    return named.some((one) => identifiers(one).some((text) => inputs.includes(text)));
  });
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
    const before = made.slice(0, index);
    const named = before.filter((other) => isNamedBy(other, entry.resource, inputs));
    return { entry, needs: new Set([...named, ...grantsFor(entry, named, before)]) };
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
