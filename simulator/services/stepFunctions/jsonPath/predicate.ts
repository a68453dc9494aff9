// The conditions of JSONPath filters: `[?(@.status == 0 && @.name)]`.
import { isDeepStrictEqual } from "node:util";
import type { Json } from "../../../json";
import { parseSteps, type Step } from "./path";
import { type Scanner, SyntaxFailure } from "./scanner";
import { type Found, select } from "./select";

/** @param item the value that is tested, @param root the document that it lies in */
export type Predicate = (item: Json, root: Json) => boolean;

/** One side of a comparison; undefined is a path that leads nowhere. */
type Operand = (item: Json, root: Json) => Json | undefined;

type Comparison = (left: Json | undefined, right: Json | undefined) => boolean;

function ordered(test: (left: number | string, right: number | string) => boolean): Comparison {
  return (left, right) => {
    if (typeof left === "number" && typeof right === "number") return test(left, right);
    return typeof left === "string" && typeof right === "string" && test(left, right);
  };
}

const comparisons: readonly (readonly [string, Comparison])[] = [
  ["==", (left, right) => isDeepStrictEqual(left, right)],
  ["!=", (left, right) => !isDeepStrictEqual(left, right)],
  ["<=", ordered((left, right) => left <= right)],
  [">=", ordered((left, right) => left >= right)],
  ["<", ordered((left, right) => left < right)],
  [">", ordered((left, right) => left > right)],
  ["nin ", (left, right) => Array.isArray(right) && !right.some((one) => isDeepStrictEqual(one, left))],
  ["in ", (left, right) => Array.isArray(right) && right.some((one) => isDeepStrictEqual(one, left))],
];

function pathOperand(steps: readonly Step[], ofRoot: boolean): Operand & { readonly isPath: true } {
  const operand = (item: Json, root: Json) => {
    const found: Found = select(ofRoot ? root : item, steps, root);
    return found.missing === undefined ? found.values[0] : undefined;
  };
  return Object.assign(operand, { isPath: true as const });
}

const words: Readonly<Record<string, Json>> = { true: true, false: false, null: null };

function constantOperand(value: Json): Operand {
  return () => value;
}

function literal(scanner: Scanner): Json {
  scanner.skipSpace();
  if (scanner.peek() === "'" || scanner.peek() === '"') return scanner.quoted();
  if (scanner.take("[")) {
    const items: Json[] = [];
    while (!scanner.takeAfterSpace("]")) {
      items.push(literal(scanner));
      scanner.takeAfterSpace(",");
    }
    return items;
  }
  const number = scanner.number();
  if (number !== undefined) return number;
  const word = scanner.identifier();
  if (!Object.hasOwn(words, word)) throw new SyntaxFailure(`a value was expected in ${scanner.text}`);
  return words[word] as Json;
}

function operand(scanner: Scanner): Operand {
  scanner.skipSpace();
  if (scanner.take("@")) return pathOperand(parseSteps(scanner), false);
  if (scanner.take("$")) return pathOperand(parseSteps(scanner), true);
  return constantOperand(literal(scanner));
}

function pattern(scanner: Scanner): RegExp {
  scanner.skipSpace();
  scanner.expect("/");
  let source = "";
  while (!scanner.atEnd && !scanner.take("/")) {
    if (scanner.take("\\")) source += "\\";
    source += scanner.peek();
    scanner.position += 1;
  }
  return new RegExp(`^(?:${source})$`, scanner.take("i") ? "i" : "");
}

function comparison(scanner: Scanner): Predicate {
  const left = operand(scanner);
  scanner.skipSpace();
  if (scanner.take("=~")) {
    const expression = pattern(scanner);
    return (item, root) => {
      const value = left(item, root);
      return typeof value === "string" && expression.test(value);
    };
  }
  const found = comparisons.find(([token]) => scanner.take(token));
  if (found === undefined) {
    if (!("isPath" in left)) throw new SyntaxFailure(`a comparison was expected in ${scanner.text}`);
    return (item, root) => left(item, root) !== undefined;
  }
  const right = operand(scanner);
  return (item, root) => found[1](left(item, root), right(item, root));
}

function unary(scanner: Scanner): Predicate {
  scanner.skipSpace();
  if (scanner.take("!")) {
    const negated = unary(scanner);
    return (item, root) => !negated(item, root);
  }
  if (!scanner.take("(")) return comparison(scanner);
  const inner = parsePredicate(scanner);
  scanner.expect(")");
  return inner;
}

function conjunction(scanner: Scanner): Predicate {
  const parts = [unary(scanner)];
  while (scanner.takeAfterSpace("&&")) parts.push(unary(scanner));
  return parts.length === 1
    ? (parts[0] as Predicate)
    : (item, root) => parts.every((predicate) => predicate(item, root));
}

/** Stops before the closing parenthesis. Throws SyntaxFailure. */
export function parsePredicate(scanner: Scanner): Predicate {
  const parts = [conjunction(scanner)];
  while (scanner.takeAfterSpace("||")) parts.push(conjunction(scanner));
  scanner.skipSpace();
  return (item, root) => parts.some((predicate) => predicate(item, root));
}
