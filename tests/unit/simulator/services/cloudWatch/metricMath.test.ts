// Metric math: what it computes, and what it refuses.
import { describe, expect, it } from "vitest";
import { metricMath } from "../../../../../simulator/services/cloudWatch/metricMath";

const values: Readonly<Record<string, number>> = { m1: 10, m2: 4, zero: 0 };
const compute = (text: string) => metricMath(text).compute((id) => values[id]);

describe("metric math", () => {
  it.each([
    ["1 + 2 * 3", 7],
    ["(1 + 2) * 3", 9],
    ["10 - 4 - 3", 3],
    ["12 / 3 / 2", 2],
    ["-m2 + 1.5", -2.5],
    ["2 ^ 3 ^ 2", 512],
    ["m1 > 9 AND m2 <= 4", 1],
    ["m1 == 9 || m2 != 4", 0],
    ["m1 / zero", undefined],
    ["m1 + none", undefined],
    ["FILL(none, 0) + m1", 10],
    ["FILL(m1, 0)", 10],
    ["SUM([m1, m2, 1])", 15],
    ["SUM([m1, none])", 10],
    ["SUM([none])", undefined],
    ["AVG([m1, m2])", 7],
    ["MAX([m1, m2])", 10],
    ["MIN([m1, FILL(none, -1)])", -1],
    ["IF(m1 > 5, m2, 0)", 4],
    ["IF(m1 > 50, m2)", undefined],
    ["if(none, 1, 2)", undefined],
  ])("%s", (text, expected) => {
    expect(compute(text)).toBe(expected);
  });

  it("knows what it refers to", () => {
    expect(metricMath("IF(m1 > 1, SUM([m2, e1]), m1)").references).toEqual(["m1", "m2", "e1"]);
  });

  it.each([
    ["m1 +", "Error in expression 'm1 +': unexpected 'the end'"],
    ["m1 m2", "Error in expression 'm1 m2': unexpected 'm2'"],
    ["m1 + $", "Error in expression 'm1 + $': unexpected '$'"],
    ["(m1", "Error in expression '(m1': unexpected 'the end'"],
    ["IF(m1)", "IF takes 2 or 3 operands, got 1 in the expression"],
    ["RATE(m1)", "the simulator's metric math does not have the function RATE; it has SUM, AVG, MAX, MIN, FILL, IF"],
    ["FILL(m1, REPEAT)", "the simulator's metric math does not have FILL with REPEAT"],
    [
      "SUM(m1)",
      "the simulator's metric math does not have SUM of anything but a list of metrics, such as SUM([m1, m2])",
    ],
    ["[m1, m2]", "the simulator's metric math does not have a list outside of SUM, AVG, MAX and MIN"],
  ])("refuses %s", (text, message) => {
    expect(() => metricMath(text)).toThrow(message);
  });
});
