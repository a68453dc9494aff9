// Update expressions. (Developer Guide: "Using update expressions in DynamoDB".)
import { type AttributeValue, type Item, typeOf } from "../attributeValue";
import { validation } from "../errors";
import { addNumbers, subtractNumbers } from "../numbers";
import { type DocumentPath, parsePath, shownPath, valueAt } from "./documentPath";
import { removeAt, setAt } from "./edit";
import type { Scope } from "./scope";
import { Tokens } from "./tokens";

type Operand = (item: Item) => AttributeValue;

interface Action {
  readonly path: DocumentPath;
  /** The new value, out of the item as it was before; undefined removes it. */
  value(item: Item): AttributeValue | undefined;
}

export interface Update {
  readonly paths: readonly DocumentPath[];
  apply(item: Item): Item;
}

const clauses = ["SET", "REMOVE", "ADD", "DELETE"] as const;
type Clause = (typeof clauses)[number];

const wrongType = (title: string, operator: string, type: string) =>
  validation(
    `Invalid ${title}: Incorrect operand type for operator or function; operator or function: ${operator}, operand type: ${type}`,
  );

const typeNames: Readonly<Record<string, string>> = {
  S: "STRING",
  N: "NUMBER",
  B: "BINARY",
  BOOL: "BOOLEAN",
  NULL: "NULL",
  SS: "STRING_SET",
  NS: "NUMBER_SET",
  BS: "BINARY_SET",
  L: "LIST",
  M: "MAP",
};

const sets = ["SS", "NS", "BS"] as const;

/** ADD: a number more, or more members of a set. */
function added(before: AttributeValue | undefined, value: AttributeValue): AttributeValue {
  if (value.N !== undefined && (before === undefined || before.N !== undefined)) {
    return { N: addNumbers(before?.N ?? "0", value.N) };
  }
  for (const set of sets) {
    const [members, others] = [value[set], before?.[set]];
    if (members !== undefined && (before === undefined || others !== undefined)) {
      return { [set]: [...new Set([...(others ?? []), ...members])] };
    }
  }
  throw validation("An operand in the update expression has an incorrect data type");
}

/** DELETE: fewer members of a set; an empty set is no attribute. */
function withoutMembers(before: AttributeValue | undefined, value: AttributeValue): AttributeValue | undefined {
  if (before === undefined) return undefined;
  for (const set of sets) {
    const [members, others] = [value[set], before[set]];
    if (members === undefined || others === undefined) continue;
    const left = others.filter((member) => !members.includes(member));
    return left.length === 0 ? undefined : { [set]: left };
  }
  throw validation("An operand in the update expression has an incorrect data type");
}

class UpdateParser {
  constructor(
    private readonly tokens: Tokens,
    private readonly scope: Scope,
  ) {}

  actions(): Action[] {
    const found: Action[] = [];
    const seen = new Set<Clause>();
    while (this.tokens.next.kind !== "end") {
      const clause = clauses.find((word) => this.tokens.isWord(word));
      if (clause === undefined) return this.tokens.fail();
      this.tokens.take();
      if (seen.has(clause)) {
        const message = `The "${clause}" section can only be used once in an update expression;`;
        throw validation(`Invalid UpdateExpression: ${message}`);
      }
      seen.add(clause);
      do found.push(this.action(clause));
      while (this.tokens.takeSymbol(","));
    }
    return found;
  }

  private action(clause: Clause): Action {
    const { tokens, scope } = this;
    const path = parsePath(tokens, scope);
    if (clause === "REMOVE") return { path, value: () => undefined };
    if (clause === "SET") {
      tokens.expect("=");
      return { path, value: this.sum() };
    }
    if (tokens.next.kind !== "value") tokens.fail();
    const value = scope.value(tokens.take().text, tokens.title);
    const change = clause === "ADD" ? added : withoutMembers;
    const allowed: readonly string[] = clause === "ADD" ? ["N", ...sets] : sets;
    const type = typeOf(value);
    if (!allowed.includes(type)) throw wrongType(tokens.title, clause, typeNames[type] ?? type);
    return { path, value: (item) => change(valueAt(item, path), value) };
  }

  private sum(): Operand {
    const left = this.operand();
    for (const [symbol, calculate] of [
      ["+", addNumbers],
      ["-", subtractNumbers],
    ] as const) {
      if (!this.tokens.takeSymbol(symbol)) continue;
      const right = this.operand();
      return (item) => {
        const [a, b] = [left(item), right(item)];
        if (a.N === undefined || b.N === undefined) {
          throw validation("An operand in the update expression has an incorrect data type");
        }
        return { N: calculate(a.N, b.N) };
      };
    }
    return left;
  }

  private operand(): Operand {
    const { tokens, scope } = this;
    if (tokens.next.kind === "value") {
      const value = scope.value(tokens.take().text, tokens.title);
      return () => value;
    }
    if (tokens.isCall()) return this.call();
    const path = parsePath(tokens, scope);
    return (item) => {
      const value = valueAt(item, path);
      if (value !== undefined) return value;
      throw validation("The provided expression refers to an attribute that does not exist in the item");
    };
  }

  private call(): Operand {
    const { tokens, scope } = this;
    const name = tokens.take().text;
    tokens.expect("(");
    if (name === "if_not_exists") {
      const path = parsePath(tokens, scope);
      tokens.expect(",");
      const otherwise = this.operand();
      tokens.expect(")");
      return (item) => valueAt(item, path) ?? otherwise(item);
    }
    if (name !== "list_append") {
      throw validation(`Invalid ${tokens.title}: Invalid function name; function: ${name}`);
    }
    const first = this.operand();
    tokens.expect(",");
    const second = this.operand();
    tokens.expect(")");
    return (item) => {
      const [a, b] = [first(item), second(item)];
      if (a.L === undefined || b.L === undefined) {
        throw validation("An operand in the update expression has an incorrect data type");
      }
      return { L: [...a.L, ...b.L] };
    };
  }
}

function checkOverlap(paths: readonly DocumentPath[]): void {
  for (const [index, path] of paths.entries()) {
    for (const other of paths.slice(index + 1)) {
      const common = Math.min(path.length, other.length);
      if (!path.slice(0, common).every((step, at) => step === other[at])) continue;
      throw validation(
        `Invalid UpdateExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: ${shownPath(path)}, path two: ${shownPath(other)}`,
      );
    }
  }
}

/** Throws AwsError ValidationException. */
export function parseUpdate(text: string, scope: Scope): Update {
  const actions = new UpdateParser(new Tokens("UpdateExpression", text), scope).actions();
  const paths = actions.map(({ path }) => path);
  checkOverlap(paths);
  return {
    paths,
    apply: (item) => {
      // All values come from the item as it was; elements leave their lists last, so that indexes stay right.
      const changes = actions.map(({ path, value }) => ({ path, value: value(item) }));
      let changed = item;
      for (const { path, value } of changes) if (value !== undefined) changed = setAt(changed, path, value);
      const removed = changes.filter(({ value }) => value === undefined).map(({ path }) => path);
      return removeAt(changed, removed);
    },
  };
}
