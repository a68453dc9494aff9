// A command's message: what travels from whoever sends a command to the function that decides it.

/** The version that a message's `respoolCommand` member states. */
export const COMMAND_VERSION = 1;

/** One of those who led to a command, from the first to the last. */
export interface CommandAncestor {
  /** The logical source of the function that sent it. */
  readonly source: string;
  /** The id of the command that it decided then. */
  readonly id: string;
}

/** The body (JSON) of a command's message. */
export interface CommandEnvelope<Name extends string = string, Data = unknown> {
  readonly respoolCommand: typeof COMMAND_VERSION;
  /** A UUID, made by whoever accepted the command: every attempt, redelivery and redrive has the same. */
  readonly id: string;
  readonly name: Name;
  /** When it was accepted, ISO 8601: what a handler takes for the time, so that its result depends on the message alone. */
  readonly time: string;
  readonly data: Data;
  /** @default the id */
  readonly correlationId?: string;
  /** How many commands led to this one. @default 0 */
  readonly hops?: number;
  /** Those commands. @default none */
  readonly ancestry?: readonly CommandAncestor[];
}
