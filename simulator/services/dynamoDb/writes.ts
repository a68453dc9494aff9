// What a Put, Update, Delete or ConditionCheck will do, before it is done: for single writes, batches and transactions alike.
import { type Item, itemSize } from "./attributeValue";
import { conditionalCheckFailed, invalidParameters } from "./errors";
import { parseCondition } from "./expressions/condition";
import { Scope } from "./expressions/scope";
import { parseUpdate, type Update } from "./expressions/update";
import { checkMembers, oneOf, required, type TableRequest } from "./requests";
import { keyNames, type Table } from "./table";
import { checkTableName, type Tables } from "./tables";

export interface WriteRequest extends TableRequest {
  readonly ConditionExpression?: string;
  readonly ReturnValues?: string;
  readonly ReturnValuesOnConditionCheckFailure?: string;
}

export interface PutInput extends WriteRequest {
  readonly Item?: Item;
}

export interface KeyedInput extends WriteRequest {
  readonly Key?: Item;
}

export interface UpdateInput extends KeyedInput {
  readonly UpdateExpression?: string;
}

export interface Write {
  readonly table: Table;
  readonly key: Item;
  /** The item as it was when the write was prepared. */
  readonly before: Item | undefined;
  /** Whether the condition holds. */
  readonly holds: boolean;
  /** What the error of a failed condition shows. */
  readonly shownOnFailure: Item | undefined;
  readonly update?: Update | undefined;
  /** The item as it will be; undefined when it will not be there. Throws AwsError ValidationException. */
  after(): Item | undefined;
  /** False for what only checks a condition. */
  readonly changes: boolean;
}

/** Throws AwsError ValidationException. */
function condition(input: WriteRequest, scope: Scope, before: Item | undefined, expressions: number) {
  const { ConditionExpression: text } = input;
  const shown = oneOf(input.ReturnValuesOnConditionCheckFailure, "returnValuesOnConditionCheckFailure", [
    "NONE",
    "ALL_OLD",
  ]);
  const parsed = text === undefined ? undefined : parseCondition("ConditionExpression", text, scope);
  scope.checkUsed(expressions + (parsed === undefined ? 0 : 1));
  const holds = parsed === undefined || parsed.holds(before ?? {});
  return { holds, shownOnFailure: shown === "ALL_OLD" ? before : undefined };
}

/** The table and the key that a request names. Throws AwsError ValidationException, ResourceNotFoundException. */
function located(tables: Tables, input: KeyedInput): { readonly table: Table; readonly key: Item } {
  checkMembers(input);
  checkTableName(input.TableName);
  const given = required(input.Key, "key");
  const table = tables.get(input.TableName);
  return { table, key: table.checkedKey(given) };
}

export function preparedPut(tables: Tables, input: PutInput): Write {
  checkMembers(input);
  checkTableName(input.TableName);
  const given = required(input.Item, "item");
  const table = tables.get(input.TableName);
  const scope = new Scope(input);
  const item = table.checked(given);
  const before = table.get(item);
  return {
    ...{ table, key: table.keyOf(item), before, changes: true },
    ...condition(input, scope, before, 0),
    after: () => item,
  };
}

export function preparedDelete(tables: Tables, input: KeyedInput): Write {
  const { table, key } = located(tables, input);
  const before = table.get(key);
  return {
    ...{ table, key, before, changes: true },
    ...condition(input, new Scope(input), before, 0),
    after: () => undefined,
  };
}

function checkKeysUntouched(table: Table, update: Update): void {
  const names = keyNames(table.description.keys);
  const touched = update.paths.map(([name]) => name).find((name) => names.includes(name as string));
  if (touched === undefined) return;
  throw invalidParameters(`Cannot update attribute ${touched}. This attribute is part of the key`);
}

export function preparedUpdate(tables: Tables, input: UpdateInput): Write {
  const { table, key } = located(tables, input);
  const scope = new Scope(input);
  const { UpdateExpression: text } = input;
  const update = text === undefined ? undefined : parseUpdate(text, scope);
  if (update !== undefined) checkKeysUntouched(table, update);
  const before = table.get(key);
  const start = before ?? key;
  return {
    ...{ table, key, before, update, changes: true },
    ...condition(input, scope, before, update === undefined ? 0 : 1),
    after: () => table.checked(update === undefined ? start : update.apply(start)),
  };
}

/** Of a transaction: a condition on an item that is not written. */
export function preparedCheck(tables: Tables, input: KeyedInput): Write {
  const { table, key } = located(tables, input);
  required(input.ConditionExpression, "conditionExpression");
  const before = table.get(key);
  return {
    ...{ table, key, before, changes: false },
    ...condition(input, new Scope(input), before, 0),
    after: () => before,
  };
}

/** Stores what a write comes to. */
export function store(write: Write, after: Item | undefined): void {
  if (!write.changes) return;
  if (after === undefined) write.table.delete(write.key);
  else write.table.put(after);
}

/** Does a single write; returns the item as it is then. Throws AwsError ConditionalCheckFailedException, TransactionConflictException. */
export function performed(write: Write): Item | undefined {
  write.table.checkUnlocked(write.key);
  if (!write.holds) throw conditionalCheckFailed(write.shownOnFailure);
  const after = write.after();
  store(write, after);
  return after;
}

/** What a write counts towards limits of size. */
export function writtenBytes({ key, before }: Write, after: Item | undefined): number {
  return Math.max(itemSize(after ?? key), before === undefined ? 0 : itemSize(before));
}
