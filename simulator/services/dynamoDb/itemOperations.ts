// GetItem, PutItem, UpdateItem and DeleteItem. (API Reference: those actions.)
import type { JsonObject } from "../../json";
import { type Authorization, type Operation, operation } from "../../service";
import { type Item, itemSize } from "./attributeValue";
import { parseProjection } from "./expressions/condition";
import { project } from "./expressions/documentPath";
import { Scope } from "./expressions/scope";
import type { Update } from "./expressions/update";
import { checkMembers, consumed, oneOf, readUnits, required, type TableRequest, writeUnits } from "./requests";
import type { Table } from "./table";
import { checkTableName, type Tables } from "./tables";
import {
  type KeyedInput,
  type PutInput,
  performed,
  preparedDelete,
  preparedPut,
  preparedUpdate,
  type UpdateInput,
} from "./writes";

export interface GetInput extends TableRequest {
  readonly Key?: Item;
  readonly ProjectionExpression?: string;
  readonly ConsistentRead?: boolean;
}

interface ReadItem {
  readonly table: Table;
  readonly key: Item;
  readonly found: Item | undefined;
  /** Of the whole item, whatever of it is shown. */
  readonly bytes: number;
}

function attributes(item: Item | undefined): JsonObject {
  return item === undefined || Object.keys(item).length === 0 ? {} : { Attributes: item as unknown as JsonObject };
}

/** Reads one item. Throws AwsError ValidationException, ResourceNotFoundException. */
export function readItem(tables: Tables, input: GetInput): ReadItem {
  checkMembers(input);
  checkTableName(input.TableName);
  const given = required(input.Key, "key");
  const table = tables.get(input.TableName);
  const scope = new Scope(input);
  const { ProjectionExpression: text } = input;
  const paths = text === undefined ? undefined : parseProjection(text, scope);
  scope.checkUsed(paths === undefined ? 0 : 1);
  const key = table.checkedKey(given);
  const item = table.get(key);
  const found = item === undefined ? undefined : paths === undefined ? item : project(item, paths);
  return { table, key, found, bytes: item === undefined ? 0 : itemSize(item) };
}

/** The member Item of an answer, when there is an item. */
export function itemMember(found: Item | undefined): JsonObject {
  return found === undefined ? {} : { Item: found as unknown as JsonObject };
}

function getItem(tables: Tables, input: GetInput): JsonObject {
  const { table, found, bytes } = readItem(tables, input);
  return { ...itemMember(found), ...consumed(input, table, readUnits(bytes, input.ConsistentRead === true)) };
}

function putItem(tables: Tables, input: PutInput): JsonObject {
  const write = preparedPut(tables, input);
  const returned = oneOf(input.ReturnValues, "returnValues", ["NONE", "ALL_OLD"]);
  const after = performed(write);
  return {
    ...(returned === "ALL_OLD" ? attributes(write.before) : {}),
    ...consumed(input, write.table, writeUnits(write.before, after)),
  };
}

function deleteItem(tables: Tables, input: KeyedInput): JsonObject {
  const write = preparedDelete(tables, input);
  const returned = oneOf(input.ReturnValues, "returnValues", ["NONE", "ALL_OLD"]);
  performed(write);
  return {
    ...(returned === "ALL_OLD" ? attributes(write.before) : {}),
    ...consumed(input, write.table, writeUnits(write.before)),
  };
}

/** What an update touched, as it is in one version of the item. */
function touched(item: Item | undefined, update: Update | undefined): Item | undefined {
  return item === undefined || update === undefined ? undefined : project(item, update.paths);
}

function updateItem(tables: Tables, input: UpdateInput): JsonObject {
  const write = preparedUpdate(tables, input);
  const allowed = ["NONE", "ALL_OLD", "UPDATED_OLD", "ALL_NEW", "UPDATED_NEW"] as const;
  const returned = oneOf(input.ReturnValues, "returnValues", allowed);
  const { before, update } = write;
  const after = performed(write);
  const answers: Readonly<Record<(typeof allowed)[number], Item | undefined>> = {
    NONE: undefined,
    ALL_OLD: before,
    UPDATED_OLD: touched(before, update),
    ALL_NEW: after,
    UPDATED_NEW: touched(after, update),
  };
  return { ...attributes(answers[returned]), ...consumed(input, write.table, writeUnits(before, after)) };
}

/** What an operation on a table needs. */
export function onTable(tables: Tables, action: string, input: TableRequest): readonly Authorization[] {
  return [{ action: `dynamodb:${action}`, resource: tables.arnOf(input.TableName) }];
}

export function itemOperations(tables: Tables): Record<string, Operation> {
  const on = <Input extends TableRequest>(action: string, handle: (tables: Tables, input: Input) => JsonObject) =>
    operation<Input>({
      authorize: (input) => onTable(tables, action, input),
      handle: (input) => handle(tables, input),
    });
  return {
    GetItem: on("GetItem", getItem),
    PutItem: on("PutItem", putItem),
    UpdateItem: on("UpdateItem", updateItem),
    DeleteItem: on("DeleteItem", deleteItem),
  };
}
