// What an API of commands works with: ids, schemas, the store of statuses, the queues.
import type { CommandStatus } from "../commands/status";

/** What is wrong with a value, and where. */
export interface SchemaViolation {
  /** A JSON pointer (RFC 6901); "" is the whole. */
  readonly path: string;
  readonly detail: string;
}

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
  violations(operationId: string, data: unknown): readonly SchemaViolation[];
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
