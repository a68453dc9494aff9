// The syntax of JSONPath as Step Functions takes it: the grammar of the Jayway library, without its functions.
import { type Predicate, parsePredicate } from "./predicate";
import { Scanner, SyntaxFailure } from "./scanner";

export type Step =
  /** `.name`, `['name']`; several names pick several members. */
  | { readonly kind: "members"; readonly names: readonly string[] }
  /** `[0]`, `[-1]`, `[0,2]` */
  | { readonly kind: "indexes"; readonly indexes: readonly number[] }
  /** `[1:]`, `[:2]`, `[1:2]` */
  | { readonly kind: "slice"; readonly from: number | undefined; readonly to: number | undefined }
  | { readonly kind: "wildcard" }
  /** `..`: everything below, this one included. */
  | { readonly kind: "descend" }
  /** `[?(...)]` */
  | { readonly kind: "filter"; readonly predicate: Predicate };

export interface JsonPath {
  readonly text: string;
  /** Where it begins: `$` the data, `$$` the context object, `$name` a variable. */
  readonly source: "data" | "context" | "variable";
  /** The name of the variable. */
  readonly variable: string;
  readonly steps: readonly Step[];
  /** Whether it can lead to one value only; any other gives an array of all that it finds. */
  readonly isDefinite: boolean;
}

function bracket(scanner: Scanner): Step {
  scanner.skipSpace();
  let step: Step;
  if (scanner.take("*")) step = { kind: "wildcard" };
  else if (scanner.take("?")) {
    scanner.expect("(");
    step = { kind: "filter", predicate: parsePredicate(scanner) };
    scanner.expect(")");
  } else if (scanner.peek() === "'" || scanner.peek() === '"') {
    const names = [scanner.quoted()];
    while (scanner.takeAfterSpace(",")) names.push(scanner.quoted());
    step = { kind: "members", names };
  } else step = positions(scanner);
  scanner.skipSpace();
  scanner.expect("]");
  return step;
}

function positions(scanner: Scanner): Step {
  const from = scanner.optionalInteger();
  if (scanner.takeAfterSpace(":")) return { kind: "slice", from, to: scanner.optionalInteger() };
  if (from === undefined) throw new SyntaxFailure("an index was expected");
  const indexes = [from];
  while (scanner.takeAfterSpace(",")) indexes.push(scanner.integer());
  return { kind: "indexes", indexes };
}

/** The steps that follow `$`, `$$`, `$name` or `@`; stops at the first character that belongs to none. */
export function parseSteps(scanner: Scanner): readonly Step[] {
  const steps: Step[] = [];
  for (;;) {
    if (scanner.take("..")) {
      steps.push({ kind: "descend" });
      if (scanner.peek() === "[") continue;
      steps.push(scanner.take("*") ? { kind: "wildcard" } : { kind: "members", names: [scanner.name()] });
    } else if (scanner.take(".")) {
      steps.push(scanner.take("*") ? { kind: "wildcard" } : { kind: "members", names: [scanner.name()] });
    } else if (scanner.take("[")) steps.push(bracket(scanner));
    else return steps;
  }
}

function isOne(step: Step, isLast: boolean): boolean {
  // Several names at the end make one object; anywhere else, several values.
  if (step.kind === "members") return step.names.length === 1 || isLast;
  return step.kind === "indexes" && step.indexes.length === 1;
}

/** A path in the middle of a text; stops at the first character that does not belong to it. Throws SyntaxFailure. */
export function parsePath(scanner: Scanner): JsonPath {
  const start = scanner.position;
  scanner.expect("$");
  let source: JsonPath["source"] = "data";
  let variable = "";
  if (scanner.take("$")) source = "context";
  else if (scanner.atIdentifier()) {
    source = "variable";
    variable = scanner.identifier();
  }
  const steps = parseSteps(scanner);
  const isDefinite = steps.every((step, index) => isOne(step, index === steps.length - 1));
  return { text: scanner.text.slice(start, scanner.position), source, variable, steps, isDefinite };
}

function parse(text: string): JsonPath {
  const scanner = new Scanner(text);
  const path = parsePath(scanner);
  scanner.expectEnd();
  return path;
}

const known = new Map<string, JsonPath | undefined>();

/** The path, or undefined when the text is none. The same text is parsed once. */
export function jsonPath(text: string): JsonPath | undefined {
  if (known.has(text)) return known.get(text);
  let path: JsonPath | undefined;
  try {
    path = parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxFailure)) throw error;
  }
  known.set(text, path);
  return path;
}

/**
 * Whether it is a Reference Path: one that can only name a single node, by names and indexes (Amazon States Language,
 * "Reference Paths").
 */
export function isReferencePath(path: JsonPath): boolean {
  return path.steps.every(
    (step) =>
      (step.kind === "members" && step.names.length === 1) ||
      (step.kind === "indexes" && step.indexes.length === 1 && (step.indexes[0] as number) >= 0),
  );
}
