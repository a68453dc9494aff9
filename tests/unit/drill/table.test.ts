// The drill's table.
import { describe, expect, it } from "vitest";
import { plain } from "../../../demo/terminal";
import {
  groupLine,
  headerLine,
  isGood,
  meaning,
  rowLines,
  summaryLine,
  tableWidth,
  totalsOf,
} from "../../../drill/table";
import { resultOf } from "./builders";

const bad = resultOf({ name: "table-down", work: 5, wanted: 5, effects: 7, lost: 2, duplicated: 4, redriven: 0 });

describe("the table", () => {
  it("fits a terminal of 100 columns", () => {
    expect(tableWidth).toBe(100);
    expect(headerLine()).toBe(
      "case             caller saw   tries work ended in alarms               redriven effects lost doubled",
    );
    expect(groupLine("SQS queue")).toHaveLength(100);
  });

  it("shows a row", () => {
    expect(rowLines(resultOf(), plain)).toEqual([
      "event-down       accepted         4 spool 1       errors dropped spool        1     1/1    0       0",
    ]);
  });

  it("goes on in further lines where a cell does not fit", () => {
    const result = resultOf({ caller: "500 Internal Server Error", alarms: ["throttles", "dropped", "spool"] });
    expect(rowLines(result, plain)).toEqual([
      "event-down       500 Internal     4 spool 1       throttles dropped           1     1/1    0       0",
      "                 Server Error                     spool",
    ]);
  });

  it("shows that there was no alarm, and paints red what must not be", () => {
    const paint = (colour: string, text: string) => `<${colour}>${text}`;
    expect(rowLines(resultOf({ alarms: [] }), paint)[0]).toMatch(/^event-down .* - {2,}1/);
    expect(rowLines(bad, paint)[0]).toMatch(/^<red>table-down .* 7\/5 +2 +4$/);
  });
});

describe("the sums", () => {
  it("are those of all rows", () => {
    const results = [resultOf(), bad, resultOf({ poisoned: 3 })];
    expect(totalsOf(results)).toEqual({ rows: 3, lost: 2, duplicated: 4, redriven: 2, poisoned: 3 });
    expect(results.map(isGood)).toEqual([true, false, true]);
  });

  it("say in how many cases something went wrong", () => {
    expect(summaryLine([resultOf()])).toBe("1 case: 0 lost, 0 doubled, 1 redriven, 0 poisoned");
    expect(summaryLine([bad, resultOf({ lost: 1 })])).toBe(
      "2 cases: 3 lost in 2 cases, 4 doubled in 1 case, 1 redriven, 0 poisoned",
    );
  });

  it("mean different things with and without the components", () => {
    const texts = [
      meaning("bookshop", [resultOf()]),
      meaning("bookshop", [bad]),
      meaning("control", [resultOf()]),
      meaning("control", [bad]),
    ];
    expect(texts.map((text) => text.split(/[ ,]/, 3).join(" "))).toEqual([
      "Whatever failed for",
      "Work was lost",
      "Nothing was lost",
      "Without the components",
    ]);
  });
});
