// Query and Scan. (API Reference: those actions; Developer Guide: "Paginating table query results".)
import type { JsonObject } from "../../json";
import { type Authorization, type Operation, operation } from "../../service";
import { checkedItem, type Item, itemSize } from "./attributeValue";
import { constraint, unsupported, validation } from "./errors";
import { type Condition, parseCondition, parseProjection } from "./expressions/condition";
import { type DocumentPath, project } from "./expressions/documentPath";
import { Scope } from "./expressions/scope";
import { onTable } from "./itemOperations";
import { checkMembers, consumed, readUnits, type TableRequest } from "./requests";
import { type KeySchema, keyNames, type SecondaryIndex, type Table } from "./table";
import type { Tables } from "./tables";

interface ReadRequest extends TableRequest {
  readonly IndexName?: string;
  readonly FilterExpression?: string;
  readonly ProjectionExpression?: string;
  readonly Limit?: number;
  readonly ExclusiveStartKey?: Item;
  readonly Select?: string;
  readonly ConsistentRead?: boolean;
  readonly TotalSegments?: number;
}

interface QueryInput extends ReadRequest {
  readonly KeyConditionExpression?: string;
  /** @default true */
  readonly ScanIndexForward?: boolean;
}

/** What one page reads at most, before the filter. */
const pageBytes = 1024 * 1024;

interface Source {
  readonly keys: KeySchema;
  readonly index: SecondaryIndex | undefined;
}

function sourceOf(table: Table, input: ReadRequest): Source {
  const { IndexName: name } = input;
  if (name === undefined) return { keys: table.description.keys, index: undefined };
  const index = table.description.indexes.find((one) => one.name === name);
  if (index === undefined) throw validation(`The table does not have the specified index: ${name}`);
  if (index.kind === "global" && input.ConsistentRead === true) {
    throw validation("Consistent reads are not supported on global secondary indexes");
  }
  return { keys: index.keys, index };
}

/** An index holds the items that have its keys, and of them what it projects. */
function itemsOf(table: Table, { keys, index }: Source): Item[] {
  if (index === undefined) return table.sorted(table.items, keys);
  const names = keyNames(keys);
  const present = table.items.filter((item) => names.every((name) => item[name] !== undefined));
  const { projected } = index;
  if (projected === undefined) return table.sorted(present, keys);
  const all = [...names, ...keyNames(table.description.keys), ...projected].map((name) => [name]);
  return table.sorted(
    present.map((item) => project(item, all)),
    keys,
  );
}

/** Checks that a key condition asks for one partition. Throws AwsError ValidationException. */
function checkKeyCondition(condition: Condition, { hash, range }: KeySchema): void {
  const parts = condition.all ?? [condition];
  const of = (name: string | undefined) =>
    parts.filter(({ comparison }) => comparison?.path.length === 1 && comparison.path[0] === name);
  const partition = of(hash);
  if (partition.length === 0) throw validation(`Query condition missed key schema element: ${hash}`);
  if (partition.length > 1 || partition[0]?.comparison?.operator !== "=") {
    throw validation("Query key condition not supported");
  }
  if (parts.length === 1) return;
  const sort = range === undefined ? [] : of(range);
  if (sort.length !== parts.length - 1) {
    throw validation(
      range === undefined ? "Query key condition not supported" : `Query condition missed key schema element: ${range}`,
    );
  }
  if (sort.length > 1 || sort[0]?.comparison?.operator === "<>") throw validation("Query key condition not supported");
}

function startAfter(table: Table, items: readonly Item[], start: Item | undefined): readonly Item[] {
  if (start === undefined) return items;
  const identity = table.identity(checkedItem(start));
  const index = items.findIndex((item) => table.identity(item) === identity);
  if (index < 0) throw validation("The provided starting key is invalid");
  return items.slice(index + 1);
}

interface Reading {
  readonly filter: Condition | undefined;
  readonly paths: readonly DocumentPath[] | undefined;
}

function page(table: Table, source: Source, all: readonly Item[], input: ReadRequest, reading: Reading): JsonObject {
  const { Limit: limit = Number.POSITIVE_INFINITY } = input;
  if (limit < 1) throw constraint("limit", String(limit), "have value greater than or equal to 1");
  const items = startAfter(table, all, input.ExclusiveStartKey);
  const read: Item[] = [];
  let bytes = 0;
  for (const item of items) {
    if (read.length >= limit || bytes > pageBytes) break;
    read.push(item);
    bytes += itemSize(item);
  }
  const { filter, paths } = reading;
  const found = filter === undefined ? read : read.filter((item) => filter.holds(item));
  const shown = paths === undefined ? found : found.map((item) => project(item, paths));
  const last = read.at(-1);
  const names = [...keyNames(table.description.keys), ...keyNames(source.keys)].map((name) => [name]);
  return {
    Count: found.length,
    ...(input.Select === "COUNT" ? {} : { Items: shown as unknown as JsonObject[] }),
    ScannedCount: read.length,
    ...(last !== undefined && read.length < items.length
      ? { LastEvaluatedKey: project(last, names) as unknown as JsonObject }
      : {}),
    ...consumed(input, table, readUnits(bytes, input.ConsistentRead === true)),
  };
}

function readingOf(input: ReadRequest, scope: Scope, expressions: number): Reading {
  const { FilterExpression, ProjectionExpression } = input;
  const filter =
    FilterExpression === undefined ? undefined : parseCondition("FilterExpression", FilterExpression, scope);
  const paths = ProjectionExpression === undefined ? undefined : parseProjection(ProjectionExpression, scope);
  scope.checkUsed(expressions + [filter, paths].filter((one) => one !== undefined).length);
  return { filter, paths };
}

function query(tables: Tables, input: QueryInput): JsonObject {
  checkMembers(input);
  const table = tables.get(input.TableName);
  const { KeyConditionExpression: text } = input;
  if (text === undefined) {
    throw validation("Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.");
  }
  const scope = new Scope(input);
  const condition = parseCondition("KeyConditionExpression", text, scope);
  const source = sourceOf(table, input);
  checkKeyCondition(condition, source.keys);
  const reading = readingOf(input, scope, 1);
  const items = itemsOf(table, source).filter((item) => condition.holds(item));
  return page(table, source, input.ScanIndexForward === false ? items.reverse() : items, input, reading);
}

function scan(tables: Tables, input: ReadRequest): JsonObject {
  checkMembers(input);
  if (input.TotalSegments !== undefined) throw unsupported("TotalSegments", input.TotalSegments, "whole scans");
  const table = tables.get(input.TableName);
  const source = sourceOf(table, input);
  const items = source.index === undefined ? table.items : itemsOf(table, source);
  return page(table, source, items, input, readingOf(input, new Scope(input), 0));
}

export function readOperations(tables: Tables): Record<string, Operation> {
  const needs = (action: string, input: ReadRequest): readonly Authorization[] =>
    onTable(tables, action, input).map((one) => ({
      ...one,
      resource: input.IndexName === undefined ? one.resource : `${one.resource}/index/${input.IndexName}`,
    }));
  return {
    Query: operation<QueryInput>({
      authorize: (input) => needs("Query", input),
      handle: (input) => query(tables, input),
    }),
    Scan: operation<ReadRequest>({
      authorize: (input) => needs("Scan", input),
      handle: (input) => scan(tables, input),
    }),
  };
}
