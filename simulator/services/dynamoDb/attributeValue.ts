// Attribute values in DynamoDB's JSON, such as {"S": "text"}: checked, compared, measured.
// (Developer Guide: "Supported data types and naming rules in Amazon DynamoDB", "DynamoDB item sizes and formats".)
import { invalidParameters, validation } from "./errors";
import { compareNumbers, normalisedNumber } from "./numbers";

/** Exactly one member; binary values are base64. */
export interface AttributeValue {
  readonly S?: string;
  readonly N?: string;
  readonly B?: string;
  readonly BOOL?: boolean;
  readonly NULL?: true;
  readonly SS?: readonly string[];
  readonly NS?: readonly string[];
  readonly BS?: readonly string[];
  readonly L?: readonly AttributeValue[];
  readonly M?: Item;
}

export type Item = Readonly<Record<string, AttributeValue>>;
export type AttributeType = keyof AttributeValue;

const types: readonly AttributeType[] = ["S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS", "L", "M"];

export function typeOf(value: AttributeValue): AttributeType {
  return Object.keys(value)[0] as AttributeType;
}

function checkSet(name: string, members: readonly string[]): void {
  if (members.length === 0) throw invalidParameters(`An ${name} set  may not be empty`);
  if (new Set(members).size < members.length) {
    throw invalidParameters(`Input collection [${members.join(", ")}] contains duplicates.`);
  }
}

/** The value as it is stored: numbers are normalised. Throws AwsError ValidationException. */
export function checkedValue(value: AttributeValue): AttributeValue {
  const given = Object.keys(value ?? {});
  if (given.length !== 1 || !types.includes(given[0] as AttributeType)) {
    throw validation(
      given.length > 1
        ? "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes"
        : "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes",
    );
  }
  if (value.N !== undefined) return { N: normalisedNumber(value.N) };
  if (value.SS !== undefined) checkSet("string", value.SS);
  if (value.BS !== undefined) checkSet("binary", value.BS);
  if (value.NS !== undefined) {
    const members = value.NS.map(normalisedNumber);
    checkSet("number", members);
    return { NS: members };
  }
  if (value.L !== undefined) return { L: value.L.map(checkedValue) };
  if (value.M !== undefined) return { M: checkedItem(value.M) };
  return value;
}

export function checkedItem(item: Item): Item {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, checkedValue(value)]));
}

function sameMembers(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((member) => right.includes(member));
}

export function equals(left: AttributeValue, right: AttributeValue): boolean {
  const type = typeOf(left);
  if (type !== typeOf(right)) return false;
  if (type === "L") {
    const [a, b] = [left.L ?? [], right.L ?? []];
    return a.length === b.length && a.every((element, index) => equals(element, b[index] as AttributeValue));
  }
  if (type === "M") {
    const [a, b] = [left.M ?? {}, right.M ?? {}];
    const names = Object.keys(a);
    if (names.length !== Object.keys(b).length) return false;
    return names.every((name) => b[name] !== undefined && equals(a[name] as AttributeValue, b[name]));
  }
  if (type === "SS" || type === "NS" || type === "BS") return sameMembers(left[type] ?? [], right[type] ?? []);
  return left[type] === right[type];
}

/** Negative, zero or positive; undefined for values that have no order between them. */
export function compare(left: AttributeValue, right: AttributeValue): number | undefined {
  if (left.N !== undefined && right.N !== undefined) return compareNumbers(left.N, right.N);
  if (left.S !== undefined && right.S !== undefined) return Buffer.compare(Buffer.from(left.S), Buffer.from(right.S));
  if (left.B === undefined || right.B === undefined) return undefined;
  return Buffer.compare(Buffer.from(left.B, "base64"), Buffer.from(right.B, "base64"));
}

function numberSize(text: string): number {
  return Math.ceil(text.replace(/[^0-9]/g, "").length / 2) + 1;
}

function binarySize(base64: string): number {
  return Buffer.byteLength(base64, "base64");
}

function valueSize(value: AttributeValue): number {
  const sum = <Member>(members: readonly Member[], size: (member: Member) => number) =>
    members.reduce((total, member) => total + size(member), 0);
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  if (value.N !== undefined) return numberSize(value.N);
  if (value.B !== undefined) return binarySize(value.B);
  if (value.SS !== undefined) return sum(value.SS, Buffer.byteLength);
  if (value.NS !== undefined) return sum(value.NS, numberSize);
  if (value.BS !== undefined) return sum(value.BS, binarySize);
  if (value.L !== undefined) return 3 + sum(value.L, (element) => 1 + valueSize(element));
  if (value.M !== undefined) return 3 + Object.keys(value.M).length + itemSize(value.M);
  return 1;
}

/** In bytes, as DynamoDB counts them. */
export function itemSize(item: Item): number {
  return Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueSize(value), 0);
}
