// Reads members of JSON that somebody else wrote: each reader names the member, what it got and what is allowed.

/** A JSON object of which nothing is known yet. */
export type JsonObject = { readonly [member: string]: unknown };

/** Why a message cannot be read as a failure record; its message becomes the reason in the poison queue. */
export class Unreadable extends Error {
  override readonly name = "Unreadable";
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A value as an error message shows it: JSON, cut to a length that leaves the reason readable. */
export function shown(value: unknown): string {
  const text = value === undefined ? "nothing" : JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}

export function textMember(object: JsonObject, member: string): string {
  const value = own(object, member);
  if (typeof value !== "string" || value === "")
    throw new Unreadable(`[${member}] must be a text that is not empty, got ${shown(value)}`);
  return value;
}

export function objectMember(object: JsonObject, member: string): JsonObject {
  const value = own(object, member);
  if (!isObject(value)) throw new Unreadable(`[${member}] must be an object, got ${shown(value)}`);
  return value;
}

/** A text, or undefined where the member is absent or null. */
export function optionalTextMember(object: JsonObject, member: string): string | undefined {
  const value = own(object, member);
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string") throw new Unreadable(`[${member}] must be a text or null, got ${shown(value)}`);
  return value;
}

/** @throws Unreadable when it is none, or out of bounds */
export function wholeNumberMember(object: JsonObject, member: string, most: number): number {
  const value = own(object, member);
  if (typeof value !== "number" || !Number.isInteger(value) || value < 0 || value > most)
    throw new Unreadable(`[${member}] must be a whole number from 0 to ${most}, got ${shown(value)}`);
  return value;
}

/**
 * JSON as a message's body. SQS refuses two characters that JSON need not escape, and JSON.stringify does not.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
export function messageJson(value: object): string {
  return JSON.stringify(value).replaceAll("\ufffe", "\\ufffe").replaceAll("\uffff", "\\uffff");
}

/** What a text stands for; undefined where it is no JSON. */
export function parsed(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    return undefined;
  }
}

export function own(object: JsonObject, member: string): unknown {
  return Object.hasOwn(object, member) ? object[member] : undefined;
}

/**
 * The text of a top-level member's value, exactly as the sender wrote it: parsing and serializing again would round numbers that
 * JavaScript cannot hold and drop the fraction of 1.0. Of a member that occurs twice it takes the last, as JSON.parse does.
 *
 * @param json the text of a JSON object, already found valid by JSON.parse
 */
export function rawMember(json: string, member: string): string | undefined {
  let found: string | undefined;
  let depth = 0;
  let key: string | undefined;
  let valueStart = -1;
  for (let at = 0; at < json.length; at++) {
    const character = json[at];
    if (character === '"') {
      const end = endOfString(json, at);
      if (depth === 1 && key === undefined) key = JSON.parse(json.slice(at, end + 1)) as string;
      at = end;
    } else if (character === "{" || character === "[") depth++;
    else if (character === ":" && depth === 1) valueStart = at + 1;
    else if ((character === "," && depth === 1) || (character === "}" && depth === 1)) {
      if (key === member) found = json.slice(valueStart, at).trim();
      key = undefined;
      if (character === "}") depth--;
    } else if (character === "}" || character === "]") depth--;
  }
  return found;
}

function endOfString(json: string, start: number): number {
  let at = start + 1;
  while (json[at] !== '"') at += json[at] === "\\" ? 2 : 1;
  return at;
}
