// JSON whose numbers stay as they were written: parsing and serializing would round those that a double cannot hold.

/** A number as it was written. */
export interface RawNumber {
  readonly rawJSON: string;
}

/** An array, which a patch changes in place. */
export type JsonArray = Json[];

/** An object, which a patch changes in place. */
export interface JsonMembers {
  [member: string]: Json;
}

export type Json = string | boolean | null | RawNumber | JsonArray | JsonMembers;

/** ECMAScript's "JSON.parse source text access": Node.js has it from version 21 on, TypeScript does not declare it yet. */
// https://github.com/tc39/proposal-json-parse-with-source
interface SourceTextJson {
  parse(text: string, reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown): Json;
  rawJSON(text: string): RawNumber;
  isRawJSON(value: unknown): value is RawNumber;
}

const json = withSourceText(JSON);

function withSourceText(builtIn: object): SourceTextJson {
  if (isSourceTextJson(builtIn)) return builtIn;
  throw new Error("the runtime must be Node.js 21 or later, whose JSON keeps numbers as they were written");
}

function isSourceTextJson(builtIn: object): builtIn is SourceTextJson {
  return "rawJSON" in builtIn && "isRawJSON" in builtIn;
}

/** @throws SyntaxError when it is no JSON */
export function parseJson(text: string): Json {
  return json.parse(text, (_key, value, { source }) =>
    typeof value === "number" && source !== undefined ? json.rawJSON(source) : value,
  );
}

export function writeJson(value: Json): string {
  return JSON.stringify(value);
}

function isNumber(value: Json): value is RawNumber {
  return json.isRawJSON(value);
}

export function isMembers(value: Json): value is JsonMembers {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !isNumber(value);
}

/** Equal as RFC 6902 has it: numbers by their value, objects without regard to the order of their members. */
// https://www.rfc-editor.org/rfc/rfc6902#section-4.6
export function equalJson(a: Json, b: Json): boolean {
  if (isNumber(a) || isNumber(b)) return isNumber(a) && isNumber(b) && decimal(a.rawJSON) === decimal(b.rawJSON);
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, at) => equalJson(item, b[at] ?? null));
  }
  if (!isMembers(a) || !isMembers(b)) return a === b;
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  return names.every((name) => Object.hasOwn(b, name) && equalJson(a[name] ?? null, b[name] ?? null));
}

/** Whether two texts are the same JSON. */
export function sameJson(a: string, b: string): boolean {
  return a === b || equalJson(parseJson(a), parseJson(b));
}

/** The first number whose value a double does not keep, and where it is, as a JSON Pointer. */
export function inexactNumber(value: Json, path = ""): { readonly path: string; readonly source: string } | undefined {
  if (isNumber(value)) {
    const source = value.rawJSON;
    return decimal(source) === decimal(String(Number(source))) ? undefined : { path, source };
  }
  if (typeof value !== "object" || value === null) return undefined;
  for (const [name, member] of Object.entries(value)) {
    const found = inexactNumber(member, `${path}/${pointerToken(name)}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** https://www.rfc-editor.org/rfc/rfc6901#section-3 */
export function pointerToken(name: string): string {
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}

const NUMBER = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/** The same text for the same value, however it is written: significant digits and a power of ten. */
function decimal(source: string): string {
  const [, sign = "", whole, fraction = "", exponent = "0"] = NUMBER.exec(source) ?? [];
  if (whole === undefined) return source;
  const digits = whole + fraction;
  let [start, end] = [0, digits.length];
  while (digits[start] === "0") start++;
  while (end > start && digits[end - 1] === "0") end--;
  if (start === end) return "0";
  const power = BigInt(exponent) - BigInt(fraction.length) + BigInt(digits.length - end);
  return `${sign}${digits.slice(start, end)}e${power}`;
}
