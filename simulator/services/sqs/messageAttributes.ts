// Message attributes: their rules, their size and their MD5. AWS: "Amazon SQS message metadata".
import { createHash } from "node:crypto";
import { invalidParameter } from "./errors";

/** A binary value comes as bytes from a client in the process, as base64 from the wire. */
export interface MessageAttribute {
  readonly DataType?: string;
  readonly StringValue?: string;
  readonly BinaryValue?: Uint8Array | string;
}

export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;

const namePattern = /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/;
const typePattern = /^(String|Number|Binary)(\..+)?$/s;
/** XML 1.0, Char. */
const allowedCharacters = /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u;

/** Whether SQS takes a text. AWS: API SendMessage, MessageBody. */
export function hasOnlyAllowedCharacters(text: string): boolean {
  return allowedCharacters.test(text);
}

function bytesOf({ StringValue, BinaryValue = "" }: MessageAttribute): Uint8Array {
  if (StringValue !== undefined) return Buffer.from(StringValue);
  return typeof BinaryValue === "string" ? Buffer.from(BinaryValue, "base64") : BinaryValue;
}

function checkName(name: string): void {
  if (name.length <= 256 && namePattern.test(name) && !/^(aws|amazon)\./i.test(name)) return;
  throw invalidParameter(
    `The message attribute name '${name}' is invalid. Attribute name can contain A-Z, a-z, 0-9, underscore (_), hyphen (-), and period (.) characters, at most 256 of them, no period at its ends or beside another, and can't start with AWS. or Amazon.`,
  );
}

function checkValue(name: string, attribute: MessageAttribute): void {
  const { DataType = "", StringValue, BinaryValue } = attribute;
  const [, type] = typePattern.exec(DataType) ?? [];
  if (type === undefined || DataType.length > 256) {
    throw invalidParameter(
      `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
    );
  }
  const given = type === "Binary" ? BinaryValue : StringValue;
  if (given === undefined || given.length === 0) {
    throw invalidParameter(`Message (user) attribute '${name}' must contain a non-empty value of type '${type}'.`);
  }
  if (type !== "Binary" && !hasOnlyAllowedCharacters(StringValue as string)) {
    throw invalidParameter(`Message (user) attribute '${name}' has invalid characters in its value.`);
  }
  if (type === "Number" && !Number.isFinite(Number(StringValue))) {
    throw invalidParameter(`Can't cast the value of message (user) attribute '${name}' to a number.`);
  }
}

/** Throws for more than ten attributes, and for names, types and values that SQS does not take. */
export function checkMessageAttributes(attributes: MessageAttributes): void {
  const entries = Object.entries(attributes);
  if (entries.length > 10) {
    throw invalidParameter(`Number of message attributes [${entries.length}] exceeds the allowed maximum [10].`);
  }
  for (const [name, attribute] of entries) {
    checkName(name);
    checkValue(name, attribute);
  }
}

/** What the attributes add to a message's size: names, types and values, in bytes. */
export function sizeOfAttributes(attributes: MessageAttributes): number {
  let size = 0;
  for (const [name, attribute] of Object.entries(attributes)) {
    size += Buffer.byteLength(name) + Buffer.byteLength(attribute.DataType ?? "") + bytesOf(attribute).length;
  }
  return size;
}

export function md5(text: string): string {
  return createHash("md5").update(text).digest("hex");
}

function withLength(bytes: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/**
 * The digest that clients compare: of every attribute, in the order of names, the length and the bytes of name and type,
 * one byte for the kind of value, the length and the bytes of the value. Undefined when there are no attributes.
 */
export function md5OfAttributes(attributes: MessageAttributes): string | undefined {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return undefined;
  const hash = createHash("md5");
  for (const name of names) {
    const attribute = attributes[name] as MessageAttribute;
    const kind = attribute.DataType?.startsWith("Binary") ? 2 : 1;
    hash.update(withLength(Buffer.from(name)));
    hash.update(withLength(Buffer.from(attribute.DataType ?? "")));
    hash.update(Uint8Array.of(kind));
    hash.update(withLength(bytesOf(attribute)));
  }
  return hash.digest("hex");
}

/** Those attributes that a receiver asked for by name, by a prefix ("bar.*"), or with "All" or ".*". */
export function selectAttributes(attributes: MessageAttributes, names: readonly string[]): MessageAttributes {
  const all = names.some((name) => name === "All" || name === ".*" || name === "*");
  const wanted = (attribute: string) =>
    all || names.some((name) => name === attribute || (name.endsWith(".*") && attribute.startsWith(name.slice(0, -2))));
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => wanted(name)));
}
