// The status of commands: one item each in a table of DynamoDB, every change of which is conditional on what it was.
import { isObject } from "../../records/json";
import { errorName } from "../awsErrors";
import type { EffectWrites } from "./command";
import type { CommandDynamoDb } from "./dynamoDb";
import { AttemptLost } from "./errors";
import type { CommandChild, CommandReason, CommandState } from "./status";
import { type KeptChild, keyOf, type StatusItem, type StoredItem, statusItemOf, storedInError } from "./statusItem";
import {
  addChildUpdate,
  type BeginCommand,
  beginUpdate,
  cancelUpdate,
  expressionOf,
  failUpdate,
  knownUpdate,
  namesIn,
  parkUpdate,
  progressUpdate,
  type StatusUpdate,
  sentUpdate,
  succeedUpdate,
} from "./statusUpdates";
import { keptResult, succeedWith } from "./succeedWith";

/** Where the status is kept: plain JSON, which a function is told. */
export interface StatusStoreConfig {
  readonly tableName: string;
  /** How long a status is kept after its last change. */
  readonly expiresAfterSeconds: number;
}

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

/** What became of a write: the item after it, or, where it was refused, the one that refused it. */
type Change = { readonly made: true; readonly item: StatusItem } | { readonly made: false; readonly item?: StatusItem };

type Tried<Done> = { readonly done: Done } | { readonly error: Error; readonly refusedBy?: StatusItem };

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html: "as many as 100 items"
const BATCH = 100;
const BATCH_TRIES = 8;
/** An expression has 4 KB and 300 operators. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html */
const KNOWN_AT_ONCE = 30;
const LONGEST_MESSAGE = 1024;

/** The status of commands. Every call may be repeated; AWS's errors are thrown as they come. */
export class StatusStore {
  /** @param now milliseconds since 1970 */
  constructor(
    private readonly config: StatusStoreConfig,
    private readonly dynamoDb: CommandDynamoDb,
    private readonly now: () => number = Date.now,
  ) {}

  /**
   * Makes the item of a command, unless there is one (that has not expired).
   *
   * @returns the item as it is then; `created` is false, too, where an earlier call's reply was lost
   */
  async accept(command: AcceptStatus): Promise<{ readonly created: boolean; readonly item: StatusItem }> {
    const { id, time, ...told } = command;
    const stored: StoredItem = {
      ...told,
      ...keyOf(id),
      state: "accepted",
      acceptedAt: time,
      attempts: 0,
      generation: 0,
      children: {},
      expiration: this.#expiration(),
    };
    const condition = "attribute_not_exists(#id) OR #expiration < :now";
    const tried = await this.#tried(() =>
      this.dynamoDb.put({
        TableName: this.config.tableName,
        Item: stored,
        ConditionExpression: condition,
        ExpressionAttributeNames: namesIn(condition),
        ExpressionAttributeValues: { ":now": this.#seconds() },
        ReturnValuesOnConditionCheckFailure: "ALL_OLD",
      }),
    );
    if ("done" in tried) return { created: true, item: statusItemOf(stored) };
    if (tried.refusedBy === undefined) throw tried.error;
    return { created: false, item: tried.refusedBy };
  }

  /** Notes that the command's message is in the queue. */
  async markSent(id: string): Promise<void> {
    await this.#change(id, sentUpdate(this.#time()));
  }

  /**
   * Begins an attempt, and takes the command from an earlier one. Refused where the command has succeeded or was cancelled, or has
   * failed in this or a later generation.
   */
  async begin(begin: BeginCommand): Promise<{ readonly begun: boolean; readonly item: StatusItem }> {
    const { made, item } = await this.#change(begin.id, beginUpdate(begin, this.#time()));
    if (item === undefined) throw new AttemptLost(begin.id, undefined);
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
    await this.#write(id, attempt, progressUpdate(attempt, share, message));
  }

  /**
   * Notes what the attempt is about to send. The same child may be noted again.
   *
   * @throws AttemptLost where the command went on without this attempt
   */
  async addChild(id: string, attempt: string, child: CommandChild): Promise<void> {
    await this.#write(id, attempt, addChildUpdate(attempt, { ...child, at: this.#time() }));
  }

  /**
   * Ends the command well. A result over 128 KiB of JSON, or that JSON cannot say, is left out: the work is done.
   *
   * @param writes happen in one transaction with the success, or not at all: at most 99
   * @throws AttemptLost where the command went on without this attempt
   * @throws EffectRefused where a condition of the writes does not hold
   */
  async succeed(id: string, attempt: string, result: unknown, writes: EffectWrites = []): Promise<void> {
    const update = succeedUpdate(attempt, keptResult(result), this.#time());
    if (writes.length === 0) return this.#write(id, attempt, update, "succeeded");
    const refusedBy = await succeedWith(this.dynamoDb, writes, { ...this.#key(id), ...this.#expression(update) });
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
    await this.#write(id, attempt, failUpdate(attempt, reason, generation, this.#time()), "failed");
  }

  /**
   * Notes that the command waits in the spool.
   *
   * @param attempt undefined where none could begin: see {@link fail}
   * @throws AttemptLost where the command went on without this attempt
   */
  async park(id: string, attempt: string | undefined): Promise<void> {
    await this.#write(id, attempt, parkUpdate(attempt, this.#time()), "parked");
  }

  /** Cancels a command that has not begun. @returns the item as it is then; none where there is no such command */
  async cancel(id: string): Promise<{ readonly cancelled: boolean; readonly item?: StatusItem }> {
    const { item } = await this.#change(id, cancelUpdate(this.#time()));
    return { cancelled: item?.state === "cancelled", ...(item && { item }) };
  }

  /** The item as it is now; undefined where there is none, or it has expired. */
  async read(id: string): Promise<StatusItem | undefined> {
    const { Item } = await this.dynamoDb.get({ ...this.#key(id), ConsistentRead: true });
    return Item === undefined ? undefined : this.#unexpired(Item as StoredItem)[0];
  }

  /** The items as they are now, by id, without those that are not there. */
  async readMany(ids: readonly string[]): Promise<ReadonlyMap<string, StatusItem>> {
    const asked = [...new Set(ids)];
    const batches = Array.from({ length: Math.ceil(asked.length / BATCH) }, (_, at) =>
      asked.slice(at * BATCH, (at + 1) * BATCH),
    );
    const found = await Promise.all(batches.map((batch) => this.#readBatch(batch)));
    return new Map(found.flat().map((item) => [item.id, item]));
  }

  /** Keeps what was found out about children of the command, whatever its state: see {@link KeptChild.known}. */
  async keepDecided(id: string, children: readonly KeptChild[]): Promise<void> {
    const known = children.filter((child) => child.known !== undefined);
    for (let at = 0; at < known.length; at += KNOWN_AT_ONCE)
      await this.#change(id, knownUpdate(known.slice(at, at + KNOWN_AT_ONCE)));
  }

  async #readBatch(ids: readonly string[]): Promise<readonly StatusItem[]> {
    const { tableName } = this.config;
    const found: StatusItem[] = [];
    let asked: { Keys: Record<string, unknown>[] | undefined } | undefined = { Keys: ids.map(keyOf) };
    for (let tries = 0; asked !== undefined && tries < BATCH_TRIES; tries++) {
      if (tries > 0) await new Promise((resolve) => setTimeout(resolve, Math.random() * 50 * 2 ** tries));
      const { Responses, UnprocessedKeys } = await this.dynamoDb.batchGet({
        RequestItems: { [tableName]: { Keys: asked.Keys, ConsistentRead: true } },
      });
      found.push(...(Responses?.[tableName] ?? []).flatMap((item) => this.#unexpired(item as StoredItem)));
      asked = UnprocessedKeys?.[tableName];
    }
    // "If you delay the batch operation using exponential backoff, the individual requests in the batch are much more likely to succeed."
    if (asked !== undefined)
      throw Object.assign(new Error(`DynamoDB left out ${asked.Keys?.length} items ${BATCH_TRIES} times`), {
        name: "ThrottlingException",
      });
    return found;
  }

  /** @param to the state that the write leads to, where it may be found done already */
  async #write(id: string, attempt: string | undefined, update: StatusUpdate, to?: CommandState): Promise<void> {
    const { made, item } = await this.#change(id, update);
    if (made) return;
    if (item === undefined && attempt === undefined) return;
    assertSame(id, item, attempt, to);
  }

  async #change(id: string, update: StatusUpdate): Promise<Change> {
    const tried = await this.#tried(() =>
      this.dynamoDb.update({
        ...this.#key(id),
        ...this.#expression(update),
        ReturnValues: "ALL_NEW",
        ReturnValuesOnConditionCheckFailure: "ALL_OLD",
      }),
    );
    if (!("done" in tried)) return { made: false, ...(tried.refusedBy && { item: tried.refusedBy }) };
    return { made: true, item: statusItemOf(tried.done.Attributes as StoredItem) };
  }

  async #tried<Done>(call: () => Promise<Done>): Promise<Tried<Done>> {
    try {
      return { done: await call() };
    } catch (error) {
      if (errorName(error) !== "ConditionalCheckFailedException" || !(error instanceof Error)) throw error;
      const item = "Item" in error && isObject(error.Item) ? statusItemOf(storedInError(error.Item)) : undefined;
      return { error, ...(item && { refusedBy: item }) };
    }
  }

  #key(id: string) {
    return { TableName: this.config.tableName, Key: keyOf(id) };
  }

  #expression(update: StatusUpdate) {
    return expressionOf(update, this.#expiration());
  }

  #time(): string {
    return new Date(this.now()).toISOString();
  }

  #seconds(): number {
    return Math.floor(this.now() / 1000);
  }

  #expiration(): number {
    return this.#seconds() + this.config.expiresAfterSeconds;
  }

  /** DynamoDB deletes what has expired some days later. */
  #unexpired(stored: StoredItem): readonly StatusItem[] {
    return stored.expiration < this.#seconds() ? [] : [statusItemOf(stored)];
  }
}

/** @throws AttemptLost unless this attempt's own write is done already: its reply was lost */
function assertSame(id: string, item: StatusItem | undefined, attempt: string | undefined, to?: CommandState): void {
  const isOwn = attempt === undefined ? item?.state === to || item?.state === "failed" : item?.attempt === attempt;
  if (to === undefined || !isOwn || (attempt !== undefined && item?.state !== to))
    throw new AttemptLost(id, item?.state);
}
