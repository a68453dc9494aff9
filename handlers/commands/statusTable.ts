// The table of a CommandStore: reads of its items, and writes that tell which item refused them.
import { isObject } from "../../records/json";
import { errorName } from "../awsErrors";
import type { CommandDynamoDb } from "./dynamoDb";
import { keyOf, type StatusItem, type StoredItem, statusItemOf, storedInError } from "./statusItem";
import { expressionOf, namesIn, type StatusUpdate } from "./statusUpdates";

/** Where the status is kept: plain JSON, which a function is told. */
export interface StatusStoreConfig {
  readonly tableName: string;
  /** How long a status is kept after its last change. */
  readonly expiresAfterSeconds: number;
}

/** What became of a write: the item after it, or, where it was refused, the one that refused it, if there is one. */
export interface Change {
  readonly made: boolean;
  readonly item?: StatusItem;
}

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html: "as many as 100 items"
const BATCH = 100;
const BATCH_TRIES = 8;

export class StatusTable {
  /** @param now milliseconds since 1970 */
  constructor(
    private readonly config: StatusStoreConfig,
    private readonly dynamoDb: CommandDynamoDb,
    private readonly now: () => number,
  ) {}

  /** Makes an item unless there is one that has not expired. */
  async create(id: string, status: Omit<StoredItem, "expiration" | "id">): Promise<Change> {
    const stored: StoredItem = { ...status, ...keyOf(id), expiration: this.expiration() };
    const condition = "attribute_not_exists(#id) OR #expiration < :now";
    return refusable(async () => {
      await this.dynamoDb.put({
        TableName: this.config.tableName,
        Item: stored,
        ConditionExpression: condition,
        ExpressionAttributeNames: namesIn(condition),
        ExpressionAttributeValues: { ":now": this.seconds() },
        ReturnValuesOnConditionCheckFailure: "ALL_OLD",
      });
      return stored;
    });
  }

  async change(id: string, update: StatusUpdate): Promise<Change> {
    return refusable(async () => {
      const { Attributes } = await this.dynamoDb.update({
        ...this.updateOf(id, update),
        ReturnValues: "ALL_NEW",
        ReturnValuesOnConditionCheckFailure: "ALL_OLD",
      });
      return Attributes as StoredItem;
    });
  }

  /** The update as a part of a transaction. */
  updateOf(id: string, update: StatusUpdate) {
    return { TableName: this.config.tableName, Key: keyOf(id), ...expressionOf(update, this.expiration()) };
  }

  /** The item as it is now; undefined where there is none, or it has expired. */
  async read(id: string): Promise<StatusItem | undefined> {
    const { tableName: TableName } = this.config;
    const { Item } = await this.dynamoDb.get({ TableName, Key: keyOf(id), ConsistentRead: true });
    return Item === undefined ? undefined : this.unexpired(Item as StoredItem)[0];
  }

  /** The items as they are now, by id, without those that are not there. */
  async readMany(ids: readonly string[]): Promise<ReadonlyMap<string, StatusItem>> {
    const asked = [...new Set(ids)];
    const batches = Array.from({ length: Math.ceil(asked.length / BATCH) }, (_, at) =>
      asked.slice(at * BATCH, (at + 1) * BATCH),
    );
    const found = await Promise.all(batches.map((batch) => this.readBatch(batch)));
    return new Map(found.flat().map((item) => [item.id, item]));
  }

  private async readBatch(ids: readonly string[]): Promise<readonly StatusItem[]> {
    const { tableName } = this.config;
    const found: StatusItem[] = [];
    let asked: { Keys: Record<string, unknown>[] | undefined } | undefined = { Keys: ids.map(keyOf) };
    for (let tries = 0; asked !== undefined && tries < BATCH_TRIES; tries++) {
      // "We strongly recommend that you use an exponential backoff algorithm": the same document, of unprocessed keys.
      if (tries > 0) await new Promise((resolve) => setTimeout(resolve, Math.random() * 50 * 2 ** tries));
      const { Responses, UnprocessedKeys } = await this.dynamoDb.batchGet({
        RequestItems: { [tableName]: { Keys: asked.Keys, ConsistentRead: true } },
      });
      found.push(...(Responses?.[tableName] ?? []).flatMap((item) => this.unexpired(item as StoredItem)));
      asked = UnprocessedKeys?.[tableName];
    }
    if (asked === undefined) return found;
    const message = `DynamoDB left out ${asked.Keys?.length} items in each of ${BATCH_TRIES} calls`;
    throw Object.assign(new Error(message), { name: "ThrottlingException" });
  }

  private seconds(): number {
    return Math.floor(this.now() / 1000);
  }

  private expiration(): number {
    return this.seconds() + this.config.expiresAfterSeconds;
  }

  /** DynamoDB deletes what has expired some days later. */
  private unexpired(stored: StoredItem): readonly StatusItem[] {
    return stored.expiration < this.seconds() ? [] : [statusItemOf(stored)];
  }
}

async function refusable(write: () => Promise<StoredItem>): Promise<Change> {
  try {
    return { made: true, item: statusItemOf(await write()) };
  } catch (error) {
    if (errorName(error) !== "ConditionalCheckFailedException" || !isObject(error)) throw error;
    const { Item } = error;
    return isObject(Item) ? { made: false, item: statusItemOf(storedInError(Item)) } : { made: false };
  }
}
