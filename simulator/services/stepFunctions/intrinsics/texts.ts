// Intrinsic functions for strings, JSON, encodings and hashes.
import { createHash } from "node:crypto";
import type { Json } from "../../../json";
import { type Intrinsic, IntrinsicError, objectAt, shortStringAt, stringAt } from "./intrinsic";

/** A value inside a formatted string: AWS uses Java's own text for arrays and objects (recorded: {Arg1=1, Arg2=[]}). */
function javaText(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(javaText).join(", ")}]`;
  if (typeof value !== "object" || value === null) return String(value);
  const members = Object.entries(value).map(([name, member]) => `${name}=${javaText(member as Json)}`);
  return `{${members.join(", ")}}`;
}

/** @param template with its escapes: only an unescaped `{}` takes a value */
function format(template: string, values: readonly Json[]): string {
  let used = 0;
  const text = template.replace(/\\([\s\S])|\{\}/g, (_match, escaped: string | undefined) => {
    if (escaped !== undefined) return escaped;
    used += 1;
    return used > values.length ? "" : javaText(values[used - 1] as Json);
  });
  if (used === values.length) return text;
  throw new IntrinsicError(`The template has ${used} placeholders for ${values.length} arguments`);
}

function parseJson(text: string): Json {
  // Recorded: nothing but white space gives null.
  if (text.trim() === "") return null;
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw new IntrinsicError("The first argument is not valid JSON");
  }
}

/** Every character of the second argument separates; empty parts are left out (both recorded). */
function split(text: string, separators: string): Json {
  const parts: string[] = [];
  let part = "";
  for (const character of text) {
    if (!separators.includes(character)) part += character;
    else {
      parts.push(part);
      part = "";
    }
  }
  parts.push(part);
  return parts.filter((one) => one !== "");
}

const algorithms: Readonly<Record<string, string>> = {
  MD5: "md5",
  "SHA-1": "sha1",
  "SHA-256": "sha256",
  "SHA-384": "sha384",
  "SHA-512": "sha512",
};

function hash(text: string, algorithm: string): string {
  const name = algorithms[algorithm];
  if (name !== undefined) return createHash(name).update(text).digest("hex");
  const known = Object.keys(algorithms).join(", ");
  throw new IntrinsicError(`The second argument must be one of ${known}, but was: ${algorithm}`);
}

function merge(args: readonly Json[]): Json {
  // (Developer Guide: "Intrinsics for JSON data manipulation", States.JsonMerge: only the shallow merge is supported.)
  if (args[2] !== false)
    throw new IntrinsicError("The third argument must be false: only shallow merges are supported");
  return { ...objectAt(args, 0), ...objectAt(args, 1) };
}

export const textIntrinsics: Readonly<Record<string, Intrinsic>> = {
  "States.Format": {
    arity: [1, Number.POSITIVE_INFINITY],
    run: (args, _host, raw) => format(raw ?? stringAt(args, 0), args.slice(1)),
  },
  "States.StringToJson": { arity: [1, 1], run: (args) => parseJson(stringAt(args, 0)) },
  "States.JsonToString": { arity: [1, 1], run: (args) => JSON.stringify(args[0]) },
  "States.JsonMerge": { arity: [3, 3], run: merge },
  "States.StringSplit": { arity: [2, 2], run: (args) => split(stringAt(args, 0), stringAt(args, 1)) },
  "States.Base64Encode": { arity: [1, 1], run: (args) => Buffer.from(shortStringAt(args, 0)).toString("base64") },
  "States.Base64Decode": { arity: [1, 1], run: (args) => Buffer.from(shortStringAt(args, 0), "base64").toString() },
  "States.Hash": { arity: [2, 2], run: (args) => hash(shortStringAt(args, 0), stringAt(args, 1)) },
};
