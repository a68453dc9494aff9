// What an API of commands is told with its package: Lambda's environment has 4 KB, and schemas are larger.

import type { JsonSchema } from "../commands/schemas";

/** An operation that accepts a command. */
export interface CommandApiOperation {
  /** The command's name. */
  readonly command: string;
  /** The logical source of the function that decides it. */
  readonly source: string;
  /** Of the command's data, parameters of the path included. */
  readonly schema: JsonSchema;
}

export interface CommandApiPackage {
  /** By their ids. */
  readonly operations: Readonly<Record<string, CommandApiOperation>>;
  /** Where statuses are, below the stage. */
  readonly statusPath: string;
  /** When a client is told to ask again. */
  readonly retryAfterSeconds: number;
  /** Of a request's body. */
  readonly maxBytes: number;
}
