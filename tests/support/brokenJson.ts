// JSON with one thing wrong at some place: a value that is another, a member that is missing, or one too many.
import fc from "fast-check";
import { isObject } from "../../records/json";

/** What a value is replaced by, among others: what is nearly right. */
const others: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom(
    null,
    "",
    0,
    -1,
    1e308,
    2 ** 53,
    true,
    [],
    {},
    "\u0000",
    "\uffff",
    "\ud800",
    "9791234567896",
    "x".repeat(300),
  ),
);

type Break = (at: number, value: unknown) => (old: unknown) => unknown;

/** The value with the place changed that has this number, of all places in it. */
const replaced: Break = (at, value) => (old) => changed(old, at, () => value);

const removed: Break = (at) => (old) =>
  changed(old, at, (found) => {
    if (Array.isArray(found)) return found.slice(1);
    return isObject(found) ? Object.fromEntries(Object.entries(found).slice(1)) : null;
  });

const added: Break = (at, value) => (old) =>
  changed(old, at, (found) => {
    if (Array.isArray(found)) return [...found, value];
    return isObject(found) ? { ...found, [JSON.stringify(value).slice(0, 20)]: value } : value;
  });

/** Of a value that fulfils a schema, one that mostly does not. */
export function brokenJson(valid: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const breaks = fc.tuple(fc.constantFrom(replaced, removed, added), fc.nat(40), others);
  return fc
    .tuple(valid, fc.array(breaks, { minLength: 1, maxLength: 3 }))
    .map(([value, all]) => all.reduce((broken, [how, at, other]) => how(at, other)(broken), value));
}

function changed(value: unknown, at: number, change: (found: unknown) => unknown): unknown {
  let left = at % placesIn(value);
  const walk = (found: unknown): unknown => {
    left -= 1;
    if (left < 0) {
      left = Number.POSITIVE_INFINITY;
      return change(found);
    }
    if (Array.isArray(found)) return found.map(walk);
    if (!isObject(found)) return found;
    return Object.fromEntries(Object.entries(found).map(([name, member]) => [name, walk(member)]));
  };
  return walk(value);
}

function placesIn(value: unknown): number {
  const members = isObject(value) || Array.isArray(value) ? Object.values(value) : [];
  return members.reduce((sum: number, member) => sum + placesIn(member), 1);
}
