// Filter patterns over plain log lines.
import { describe, expect, it } from "vitest";
import { filterPattern } from "../../../../../simulator/services/logs/filterPattern";

const lines = ["ERROR timeout in charge", "ERROR refused", "INFO charge done", 'said "no way"'];
const matching = (pattern: string) => lines.filter(filterPattern(pattern)).map((line) => lines.indexOf(line));

describe("a filter pattern", () => {
  it.each([
    ["", [0, 1, 2, 3]],
    ["ERROR", [0, 1]],
    ["error", []],
    ["ERROR charge", [0]],
    ['"in charge"', [0]],
    ['"charge in"', []],
    ["ERROR -timeout", [1]],
    ["-ERROR", [2, 3]],
    ["?timeout ?done", [0, 2]],
    ['"\\"no way\\""', [3]],
  ])("%s", (pattern, expected) => {
    expect(matching(pattern)).toEqual(expected);
  });

  it.each(['{ $.level = "ERROR" }', "[ip, user]", "%regex%"])("refuses %s", (pattern) => {
    expect(() => filterPattern(pattern)).toThrow(
      `the simulator's [filterPattern] has terms, "quoted phrases", -term and ?term, got ${pattern}`,
    );
  });
});
