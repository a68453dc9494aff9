// Document paths, such as orders[0].total: parsed, followed, projected.
import type { AttributeValue, Item } from "../attributeValue";
import type { Scope } from "./scope";
import type { Tokens } from "./tokens";

/** Names of attributes, and indexes of lists; the first is a name. */
export type DocumentPath = readonly (string | number)[];

export function parsePath(tokens: Tokens, scope: Scope): DocumentPath {
  const name = () => {
    if (tokens.next.kind !== "name" && tokens.next.kind !== "placeholder") tokens.fail();
    return scope.name(tokens.take().text, tokens.title);
  };
  const path: (string | number)[] = [name()];
  for (;;) {
    if (tokens.takeSymbol(".")) path.push(name());
    else if (tokens.takeSymbol("[")) {
      if (tokens.next.kind !== "index") tokens.fail();
      path.push(Number(tokens.take().text));
      tokens.expect("]");
    } else return path;
  }
}

/** The value at a path, or undefined when there is none. */
export function valueAt(item: Item, path: DocumentPath): AttributeValue | undefined {
  let value: AttributeValue | undefined = { M: item };
  for (const step of path) {
    value = typeof step === "number" ? value?.L?.[step] : value?.M?.[step];
    if (value === undefined) return undefined;
  }
  return value;
}

/** As messages show a path: [orders, [0], total]. */
export function shownPath(path: DocumentPath): string {
  return `[${path.map((step) => (typeof step === "number" ? `[${step}]` : step)).join(", ")}]`;
}

interface Selection {
  whole: boolean;
  readonly steps: Map<string | number, Selection>;
}

function select(value: AttributeValue, selection: Selection): AttributeValue | undefined {
  if (selection.whole) return value;
  if (value.L !== undefined) {
    const elements = [...selection.steps.entries()]
      .filter(([step]) => typeof step === "number")
      .sort(([left], [right]) => Number(left) - Number(right))
      .flatMap(([step, inner]) => {
        const element = value.L?.[Number(step)];
        return element === undefined ? [] : (select(element, inner) ?? []);
      });
    return elements.length === 0 ? undefined : { L: elements };
  }
  if (value.M === undefined) return undefined;
  const members = [...selection.steps.entries()].flatMap(([step, inner]) => {
    const member = typeof step === "string" ? value.M?.[step] : undefined;
    const selected = member === undefined ? undefined : select(member, inner);
    return selected === undefined ? [] : [[step, selected] as const];
  });
  return members.length === 0 ? undefined : { M: Object.fromEntries(members) };
}

/** The parts of an item that the paths lead to. */
export function project(item: Item, paths: readonly DocumentPath[]): Item {
  const root: Selection = { whole: false, steps: new Map() };
  for (const path of paths) {
    let selection = root;
    for (const step of path) {
      let next = selection.steps.get(step);
      if (next === undefined) {
        next = { whole: false, steps: new Map() };
        selection.steps.set(step, next);
      }
      selection = next;
    }
    selection.whole = true;
  }
  return select({ M: item }, root)?.M ?? {};
}
