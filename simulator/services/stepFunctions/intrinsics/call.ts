// The syntax of intrinsic functions: `States.Format('{} of {}', $.name, States.UUID())`
// (Developer Guide: "Intrinsics for JSONPath states in Step Functions").
import type { Json } from "../../../json";
import { type JsonPath, parsePath } from "../jsonPath/path";
import { Scanner, SyntaxFailure } from "../jsonPath/scanner";

export type Argument =
  | { readonly kind: "path"; readonly path: JsonPath }
  | { readonly kind: "call"; readonly call: Call }
  /** `raw` still has its escapes, which States.Format needs. */
  | { readonly kind: "literal"; readonly value: Json; readonly raw?: string };

export interface Call {
  readonly text: string;
  /** Such as "States.Format". */
  readonly name: string;
  readonly args: readonly Argument[];
}

/** The characters that a backslash may stand before. */
const escapable = ["'", "{", "}", "\\"];

function stringLiteral(scanner: Scanner): Argument {
  scanner.expect("'");
  let value = "";
  let raw = "";
  while (!scanner.atEnd) {
    const character = scanner.peek();
    scanner.position += 1;
    if (character === "'") return { kind: "literal", value, raw };
    raw += character;
    if (character !== "\\") {
      value += character;
      continue;
    }
    const escaped = scanner.peek();
    if (!escapable.includes(escaped)) throw new SyntaxFailure(`the escape \\${escaped} is not allowed`);
    scanner.position += 1;
    raw += escaped;
    value += escaped;
  }
  throw new SyntaxFailure(`a string has no end in ${scanner.text}`);
}

const words: Readonly<Record<string, Json>> = { true: true, false: false, null: null };

function argument(scanner: Scanner): Argument {
  scanner.skipSpace();
  const next = scanner.peek();
  if (next === "'") return stringLiteral(scanner);
  if (next === "$") return { kind: "path", path: parsePath(scanner) };
  const number = scanner.number();
  if (number !== undefined) return { kind: "literal", value: number };
  if (scanner.text.startsWith("States.", scanner.position)) return { kind: "call", call: parseCall(scanner) };
  const word = scanner.identifier();
  if (!Object.hasOwn(words, word)) throw new SyntaxFailure(`an argument was expected in ${scanner.text}`);
  return { kind: "literal", value: words[word] as Json };
}

function parseCall(scanner: Scanner): Call {
  const start = scanner.position;
  scanner.expect("States.");
  const name = `States.${scanner.identifier()}`;
  scanner.skipSpace();
  scanner.expect("(");
  const args: Argument[] = [];
  if (!scanner.takeAfterSpace(")")) {
    do args.push(argument(scanner));
    while (scanner.takeAfterSpace(","));
    scanner.skipSpace();
    scanner.expect(")");
  }
  return { text: scanner.text.slice(start, scanner.position), name, args };
}

const known = new Map<string, Call | undefined>();

/** The call, or undefined when the text is none. The same text is parsed once. */
export function intrinsicCall(text: string): Call | undefined {
  if (!text.startsWith("States.")) return undefined;
  if (known.has(text)) return known.get(text);
  let call: Call | undefined;
  try {
    const scanner = new Scanner(text);
    call = parseCall(scanner);
    scanner.skipSpace();
    scanner.expectEnd();
  } catch (error) {
    if (!(error instanceof SyntaxFailure)) throw error;
    call = undefined;
  }
  known.set(text, call);
  return call;
}

/** All calls of a call, the innermost last. */
export function callsIn(call: Call): readonly Call[] {
  return [call, ...call.args.flatMap((one) => (one.kind === "call" ? callsIn(one.call) : []))];
}
