// BatchWriteItem and BatchGetItem: many single requests in one call, each for itself. (API Reference: those actions.)
import type { JsonObject } from "../../json";
import { type Operation, operation } from "../../service";
import type { World } from "../../world";
import type { Item } from "./attributeValue";
import { constraint, validation } from "./errors";
import type { Placeholders } from "./expressions/scope";
import { readItem } from "./itemOperations";
import { consumedByTable, readUnits, writeUnits } from "./requests";
import type { Table } from "./table";
import type { Tables } from "./tables";
import { performed, preparedDelete, preparedPut, type Write } from "./writes";

interface WriteEntry {
  readonly PutRequest?: { readonly Item?: Item };
  readonly DeleteRequest?: { readonly Key?: Item };
}

interface KeysEntry extends Placeholders {
  readonly Keys?: readonly Item[];
  readonly ProjectionExpression?: string;
  readonly ConsistentRead?: boolean;
}

interface BatchInput<Entry> {
  readonly RequestItems?: Readonly<Record<string, Entry>>;
  readonly ReturnConsumedCapacity?: string;
}

type BatchWriteInput = BatchInput<readonly WriteEntry[]>;
type BatchGetInput = BatchInput<KeysEntry>;

const mostWrites = 25;
const mostReads = 100;
/** What one answer of BatchGetItem carries. */
const mostReadBytes = 16 * 1024 * 1024;

function entries<Entry>({ RequestItems }: BatchInput<Entry>): readonly (readonly [string, Entry])[] {
  const found = Object.entries(RequestItems ?? {});
  if (found.length > 0) return found;
  throw constraint("requestItems", RequestItems === undefined ? null : "{}", "have length greater than or equal to 1");
}

function checkKeys(items: readonly { readonly table: Table; readonly key: Item }[]): void {
  const names = new Set(items.map(({ table, key }) => `${table.description.name} ${table.identity(key)}`));
  if (names.size < items.length) throw validation("Provided list of item keys contains duplicates");
}

function preparedWrite(tables: Tables, TableName: string, entry: WriteEntry): Write {
  const { PutRequest, DeleteRequest } = entry;
  if ((PutRequest === undefined) === (DeleteRequest === undefined)) {
    throw validation("Supplied WriteRequest must contain exactly one of PutRequest or DeleteRequest");
  }
  if (PutRequest !== undefined) return preparedPut(tables, { TableName, ...PutRequest });
  return preparedDelete(tables, { TableName, ...DeleteRequest });
}

/** A test leaves single requests unprocessed by taking away the deliveries of this kind. */
function isProcessed(world: World, kind: string, table: string, request: object): boolean {
  return world.faults.arrivals({ kind, to: table, payload: JSON.stringify(request) }).length > 0;
}

function grouped<Value>(found: readonly (readonly [string, Value])[]): Record<string, Value[]> {
  const groups: Record<string, Value[]> = {};
  for (const [name, value] of found) {
    groups[name] ??= [];
    groups[name].push(value);
  }
  return groups;
}

function batchWrite(world: World, tables: Tables, input: BatchWriteInput): JsonObject {
  const requests = entries(input).flatMap(([name, list]) => list.map((entry) => [name, entry] as const));
  if (requests.length > mostWrites) {
    throw validation("Too many items requested for the BatchWriteItem call");
  }
  const writes = requests.map(([name, entry]) => ({ name, entry, write: preparedWrite(tables, name, entry) }));
  checkKeys(writes.map(({ write }) => write));
  const units = new Map<Table, number>();
  const unprocessed: (readonly [string, WriteEntry])[] = [];
  for (const { name, entry, write } of writes) {
    const { table, key, before } = write;
    if (table.isLocked(key) || !isProcessed(world, "dynamodb.batchWriteItem", name, entry)) {
      unprocessed.push([name, entry]);
      continue;
    }
    units.set(table, (units.get(table) ?? 0) + writeUnits(before, performed(write)));
  }
  return {
    UnprocessedItems: grouped(unprocessed) as unknown as JsonObject,
    ...consumedByTable(input.ReturnConsumedCapacity, units),
  };
}

function batchGet(world: World, tables: Tables, input: BatchGetInput): JsonObject {
  const requests = entries(input).flatMap(([name, entry]) => {
    const { Keys = [], ...rest } = entry;
    return Keys.map((key) => ({ name, key, rest, item: readItem(tables, { TableName: name, ...rest, Key: key }) }));
  });
  if (requests.length > mostReads) throw validation("Too many items requested for the BatchGetItem call");
  checkKeys(requests.map(({ item }) => item));
  const units = new Map<Table, number>();
  const responses: Record<string, Item[]> = Object.fromEntries(entries(input).map(([name]) => [name, []]));
  const unprocessed: Record<string, KeysEntry> = {};
  let total = 0;
  for (const { name, key, rest, item } of requests) {
    const { table, found, bytes } = item;
    if (total + bytes > mostReadBytes || !isProcessed(world, "dynamodb.batchGetItem", name, key)) {
      unprocessed[name] = { ...rest, Keys: [...(unprocessed[name]?.Keys ?? []), key] };
      continue;
    }
    total += bytes;
    units.set(table, (units.get(table) ?? 0) + readUnits(bytes, rest.ConsistentRead === true));
    if (found !== undefined) responses[name]?.push(found);
  }
  return {
    Responses: responses as unknown as JsonObject,
    UnprocessedKeys: unprocessed as unknown as JsonObject,
    ...consumedByTable(input.ReturnConsumedCapacity, units),
  };
}

export function batchOperations(world: World, tables: Tables): Record<string, Operation> {
  const on = <Entry>(action: string, handle: (world: World, tables: Tables, input: BatchInput<Entry>) => JsonObject) =>
    operation<BatchInput<Entry>>({
      authorize: ({ RequestItems = {} }) =>
        Object.keys(RequestItems).map((name) => ({ action: `dynamodb:${action}`, resource: tables.arnOf(name) })),
      handle: (input) => handle(world, tables, input),
    });
  return { BatchWriteItem: on("BatchWriteItem", batchWrite), BatchGetItem: on("BatchGetItem", batchGet) };
}
