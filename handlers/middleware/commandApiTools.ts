// What an API of commands works with: ids, schemas, the store of statuses, the queues.
import { SFNClient } from "@aws-sdk/client-sfn";
import { SQSClient } from "@aws-sdk/client-sqs";
import { sqsApi, stepFunctionsApi, timeouts } from "../aws";
import { acceptCommand } from "../commands/accept";
import { commandDynamoDb } from "../commands/dynamoDb";
import { keyedCommandId, newCommandId } from "../commands/ids";
import { readStatus } from "../commands/readStatus";
import { commandValidator, type Violation } from "../commands/schemas";
import type { CommandStatus } from "../commands/status";
import { StatusStore } from "../commands/statusStore";
import type { CommandApiPackage } from "./commandApiPackage";
import type { CommandApiMiddlewareConfig } from "./config";

/** A command to be accepted. */
export interface CommandOrder {
  readonly id: string;
  readonly name: string;
  /** The logical source of the function that decides it. */
  readonly source: string;
  /** ISO 8601. */
  readonly time: string;
  readonly data: unknown;
  readonly correlationId: string;
  /** Of what was asked for: the same id with another one is refused. */
  readonly fingerprint: string;
  /** Who may see it. @default nobody in particular */
  readonly owner?: string;
}

export interface CommandApiTools {
  /** Milliseconds since 1970. */
  now(): number;
  newId(): string;
  /** The id of the command that a caller's idempotency key stands for. */
  keyedId(caller: string, operationId: string, key: string): string;
  /** What of an operation's schema a command's data violates. */
  violations(operationId: string, data: unknown): readonly Violation[];
  /** Whether a command was accepted before. */
  isKnown(id: string): Promise<boolean>;
  /**
   * @returns when it was accepted first
   * @throws `CommandKeyReused` when the id is another command's, `CommandTooLarge`
   */
  accept(order: CommandOrder): Promise<{ readonly acceptedAt: string; readonly created: boolean }>;
  /** How far it is, and who may see it; undefined where there is none. */
  status(id: string): Promise<{ readonly status: CommandStatus; readonly owner?: string } | undefined>;
  /** @returns whether it is cancelled, now or before */
  cancel(id: string): Promise<boolean>;
}

/** API Gateway waits for 29 seconds: three attempts at a call must fit, and another call after them. */
const timeout = timeouts(4_000);

/** @param now milliseconds since 1970 */
export function commandApiTools(
  { service, source: api = service, store, queues }: CommandApiMiddlewareConfig,
  { operations }: CommandApiPackage,
  now: () => number = Date.now,
): CommandApiTools {
  const statuses = new StatusStore(store, commandDynamoDb(), now);
  const sqs = sqsApi(new SQSClient({ requestHandler: timeout }));
  const stepFunctions = stepFunctionsApi(new SFNClient({ requestHandler: timeout }));
  const schemas = Object.entries(operations).map(([operationId, { schema }]) => [operationId, schema]);
  return {
    now,
    newId: newCommandId,
    keyedId: (caller, operationId, key) => keyedCommandId("api", api, caller, operationId, key),
    violations: commandValidator(Object.fromEntries(schemas)),
    isKnown: async (id) => (await statuses.read(id)) !== undefined,
    accept: ({ source, ...command }) => {
      const queueUrl = queues[source];
      if (queueUrl === undefined) throw new Error(`the API knows no queue of ${source}`);
      return acceptCommand({ statuses, sqs, now, newId: newCommandId }, { ...command, target: { source, queueUrl } });
    },
    status: (id) => readStatus(id, { statuses, stepFunctions, now }),
    cancel: async (id) => (await statuses.cancel(id)).cancelled,
  };
}
