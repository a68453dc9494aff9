// Three ways to compare histories.
import { describe, expect, it } from "vitest";
import { compareHistory } from "../../../conformance/compareHistory";
import { Matcher } from "../../../conformance/match";
import type { JsonObject } from "../../../simulator/json";

/** "4 TaskStarted 2" is an event with its id and the one that it follows. */
function events(...lines: readonly string[]): JsonObject[] {
  return lines.map((line) => {
    const [id, type, previousEventId, name] = line.split(" ");
    return { id: Number(id), type, previousEventId: Number(previousEventId), ...(name === undefined ? {} : { name }) };
  });
}

const matcher = new Matcher([]);
const compare = (
  recorded: JsonObject[],
  observed: JsonObject[],
  order: "exact" | "interleaved" | "parallel-sorted",
  dropped = 0,
) => compareHistory(recorded, observed, order, dropped, matcher);

describe("compareHistory", () => {
  it("has nothing to say when no history was recorded", () => {
    expect(compare([], events("1 ExecutionStarted 0"), "exact")).toEqual([]);
  });

  it("compares event by event, ids included", () => {
    const recorded = events("1 ExecutionStarted 0", "2 PassStateEntered 0");
    expect(compare(recorded, events("1 ExecutionStarted 0", "2 PassStateEntered 0"), "exact")).toEqual([]);
    expect(compare(recorded, events("1 ExecutionStarted 0", "2 PassStateEntered 1"), "exact")).toEqual([
      { at: "history[1](PassStateEntered).previousEventId", recorded: "0", observed: "1" },
    ]);
  });

  it("stops where the events are no longer of one type", () => {
    const found = compare(events("1 A 0", "2 B 1", "3 C 2"), events("1 A 0", "2 C 1", "3 D 2"), "exact");
    expect(found).toEqual([{ at: "history[1]", recorded: 'B {"type":"B"}', observed: 'C {"type":"C"}' }]);
    expect(compare(events("1 A 0", "2 B 1"), events("1 A 0"), "exact")[0]?.observed).toBe("no event");
  });

  const both = [
    "1 ParallelStateEntered 0",
    "2 ParallelStateStarted 1",
    "3 PassStateEntered 2 A",
    "4 PassStateEntered 2 B",
  ];

  it("compares concurrent branches by their chains, whatever their turns", () => {
    const recorded = events(...both, "5 PassStateExited 3 A", "6 PassStateExited 4 B", "7 ParallelStateExited 6");
    const observed = events(...both, "5 PassStateExited 4 B", "6 PassStateExited 3 A", "7 ParallelStateExited 6");
    expect(compare(recorded, observed, "interleaved")).toEqual([]);
    expect(compare(recorded, observed, "exact")).not.toEqual([]);
  });

  it("notices an event in the wrong chain", () => {
    const recorded = events(...both, "5 PassStateExited 3 A", "6 PassStateExited 4 B");
    const observed = events(...both, "5 PassStateExited 4 A", "6 PassStateExited 3 B");
    expect(compare(recorded, observed, "interleaved")).toHaveLength(1);
    expect(compare(recorded, events(...both), "interleaved")).toHaveLength(2);
  });

  it("compares sorted events as a set, without the ends that were lost", () => {
    const recorded = events("0 B 0", "0 A 0");
    const observed = events("1 A 0", "2 B 1", "3 ParallelStateSucceeded 2");
    expect(compare(recorded, observed, "parallel-sorted", 1)).toEqual([]);
    expect(compare(recorded, observed, "parallel-sorted", 0)).toHaveLength(1);
    expect(compare(recorded, events("1 A 0", "2 B 1", "3 C 2"), "parallel-sorted", 1)).toHaveLength(1);
  });
});
