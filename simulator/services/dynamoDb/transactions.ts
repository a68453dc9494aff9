// Transactions on items: all or nothing, once per client token, one at a time for each item.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html
import { isDeepStrictEqual } from "node:util";
import type { JsonObject } from "../../json";
import { AwsError, Deferred } from "../../service";
import type { World } from "../../world";
import type { Item } from "./attributeValue";
import { constraint, validation } from "./errors";
import { type GetInput, itemMember, readItem } from "./itemOperations";
import { consumedByTable, readUnits, writeUnits } from "./requests";
import type { Table } from "./table";
import type { Tables } from "./tables";
import {
  type KeyedInput,
  type PutInput,
  preparedCheck,
  preparedDelete,
  preparedPut,
  preparedUpdate,
  store,
  type UpdateInput,
  type Write,
  writtenBytes,
} from "./writes";

export interface TransactWriteItem {
  readonly Put?: PutInput;
  readonly Update?: UpdateInput;
  readonly Delete?: KeyedInput;
  readonly ConditionCheck?: KeyedInput;
}

export interface TransactWriteInput {
  readonly TransactItems?: readonly TransactWriteItem[];
  readonly ClientRequestToken?: string;
  readonly ReturnConsumedCapacity?: string;
  readonly ReturnItemCollectionMetrics?: string;
}

export interface TransactGetInput {
  readonly TransactItems?: readonly { readonly Get?: GetInput }[];
  readonly ReturnConsumedCapacity?: string;
}

interface Reason {
  readonly Code: string;
  readonly Message?: string;
  readonly Item?: Item;
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-dynamodb-transactions */
const mostItems = 100;
const mostBytes = 4 * 1024 * 1024;
/** How long a client token is known: "10 minutes after the request completes". */
const tokenLife = 10 * 60 * 1000;
/** A transaction holds its items while it is prepared and committed. Milliseconds. */
const duration = { low: 3, high: 12 };

const fine: Reason = { Code: "None" };
const conflict: Reason = { Code: "TransactionConflict", Message: "Transaction is ongoing for the item" };

function checkCount(items: readonly unknown[] | undefined): void {
  if (items === undefined) throw constraint("transactItems", null, "not be null");
  if (items.length === 0) throw constraint("transactItems", "[]", "have length greater than or equal to 1");
  if (items.length > mostItems) {
    throw constraint("transactItems", `[${items.length} items]`, `have length less than or equal to ${mostItems}`);
  }
}

function checkDistinct(items: readonly { readonly table: Table; readonly key: Item }[]): void {
  const names = new Set(items.map(({ table, key }) => `${table.description.name} ${table.identity(key)}`));
  if (names.size === items.length) return;
  throw validation("Transaction request cannot include multiple operations on one item");
}

function cancelled(reasons: readonly Reason[]): AwsError {
  const Message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${reasons.map(({ Code }) => Code).join(", ")}]`;
  return new AwsError("TransactionCanceledException", Message, 400, {
    Message,
    CancellationReasons: reasons as unknown as JsonObject[],
  });
}

const prepare = {
  Put: preparedPut,
  Update: preparedUpdate,
  Delete: preparedDelete,
  ConditionCheck: preparedCheck,
} as const;

function prepared(tables: Tables, item: TransactWriteItem): Write {
  if (Object.keys(item).filter((name) => name in prepare).length !== 1) {
    throw validation("TransactItems can only contain one of Check, Put, Update or Delete");
  }
  if (item.Put !== undefined) return prepare.Put(tables, item.Put);
  if (item.Update !== undefined) return prepare.Update(tables, item.Update);
  if (item.Delete !== undefined) return prepare.Delete(tables, item.Delete);
  return prepare.ConditionCheck(tables, item.ConditionCheck ?? {});
}

interface Planned {
  readonly write: Write;
  readonly after: Item | undefined;
  readonly reason: Reason;
}

/** What one action of a transaction comes to. */
function planned(write: Write): Planned {
  const { table, key, before, holds, shownOnFailure } = write;
  if (table.isLocked(key)) return { write, after: before, reason: conflict };
  if (!holds) {
    const Item = shownOnFailure === undefined ? {} : { Item: shownOnFailure };
    const reason = { Code: "ConditionalCheckFailed", Message: "The conditional request failed", ...Item };
    return { write, after: before, reason };
  }
  try {
    return { write, after: write.after(), reason: fine };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return { write, after: before, reason: { Code: "ValidationError", Message: error.message } };
  }
}

interface Known {
  readonly request: object;
  readonly output: JsonObject;
  /** Milliseconds since the epoch; Infinity while it is under way. */
  until: number;
}

export class Transactions {
  private readonly tokens = new Map<string, Known>();

  constructor(
    private readonly world: World,
    private readonly tables: Tables,
  ) {}

  /** Throws AwsError TransactionCanceledException, IdempotentParameterMismatchException, TransactionInProgressException, ValidationException. */
  write(input: TransactWriteInput): JsonObject | Deferred {
    const { ClientRequestToken: token, ...request } = input;
    const done = token === undefined ? undefined : this.repeated(token, request);
    if (done !== undefined) return done;
    checkCount(input.TransactItems);
    const writes = (input.TransactItems ?? []).map((item) => prepared(this.tables, item));
    checkDistinct(writes);
    const plan = writes.map(planned);
    if (plan.some(({ reason }) => reason !== fine)) throw cancelled(plan.map(({ reason }) => reason));
    if (plan.reduce((sum, { write, after }) => sum + writtenBytes(write, after), 0) > mostBytes) {
      throw validation("Collection size exceeds the maximum size of a transaction, 4 MB");
    }
    return this.commit(plan, input, token, request);
  }

  /** Throws AwsError TransactionCanceledException, ValidationException. */
  read(input: TransactGetInput): JsonObject {
    checkCount(input.TransactItems);
    const items = (input.TransactItems ?? []).map(({ Get }) => readItem(this.tables, Get ?? {}));
    checkDistinct(items);
    const reasons = items.map(({ table, key }) => (table.isLocked(key) ? conflict : fine));
    if (reasons.includes(conflict)) throw cancelled(reasons);
    const units = new Map<Table, number>();
    for (const { table, bytes } of items) units.set(table, (units.get(table) ?? 0) + 2 * readUnits(bytes, true));
    return {
      Responses: items.map(({ found }) => itemMember(found)),
      ...consumedByTable(input.ReturnConsumedCapacity, units),
    };
  }

  private commit(plan: readonly Planned[], input: TransactWriteInput, token: string | undefined, request: object) {
    const { clock, random } = this.world;
    const units = new Map<Table, number>();
    for (const { write, after } of plan) {
      const { table, key, before } = write;
      table.lock(key);
      units.set(table, (units.get(table) ?? 0) + 2 * writeUnits(before, after));
    }
    const output = consumedByTable(input.ReturnConsumedCapacity, units);
    const known: Known = { request, output, until: Number.POSITIVE_INFINITY };
    if (token !== undefined) this.tokens.set(token, known);
    const reply = new Deferred();
    clock.after(random.integer(duration.low, duration.high), () => {
      for (const { write, after } of plan) {
        write.table.unlock(write.key);
        store(write, after);
      }
      known.until = clock.now + tokenLife;
      reply.resolve(output);
    });
    return reply;
  }

  /** The answer to a request that was made before under this token. */
  private repeated(token: string, request: object): JsonObject | undefined {
    if (token.length < 1 || token.length > 36) {
      throw constraint("clientRequestToken", token, "have length less than or equal to 36");
    }
    const { now } = this.world.clock;
    for (const [name, { until }] of this.tokens) if (until <= now) this.tokens.delete(name);
    const known = this.tokens.get(token);
    if (known === undefined) return undefined;
    if (!isDeepStrictEqual(known.request, request)) {
      throw new AwsError(
        "IdempotentParameterMismatchException",
        "The request uses the same client token as a previous, but non-identical request. Do not reuse a client token with different requests, unless the requests are identical",
      );
    }
    if (known.until !== Number.POSITIVE_INFINITY) return known.output;
    throw new AwsError(
      "TransactionInProgressException",
      "The transaction with the given request token is already in progress.",
    );
  }
}
