// Sends commands from anywhere: admin tools, batches, functions of one's own. They go the same way as those that an API accepts.
import { createHash } from "node:crypto";
import { SQSClient } from "@aws-sdk/client-sqs";
import { sqsApi, timeouts } from "../aws";
import { got } from "../validate";
import { type AcceptTools, acceptCommand } from "./accept";
import type { CommandData } from "./command";
import { commandDynamoDb } from "./dynamoDb";
import { keyedCommandId, newCommandId } from "./ids";
import { StatusStore } from "./statusStore";
import type { StatusStoreConfig } from "./statusTable";

/** A function that decides commands, as its component states it: plain JSON, so it fits an environment variable or a stack's outputs. */
export interface CommandTarget<Commands = CommandData> extends StatusStoreConfig {
  /** The function's logical source. */
  readonly source: string;
  readonly queueUrl: string;
  /** The names that it knows. */
  readonly commands: readonly (keyof Commands & string)[];
  /** Tells the compiler the data's types; it is never there. */
  readonly dataTypes?: Commands;
}

/** A command to send. */
export interface CommandToSend<Name extends string = string, Data = unknown> {
  readonly name: Name;
  readonly data: Data;
  /**
   * The same key, for the same function and command, is the same command: it is done once, however often it is sent.
   *
   * @default each call sends another command
   */
  readonly idempotencyKey?: string;
  /** @default the command's id */
  readonly correlationId?: string;
}

/** A command that was accepted. Its status can be asked for by the id. */
export interface AcceptedCommand {
  readonly id: string;
  /** ISO 8601. */
  readonly acceptedAt: string;
}

/** What sending takes; all of it has a default. */
export type SendCommandTools = Partial<AcceptTools>;

/**
 * Accepts a command and sends it to the function that decides it, which also validates it. The caller's role needs what the
 * component's `sendStatements` say. After an error, send it again with the same `idempotencyKey`: whether it was accepted is not known then.
 *
 * @example `await sendCommand(target, { name: "placeOrder", data: { isbn, copies: 1 }, idempotencyKey: row.id });`
 * @throws Error when the function does not know the command, or the key is empty: every command would be the same one
 * @throws `CommandKeyReused` when the key's command was accepted with other data
 * @throws `CommandTooLarge` when the data is over 256 KiB of JSON
 */
export async function sendCommand<Commands, Name extends keyof Commands & string>(
  target: CommandTarget<Commands>,
  command: CommandToSend<Name, Commands[Name]>,
  tools: SendCommandTools = {},
): Promise<AcceptedCommand> {
  const { source, queueUrl, commands } = target;
  const { name, data, idempotencyKey, correlationId } = command;
  if (idempotencyKey === "") throw new Error('[idempotencyKey] must be a text that is not empty, got ""');
  if (!commands.includes(name)) throw new Error(`[name] must be one of ${commands.join(", ")}, got ${got(name)}`);
  const { id, acceptedAt } = await acceptCommand(toolsFor(target, tools), {
    target: { source, queueUrl },
    name,
    data,
    ...(idempotencyKey !== undefined && {
      id: keyedCommandId("sendCommand", source, name, idempotencyKey),
      fingerprint: fingerprintOf(data),
    }),
    ...(correlationId !== undefined && { correlationId }),
  });
  return { id, acceptedAt };
}

/** Tells data apart: the hash of its JSON, whatever the order of members. */
export function fingerprintOf(data: unknown): string {
  const json = JSON.stringify(data, (_, value: unknown) => (isMembers(value) ? sorted(value) : value));
  return createHash("sha256")
    .update(json ?? "")
    .digest("hex");
}

function isMembers(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function sorted(value: object): object {
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

let clients: { readonly dynamoDb: ReturnType<typeof commandDynamoDb>; readonly sqs: AcceptTools["sqs"] } | undefined;

function toolsFor(config: StatusStoreConfig, tools: SendCommandTools): AcceptTools {
  const { now = Date.now, newId = newCommandId } = tools;
  return {
    get statuses() {
      return tools.statuses ?? new StatusStore(config, ourClients().dynamoDb, now);
    },
    get sqs() {
      return tools.sqs ?? ourClients().sqs;
    },
    now,
    newId,
  };
}

/** Made by the first call, and kept. */
function ourClients() {
  clients ??= {
    dynamoDb: commandDynamoDb(),
    sqs: sqsApi(new SQSClient({ requestHandler: timeouts(5_000) })),
  };
  return clients;
}
