// What the operations on items share: members that are refused, and those that every request may have.
import type { JsonObject } from "../../json";
import type { Item } from "./attributeValue";
import { itemSize } from "./attributeValue";
import { constraint, unsupported } from "./errors";
import type { Placeholders } from "./expressions/scope";
import type { Table } from "./table";

export interface TableRequest extends Placeholders {
  readonly TableName?: string;
  readonly ReturnConsumedCapacity?: string;
}

/** The API of before expressions (Developer Guide: "Legacy DynamoDB conditional parameters"). */
const legacy = [
  ...["AttributesToGet", "AttributeUpdates", "ConditionalOperator", "Expected"],
  ...["KeyConditions", "QueryFilter", "ScanFilter"],
];

/** Throws for members that the simulator lacks. */
export function checkMembers(input: object): void {
  const given = legacy.find((name) => name in input);
  if (given !== undefined) throw unsupported(given, (input as JsonObject)[given], "expressions");
  const { ReturnItemCollectionMetrics: metrics = "NONE" } = input as JsonObject;
  if (metrics !== "NONE") throw unsupported("ReturnItemCollectionMetrics", metrics, "NONE");
}

/** Throws AwsError ValidationException when a member is not there. */
export function required<Value>(value: Value | null | undefined, member: string): Value {
  if (value === undefined || value === null) throw constraint(member, null, "not be null");
  return value;
}

/** Throws AwsError ValidationException for a value that the member does not have. */
export function oneOf<Value extends string>(
  value: string | undefined,
  member: string,
  allowed: readonly Value[],
): Value {
  const given = value ?? "NONE";
  const found = allowed.find((one) => one === given);
  if (found !== undefined) return found;
  throw constraint(member, given, `satisfy enum value set: [${allowed.join(", ")}]`);
}

/** Developer Guide: "DynamoDB read and write operations": one unit for each KiB written, or 4 KiB read consistently. */
export function writeUnits(...items: readonly (Item | undefined)[]): number {
  const largest = Math.max(1, ...items.map((item) => (item === undefined ? 0 : itemSize(item))));
  return Math.ceil(largest / 1024);
}

export function readUnits(bytes: number, consistent: boolean): number {
  return Math.max(1, Math.ceil(bytes / 4096)) * (consistent ? 1 : 0.5);
}

/** ConsumedCapacity of a request for items of several tables. @param units by table */
export function consumedByTable(wanted: string | undefined, units: ReadonlyMap<Table, number>): JsonObject {
  if (wanted === undefined || wanted === "NONE") return {};
  const ConsumedCapacity = [...units].map(([table, CapacityUnits]) => ({
    TableName: table.description.name,
    CapacityUnits,
  }));
  return { ConsumedCapacity };
}

/** ConsumedCapacity, when the request asks for it. */
export function consumed(input: TableRequest, table: Table, units: number): JsonObject {
  const { ReturnConsumedCapacity: wanted = "NONE" } = input;
  if (wanted === "NONE") return {};
  return { ConsumedCapacity: { TableName: table.description.name, CapacityUnits: units } };
}
