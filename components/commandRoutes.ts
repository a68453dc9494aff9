// What the function of a CommandFunction is told of its place, and what it may call: the spool, and what it sends to.
import * as pulumi from "@pulumi/pulumi";
import type {
  CommandMiddlewareConfig,
  CommandRoute,
  IdempotencyConfig,
  QueueMiddlewareConfig,
} from "../handlers/middleware/config";
import { type CommandReceiver, type CommandReference, type CommandSink, isReceiver, isTask } from "./commandGraph";
import { CommandStore, type CommandStoreReference } from "./commandStore";
import type { PermissionStatement } from "./policy";
import { keyStatements, type SpoolReference } from "./spoolReference";
import { inWords } from "./validate";

/** The part of the middleware's configuration that a QueueFunction does not know. */
export type CommandConfig = Omit<CommandMiddlewareConfig, keyof QueueMiddlewareConfig>;

export interface CommandConfigArgs {
  readonly spool: SpoolReference;
  readonly store: CommandStoreReference;
  readonly sends: readonly CommandSink[];
  /** All that is below, directly or not. */
  readonly reach: readonly CommandSink[];
  readonly maxReceiveCount: pulumi.Input<number>;
  readonly maxHops: number;
  readonly permanentErrors: CommandMiddlewareConfig["permanentErrors"];
}

/** A queue as those see it that send to it. */
interface Addressee {
  readonly arn: pulumi.Input<string>;
  readonly url: pulumi.Input<string>;
  readonly commands: readonly string[];
  readonly kmsKeyArn?: pulumi.Input<string>;
}

/** Lambda's limit for all of a function's environment (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html). */
const largestEnvironment = 4_096;
/** For what is no target and no error: names, the table, the queue, and some variables of the program's own. */
const roomForOthers = 1_024;

/** @throws when a function below has another store, and in `apply` when the store forgets too early, or Lambda's environment is too small */
export function commandConfig(args: CommandConfigArgs): pulumi.Output<CommandConfig> {
  const { spool, store, sends, reach, maxReceiveCount, maxHops, permanentErrors } = args;
  return pulumi
    .all([oneStore(store, reach), spool.url, maxReceiveCount, routes(sends), spool.retentionSeconds])
    .apply(([kept, spoolUrl, receives, targets, waits]) => {
      checkExpiry(kept, waits);
      checkSize({ permanentErrors, targets });
      return { store: kept, spoolUrl, maxReceiveCount: receives, maxHops, permanentErrors, targets };
    });
}

/** Of each target, by its source. */
function routes(sends: readonly CommandSink[]): pulumi.Output<Record<string, CommandRoute>> {
  const entries = sends.map((sink) => routeOf(sink).apply((route): [string, CommandRoute] => [sink.source, route]));
  return pulumi.all(entries).apply((known) => Object.fromEntries(known));
}

function routeOf(sink: CommandSink): pulumi.Output<CommandRoute> {
  if (isTask(sink)) {
    return sink.arn.apply((stateMachineArn): CommandRoute => ({ kind: "task", stateMachineArn }));
  }
  const { url, commands } = addresseeOf(sink);
  return pulumi.output(url).apply((queueUrl): CommandRoute => ({ kind: "command", queueUrl, commands }));
}

/**
 * A record that the spool has longer than the store knows its command would have it done again. Renewed records wait longer still.
 *
 * @param waits seconds
 * @throws when the store forgets first
 */
export function checkExpiry(
  { expiresAfterSeconds }: Pick<IdempotencyConfig, "expiresAfterSeconds">,
  waits: number,
): void {
  if (expiresAfterSeconds <= waits) {
    throw new Error(
      `[store] must keep statuses (expiresAfter) longer than the spool keeps work, ${waits} seconds, got ${expiresAfterSeconds} seconds`,
    );
  }
}

/**
 * Lambda measures its variables as JSON, so that quotes in a variable count twice.
 *
 * @throws when these leave too little of them
 */
export function checkSize(config: Pick<CommandConfig, "permanentErrors" | "targets">): void {
  const size = Buffer.byteLength(JSON.stringify(JSON.stringify(config)));
  const largest = largestEnvironment - roomForOthers;
  if (size > largest) {
    throw new Error(
      `[sends] and [permanentErrors] must take at most ${largest} bytes of Lambda's environment, got ${size}: send to fewer functions, or through one that sends on`,
    );
  }
}

/**
 * To write records of failures.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-using-identity-based-policies.html
 */
export function recordStatements(spool: SpoolReference): PermissionStatement[] {
  return [{ actions: ["sqs:SendMessage"], resources: [spool.arn] }, ...keyStatements(spool)];
}

/** To send to these queues, which takes the use of their keys, and to start these tasks. */
export function reachStatements(sends: readonly CommandSink[]): PermissionStatement[] {
  const addressees = sends.flatMap((sink) => (isTask(sink) ? [] : [addresseeOf(sink)]));
  const keys = addressees.flatMap(({ kmsKeyArn }) => kmsKeyArn ?? []);
  return [
    ...allowing(
      ["sqs:SendMessage"],
      addressees.map(({ arn }) => arn),
    ),
    ...allowing(["kms:Decrypt", "kms:GenerateDataKey"], keys),
    ...allowing(
      ["states:StartExecution"],
      sends.flatMap((sink) => (isTask(sink) ? [sink.arn] : [])),
    ),
  ];
}

function allowing(actions: readonly string[], resources: readonly pulumi.Input<string>[]): PermissionStatement[] {
  return resources.length === 0 ? [] : [{ actions, resources }];
}

function addresseeOf(sink: CommandReceiver | CommandReference): Addressee {
  if (isReceiver(sink)) {
    const { queue, commandNames, kmsKeyArn } = sink;
    return { arn: queue.arn, url: queue.url, commands: commandNames, kmsKeyArn };
  }
  const { queueArn, queueUrl, commands, kmsKeyArn } = sink;
  return { arn: queueArn, url: queueUrl, commands, kmsKeyArn };
}

/**
 * What is told of the store, known when it is known that all below have the same. A status follows what was sent, so it must find that in
 * its own table. Two stores of this program are told apart at once; the table of another stack when its name is known.
 *
 * @throws when a function below has another store
 */
function oneStore(store: CommandStoreReference, reach: readonly CommandSink[]): pulumi.Output<IdempotencyConfig> {
  const others = reach.filter(isReceiver).filter((one) => one.store !== store);
  const other = others.find((one) => one.store instanceof CommandStore && store instanceof CommandStore);
  if (other !== undefined) {
    throw otherStore(other.source);
  }
  const tables = others.map(({ source, store: { config } }) =>
    config.apply(({ tableName }): [string, string] => [source, tableName]),
  );
  return pulumi.all([store.config, pulumi.all(tables)]).apply(([own, theirs]) => checkedStore(own, theirs));
}

/**
 * @param others sources, and the names of their tables
 * @throws when one of them is another table
 */
export function checkedStore(
  store: IdempotencyConfig,
  others: readonly (readonly [source: string, tableName: string])[],
): IdempotencyConfig {
  const other = others.find(([, tableName]) => tableName !== store.tableName);
  if (other !== undefined) {
    throw otherStore(other[0]);
  }
  return store;
}

function otherStore(source: string): Error {
  return new Error(
    `[sends] must have the same [store], since a status follows what was sent, got ${inWords(source)} with another one`,
  );
}
