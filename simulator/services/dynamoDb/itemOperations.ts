// GetItem, PutItem, UpdateItem and DeleteItem. (API Reference: those actions.)
import type { JsonObject } from "../../json";
import { type Authorization, type Operation, operation } from "../../service";
import { type Item, itemSize } from "./attributeValue";
import { conditionalCheckFailed, invalidParameters } from "./errors";
import { parseCondition, parseProjection } from "./expressions/condition";
import { project } from "./expressions/documentPath";
import { Scope } from "./expressions/scope";
import { parseUpdate, type Update } from "./expressions/update";
import { checkMembers, consumed, oneOf, readUnits, required, type TableRequest, writeUnits } from "./requests";
import { keyNames, type Table } from "./table";
import { checkTableName, type Tables } from "./tables";

interface WriteRequest extends TableRequest {
  readonly ConditionExpression?: string;
  readonly ReturnValues?: string;
}

interface GetInput extends TableRequest {
  readonly Key?: Item;
  readonly ProjectionExpression?: string;
  readonly ConsistentRead?: boolean;
}

interface PutInput extends WriteRequest {
  readonly Item?: Item;
}

interface KeyedInput extends WriteRequest {
  readonly Key?: Item;
}

interface UpdateInput extends KeyedInput {
  readonly UpdateExpression?: string;
}

/** Throws AwsError ConditionalCheckFailedException, ValidationException. */
function checkCondition(input: WriteRequest, scope: Scope, before: Item | undefined, expressions: number): void {
  const { ConditionExpression: text } = input;
  const condition = text === undefined ? undefined : parseCondition("ConditionExpression", text, scope);
  scope.checkUsed(expressions + (condition === undefined ? 0 : 1));
  if (condition !== undefined && !condition.holds(before ?? {})) throw conditionalCheckFailed();
}

function attributes(item: Item | undefined): JsonObject {
  return item === undefined || Object.keys(item).length === 0 ? {} : { Attributes: item as unknown as JsonObject };
}

function getItem(tables: Tables, input: GetInput): JsonObject {
  checkMembers(input);
  checkTableName(input.TableName);
  const given = required(input.Key, "key");
  const table = tables.get(input.TableName);
  const scope = new Scope(input);
  const { ProjectionExpression: text } = input;
  const paths = text === undefined ? undefined : parseProjection(text, scope);
  scope.checkUsed(paths === undefined ? 0 : 1);
  const item = table.get(table.checkedKey(given));
  const units = readUnits(item === undefined ? 0 : itemSize(item), input.ConsistentRead === true);
  const found = item === undefined ? undefined : paths === undefined ? item : project(item, paths);
  return {
    ...(found === undefined ? {} : { Item: found as unknown as JsonObject }),
    ...consumed(input, table, units),
  };
}

function putItem(tables: Tables, input: PutInput): JsonObject {
  checkMembers(input);
  checkTableName(input.TableName);
  const given = required(input.Item, "item");
  const returned = oneOf(input.ReturnValues, "returnValues", ["NONE", "ALL_OLD"]);
  const table = tables.get(input.TableName);
  const scope = new Scope(input);
  const item = table.checked(given);
  const before = table.get(item);
  checkCondition(input, scope, before, 0);
  table.put(item);
  return {
    ...(returned === "ALL_OLD" ? attributes(before) : {}),
    ...consumed(input, table, writeUnits(before, item)),
  };
}

function deleteItem(tables: Tables, input: KeyedInput): JsonObject {
  checkMembers(input);
  checkTableName(input.TableName);
  const given = required(input.Key, "key");
  const returned = oneOf(input.ReturnValues, "returnValues", ["NONE", "ALL_OLD"]);
  const table = tables.get(input.TableName);
  const key = table.checkedKey(given);
  const before = table.get(key);
  checkCondition(input, new Scope(input), before, 0);
  table.delete(key);
  return {
    ...(returned === "ALL_OLD" ? attributes(before) : {}),
    ...consumed(input, table, writeUnits(before)),
  };
}

function checkKeysUntouched(table: Table, update: Update): void {
  const names = keyNames(table.description.keys);
  const touched = update.paths.map(([name]) => name).find((name) => names.includes(name as string));
  if (touched === undefined) return;
  throw invalidParameters(`Cannot update attribute ${touched}. This attribute is part of the key`);
}

/** What an update touched, as it is in one version of the item. */
function touched(item: Item | undefined, update: Update | undefined): Item | undefined {
  return item === undefined || update === undefined ? undefined : project(item, update.paths);
}

function updateItem(tables: Tables, input: UpdateInput): JsonObject {
  checkMembers(input);
  checkTableName(input.TableName);
  const given = required(input.Key, "key");
  const allowed = ["NONE", "ALL_OLD", "UPDATED_OLD", "ALL_NEW", "UPDATED_NEW"] as const;
  const returned = oneOf(input.ReturnValues, "returnValues", allowed);
  const table = tables.get(input.TableName);
  const key = table.checkedKey(given);
  const scope = new Scope(input);
  const { UpdateExpression: text } = input;
  const update = text === undefined ? undefined : parseUpdate(text, scope);
  if (update !== undefined) checkKeysUntouched(table, update);
  const before = table.get(key);
  checkCondition(input, scope, before, update === undefined ? 0 : 1);
  const start = before ?? key;
  const after = table.checked(update === undefined ? start : update.apply(start));
  table.put(after);
  const answers: Readonly<Record<(typeof allowed)[number], Item | undefined>> = {
    NONE: undefined,
    ALL_OLD: before,
    UPDATED_OLD: touched(before, update),
    ALL_NEW: after,
    UPDATED_NEW: touched(after, update),
  };
  return { ...attributes(answers[returned]), ...consumed(input, table, writeUnits(before, after)) };
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
