// What a handler of commands is given, and what it may do.
import type { TransactWriteCommandInput } from "@aws-sdk/lib-dynamodb";
import type { WorkContext } from "../middleware/workContext";

/** The data of commands, by the commands' names. */
export type CommandData = { readonly [name: string]: unknown };

/** One command, whose data fulfils its schema. */
export interface Command<Name extends string = string, Data = unknown> {
  /** The same in every attempt, redelivery and redrive: what an idempotency key at a dependency should be. */
  readonly id: string;
  readonly name: Name;
  /** When it was accepted, ISO 8601: take this for the time, so that the result depends on the message alone. */
  readonly time: string;
  readonly data: Data;
  readonly correlationId: string;
}

/** Any of the commands: `name` tells which one, and so the type of `data`. */
export type CommandOf<Commands> = {
  [Name in keyof Commands & string]: Command<Name, Commands[Name]>;
}[keyof Commands & string];

/** Writes of DynamoDB that happen together with the command's success, or not at all: with plain values, as lib-dynamodb takes them. */
export type EffectWrites = NonNullable<TransactWriteCommandInput["TransactItems"]>;

/** What a handler returns whose effect is a transaction of DynamoDB: see {@link CommandContext.effect}. */
export interface Effect<Result = unknown> {
  readonly writes: EffectWrites;
  readonly result: Result;
}

/** A command to one of the functions below, or work for one of the tasks below. */
export interface ChildCommand {
  /** The command's name; the name of the work, where the target is a task. */
  readonly name: string;
  readonly data: unknown;
  /**
   * Tells two commands of one name apart that one command sends: the id is made of it, so that each is done once, however often the
   * sender is tried again. 1 to 100 characters.
   *
   * @default the name
   */
  readonly key?: string;
}

/** The second parameter of a handler of commands. */
export interface CommandContext extends WorkContext {
  /**
   * Tells how far the work is; the status shows it.
   *
   * @param share from 0 to 1
   */
  progress(share: number, message?: string): Promise<void>;
  /**
   * Sends a command to a function below, or starts a task below. The status of this command then follows it, too: it has succeeded
   * when all have. At most 250, since the status keeps them: for more, send some that send on. What it throws of these ends the
   * command at once as failed, since no other attempt could send it either, unless the handler catches it.
   *
   * @param to the logical source of one of the component's `sends`
   * @throws `CommandRefusedError` when `to` is none of them, or does not know the command, or it is one too many
   * @throws `CommandKeyReused` when the key was used for other data, also by an attempt before
   * @throws `CommandTooLarge` when the data is over 256 KiB of JSON
   */
  send(to: string, command: ChildCommand): Promise<{ readonly id: string }>;
  /** What to return so that the writes, the result and the success are one transaction. At most 99 writes. */
  effect<Result>(writes: EffectWrites, result: Result): Effect<Result>;
}
