// JSON that every step of a command's way leaves as it is: deep nesting makes JSON.stringify and validators throw, and a double rounds some numbers.
import type { Violation } from "./schemas";

/** More levels than data has, and fewer than any function that calls itself for each level can take. */
const MOST_LEVELS = 200;

interface Place {
  readonly value: unknown;
  readonly level: number;
  readonly above?: Place;
  readonly member?: string;
}

/**
 * What of a value would not arrive: nesting, and numbers that JavaScript has rounded when it read them. RFC 7493, section 2.2, tells senders not to
 * expect of integers beyond 2^53 that they are exact: as texts they are.
 *
 * @returns the first such place
 */
export function unsoundPlace(data: unknown): Violation | undefined {
  const places: Place[] = [{ value: data, level: 0 }];
  for (let place = places.pop(); place !== undefined; place = places.pop()) {
    const { value, level } = place;
    if (typeof value === "number" && isRounded(value)) {
      return { path: pointerTo(place), detail: "must not be beyond 2^53, where numbers are rounded: send a text" };
    }
    if (typeof value !== "object" || value === null) continue;
    if (level === MOST_LEVELS) return { path: "", detail: `must not be nested deeper than ${MOST_LEVELS} levels` };
    for (const [member, below] of Object.entries(value))
      places.push({ value: below, level: level + 1, above: place, member });
  }
  return undefined;
}

/** Fractions are rounded as well, and everybody knows. */
function isRounded(value: number): boolean {
  return !Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value));
}

function pointerTo({ above, member }: Place): string {
  return above === undefined || member === undefined ? "" : `${pointerTo(above)}/${escapedMember(member)}`;
}

/** A member's name in a JSON pointer. https://www.rfc-editor.org/rfc/rfc6901#section-3 */
export function escapedMember(member: string): string {
  return member.replaceAll("~", "~0").replaceAll("/", "~1");
}
