// Compares two histories: event by event, as trees of concurrent branches, or as sets of events.
import type { Json, JsonObject } from "../simulator/json";
import type { HistoryOrder } from "./conformanceCase";
import type { Difference, Matcher } from "./match";

/** What depends on the order in which concurrent branches took their turns. */
function withoutNumbers(event: JsonObject): JsonObject {
  const { id: _id, previousEventId: _previousEventId, ...rest } = event;
  return JSON.parse(JSON.stringify(rest).replace(/event id #\d+/g, "event id #")) as JsonObject;
}

function title(event: JsonObject | undefined): string {
  return event === undefined ? "no event" : `${event.type as string} ${JSON.stringify(withoutNumbers(event))}`;
}

function exact(recorded: readonly JsonObject[], observed: readonly JsonObject[], matcher: Matcher): Difference[] {
  const found: Difference[] = [];
  for (let index = 0; index < Math.max(recorded.length, observed.length); index += 1) {
    const [left, right] = [recorded[index], observed[index]];
    const at = `history[${index}]`;
    if (left?.type !== right?.type) {
      // From here on everything is shifted: one line tells more than all of them.
      found.push({ at, recorded: title(left), observed: title(right) });
      return found;
    }
    found.push(...matcher.differences(left as Json, right as Json, `${at}(${left?.type as string})`));
  }
  return found;
}

interface Node {
  readonly event: JsonObject;
  readonly next: readonly Node[];
}

function tree(events: readonly JsonObject[], from: number): Node[] {
  return events
    .filter(({ previousEventId, id }) => previousEventId === from && id !== from)
    .map((event) => ({ event, next: tree(events, event.id as number) }));
}

function nodesMatch(recorded: readonly Node[], observed: readonly Node[], matcher: Matcher): boolean {
  if (recorded.length !== observed.length) return false;
  const left = [...observed];
  return recorded.every((node) => {
    const index = left.findIndex(
      (other) =>
        matcher.matches(withoutNumbers(node.event), withoutNumbers(other.event)) &&
        nodesMatch(node.next, other.next, matcher),
    );
    if (index < 0) return false;
    left.splice(index, 1);
    return true;
  });
}

/** Events without a counterpart, on both sides. */
function unmatched(recorded: readonly JsonObject[], observed: readonly JsonObject[], matcher: Matcher) {
  const left = observed.map(withoutNumbers);
  const missing = recorded.map(withoutNumbers).filter((event) => {
    const index = left.findIndex((other) => matcher.matches(event, other));
    if (index >= 0) left.splice(index, 1);
    return index < 0;
  });
  return { missing, surplus: left };
}

function asDifferences({ missing, surplus }: ReturnType<typeof unmatched>): Difference[] {
  return [
    ...missing.map((event) => ({ at: "history", recorded: title(event), observed: "no such event" })),
    ...surplus.map((event) => ({ at: "history", recorded: "no such event", observed: title(event) })),
  ];
}

function interleaved(recorded: readonly JsonObject[], observed: readonly JsonObject[], matcher: Matcher): Difference[] {
  if (nodesMatch(tree(recorded, 0), tree(observed, 0), matcher)) return [];
  const found = asDifferences(unmatched(recorded, observed, matcher));
  if (found.length > 0) return found;
  const chains = (events: readonly JsonObject[]) =>
    events.map(({ id, type, previousEventId }) => `${id} ${type} after ${previousEventId}`).join(", ");
  return [{ at: "history", recorded: chains(recorded), observed: chains(observed) }];
}

/** The recorder lost `dropped` events that end a Parallel state. */
function parallelSorted(
  recorded: readonly JsonObject[],
  observed: readonly JsonObject[],
  matcher: Matcher,
  dropped: number,
): Difference[] {
  const { missing, surplus } = unmatched(recorded, observed, matcher);
  const lost = surplus.filter(({ type }) => /^ParallelState(Succeeded|Failed)$/.test(type as string)).slice(0, dropped);
  return asDifferences({ missing, surplus: surplus.filter((event) => !lost.includes(event)) });
}

/** @param dropped how many events the recording lacks */
export function compareHistory(
  recorded: readonly JsonObject[],
  observed: readonly JsonObject[],
  order: HistoryOrder,
  dropped: number,
  matcher: Matcher,
): Difference[] {
  if (recorded.length === 0) return [];
  if (order === "interleaved") return interleaved(recorded, observed, matcher);
  if (order === "parallel-sorted") return parallelSorted(recorded, observed, matcher, dropped);
  return exact(recorded, observed, matcher);
}
