// The status of commands: one item each in a table of DynamoDB, every change of which is conditional on what it was.
import type { EffectWrites } from "./command";
import type { CommandDynamoDb } from "./dynamoDb";
import { attemptLost } from "./errors";
import type { CommandChild, CommandReason, CommandState } from "./status";
import type { KeptChild, StatusItem } from "./statusItem";
import { type StatusStoreConfig, StatusTable } from "./statusTable";
import {
  addChildUpdate,
  type BeginCommand,
  beginUpdate,
  cancelUpdate,
  failUpdate,
  knownUpdate,
  parkUpdate,
  progressUpdate,
  type StatusUpdate,
  sentUpdate,
  succeedUpdate,
} from "./statusUpdates";
import { keptResult, succeedWith } from "./succeedWith";

export type { StatusStoreConfig } from "./statusTable";

/** A command that is accepted. */
export interface AcceptStatus {
  readonly id: string;
  readonly name: string;
  /** The logical source of the function that decides it. */
  readonly source: string;
  /** ISO 8601. */
  readonly time: string;
  /** The message's body. */
  readonly envelope: string;
  readonly fingerprint?: string;
  readonly owner?: string;
}

/** An expression has 4 KB and 300 operators. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html */
const KNOWN_AT_ONCE = 30;
const LONGEST_MESSAGE = 1024;

/**
 * The status of commands. Every call may be repeated; AWS's errors are thrown as they come.
 *
 * Its members are `private`, and not of the language's own kind (`#`): a closure that captures `sendCommand` copies this class.
 */
export class StatusStore {
  private readonly table: StatusTable;

  /** @param now milliseconds since 1970 */
  constructor(
    config: StatusStoreConfig,
    private readonly dynamoDb: CommandDynamoDb,
    private readonly now: () => number = Date.now,
  ) {
    this.table = new StatusTable(config, dynamoDb, now);
  }

  /**
   * Makes the item of a command, unless there is one (that has not expired).
   *
   * @returns the item as it is then; `created` is false, too, where an earlier call's reply was lost
   */
  async accept(command: AcceptStatus): Promise<{ readonly created: boolean; readonly item: StatusItem }> {
    const { id, time: acceptedAt, ...told } = command;
    const status = { ...told, state: "accepted", acceptedAt, attempts: 0, generation: 0, children: {} } as const;
    const { made: created, item } = await this.table.create(id, status);
    if (item === undefined) throw new Error(`DynamoDB refused the status of the command ${id}, and did not say why`);
    return { created, item };
  }

  /** Notes that the command's message is in the queue. */
  async markSent(id: string): Promise<void> {
    await this.table.change(id, sentUpdate(this.time()));
  }

  /**
   * Begins an attempt, and takes the command from an earlier one. Refused where the command has succeeded or was cancelled, or has
   * failed in this or a later generation.
   */
  async begin(begin: BeginCommand): Promise<{ readonly begun: boolean; readonly item: StatusItem }> {
    const { made, item } = await this.table.change(begin.id, beginUpdate(begin, this.time()));
    if (item === undefined) throw attemptLost(begin.id, undefined);
    return { begun: made || (item.attempt === begin.attempt && item.state === "running"), item };
  }

  /**
   * @param share from 0 to 1
   * @param message at most 1024 characters
   * @throws AttemptLost where the command went on without this attempt
   */
  async progress(id: string, attempt: string, share: number, message?: string): Promise<void> {
    if (!(share >= 0 && share <= 1)) throw new Error(`[share] must be a number from 0 to 1, got ${share}`);
    if (message !== undefined && message.length > LONGEST_MESSAGE)
      throw new Error(`[message] must be at most ${LONGEST_MESSAGE} characters long, got ${message.length}`);
    await this.write(id, attempt, progressUpdate(attempt, share, message));
  }

  /**
   * Notes what the attempt is about to send. The same child may be noted again.
   *
   * @throws AttemptLost where the command went on without this attempt
   */
  async addChild(id: string, attempt: string, child: CommandChild): Promise<void> {
    await this.write(id, attempt, addChildUpdate(attempt, { ...child, at: this.time() }));
  }

  /**
   * Ends the command well. A result over 128 KiB of JSON, or that JSON cannot say, is left out: the work is done.
   *
   * @param writes happen in one transaction with the success, or not at all: at most 99
   * @throws AttemptLost where the command went on without this attempt
   * @throws EffectRefused where a condition of the writes does not hold
   */
  async succeed(id: string, attempt: string, result: unknown, writes: EffectWrites = []): Promise<void> {
    const update = succeedUpdate(attempt, keptResult(result), this.time());
    if (writes.length === 0) return this.write(id, attempt, update, "succeeded");
    const refusedBy = await succeedWith(this.dynamoDb, writes, this.table.updateOf(id, update));
    if (refusedBy !== undefined) assertSame(id, refusedBy === "unknown" ? undefined : refusedBy, attempt, "succeeded");
  }

  /**
   * Ends the command as failed.
   *
   * @param attempt undefined where none could begin: then the command fails unless it has ended in this or a later generation, and one
   *   that was never accepted has no status to write
   * @param generation the one that failed: a later one may begin
   * @throws AttemptLost where the command went on without this attempt
   */
  async fail(id: string, attempt: string | undefined, reason: CommandReason, generation: number): Promise<void> {
    await this.write(id, attempt, failUpdate(attempt, reason, generation, this.time()), "failed");
  }

  /**
   * Notes that the command waits in the spool.
   *
   * @param attempt undefined where none could begin: see {@link fail}
   * @throws AttemptLost where the command went on without this attempt
   */
  async park(id: string, attempt: string | undefined): Promise<void> {
    await this.write(id, attempt, parkUpdate(attempt, this.time()), "parked");
  }

  /** Cancels a command that has not begun. @returns the item as it is then; none where there is no such command */
  async cancel(id: string): Promise<{ readonly cancelled: boolean; readonly item?: StatusItem }> {
    const { item } = await this.table.change(id, cancelUpdate(this.time()));
    return { cancelled: item?.state === "cancelled", ...(item && { item }) };
  }

  /** The item as it is now; undefined where there is none, or it has expired. */
  read(id: string): Promise<StatusItem | undefined> {
    return this.table.read(id);
  }

  /** The items as they are now, by id, without those that are not there. */
  readMany(ids: readonly string[]): Promise<ReadonlyMap<string, StatusItem>> {
    return this.table.readMany(ids);
  }

  /** Keeps what was found out about children of the command: of those that say something of it (`known`). */
  async keepDecided(id: string, children: readonly KeptChild[]): Promise<void> {
    const known = children.filter((child) => child.known !== undefined);
    for (let at = 0; at < known.length; at += KNOWN_AT_ONCE)
      await this.table.change(id, knownUpdate(known.slice(at, at + KNOWN_AT_ONCE)));
  }

  /** @param to the state that the write leads to, where it may be found done already */
  private async write(id: string, attempt: string | undefined, update: StatusUpdate, to?: CommandState): Promise<void> {
    const { made, item } = await this.table.change(id, update);
    if (made) return;
    if (item === undefined && attempt === undefined) return;
    assertSame(id, item, attempt, to);
  }

  private time(): string {
    return new Date(this.now()).toISOString();
  }
}

/** @throws AttemptLost unless the write is done already: by this attempt, whose reply was lost, or where none could begin, by anybody */
function assertSame(id: string, item: StatusItem | undefined, attempt: string | undefined, to?: CommandState): void {
  const state = item?.state;
  const isDone = attempt === undefined ? state === to || state === "failed" : state === to && item?.attempt === attempt;
  if (state === undefined || !isDone) throw attemptLost(id, state);
}
