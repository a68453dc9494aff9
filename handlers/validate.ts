// Checks of what a handler is configured with or asked for; each error names the argument, what it got and what is allowed.
import { executionArn } from "../records/arn";
import type { DeclaredSources } from "../records/record";
import type { DeadLetterQueueConfig } from "./config";

/** @throws Error `[name] must be a whole number from <least> to <most>, got <value>` */
export function wholeNumber(name: string, value: unknown, least: number, most: number): number {
  if (typeof value !== "number" || !Number.isInteger(value) || value < least || value > most)
    throw new Error(`[${name}] must be a whole number from ${least} to ${most}, got ${got(value)}`);
  return value;
}

/** @throws Error `[name] must be a number above 0, at most <most>, got <value>` */
export function positiveNumber(name: string, value: unknown, most: number): number {
  if (typeof value !== "number" || !(value > 0) || value > most)
    throw new Error(`[${name}] must be a number above 0, at most ${most}, got ${got(value)}`);
  return value;
}

/** @throws Error `[name] must be true or false, got <value>` */
export function flag(name: string, value: unknown): boolean {
  if (typeof value !== "boolean") throw new Error(`[${name}] must be true or false, got ${got(value)}`);
  return value;
}

/** @throws Error when it is no https (or, for an emulator, http) URL */
export function queueUrl(name: string, value: unknown): string {
  if (typeof value !== "string" || !/^https?:\/\/\S+\/\S+$/.test(value))
    throw new Error(`[${name}] must be the URL of a queue, got ${got(value)}`);
  return value;
}

/** @throws Error when it is no name of a DynamoDB table */
function tableName(name: string, value: unknown): void {
  if (typeof value !== "string" || !/^[\w.-]{3,255}$/.test(value))
    throw new Error(`[${name}] must be the name of a table, got ${got(value)}`);
}

/**
 * @throws Error when an ARN is none, or when two sources have the same state machine, unless it is the launcher of one and replays the
 * other
 */
export function declaredSources(sources: DeclaredSources): void {
  const launchers = launcherArns(sources);
  const owners = new Map<string, string>();
  for (const [source, { stateMachineArn, formerStateMachineArns = [], launches, ...asked }] of Object.entries(
    sources,
  )) {
    const { breaker, breakers = {} } = asked;
    if (breaker !== undefined) tableName(`sources.${source}.breaker.tableName`, breaker.tableName);
    for (const [step, own] of Object.entries(breakers))
      tableName(`sources.${source}.breakers.${step}.tableName`, own.tableName);
    for (const arn of [stateMachineArn, ...formerStateMachineArns]) {
      executionArn(arn, "*");
      if (launches !== true && launchers.has(arn)) continue;
      const owner = owners.get(arn);
      if (owner !== undefined)
        throw new Error(`[sources] must have a state machine of its own each, got ${arn} for ${owner} and ${source}`);
      owners.set(arn, source);
    }
  }
}

/** The state machines of launchers, former ones included: those that other sources may share. */
export function launcherArns(sources: DeclaredSources): ReadonlySet<string> {
  const launchers = Object.values(sources).filter(({ launches }) => launches === true);
  return new Set(
    launchers.flatMap(({ stateMachineArn, formerStateMachineArns = [] }) => [
      stateMachineArn,
      ...formerStateMachineArns,
    ]),
  );
}

/** @throws Error when a queue is none, or belongs to no declared source */
export function deadLetterQueues(queues: readonly DeadLetterQueueConfig[], sources: DeclaredSources): void {
  for (const { url, source } of queues) {
    queueUrl("deadLetterQueues", url);
    if (!Object.hasOwn(sources, source))
      throw new Error(`[deadLetterQueues] must belong to sources that are declared, got ${got(source)}`);
  }
}

/** A value as an error shows it. */
export function got(value: unknown): string {
  if (typeof value === "number") return String(value);
  return value === undefined ? "nothing" : JSON.stringify(value);
}
