// The terminal's chart.
import { describe, expect, it } from "vitest";
import { bars, renderChart } from "../../../demo/chart";
import { plain } from "../../../demo/terminal";
import { timeline } from "./builders";

const MINUTE = 60_000;
const samples = [
  { at: 0, spoolDepth: 0, health: "healthy" },
  { at: 30 * MINUTE, spoolDepth: 3, health: "maintenance" },
  { at: 90 * MINUTE, spoolDepth: 12, health: "shaky" },
  { at: 110 * MINUTE, spoolDepth: 0, health: "healthy" },
] as const;
const run = timeline(120 * MINUTE, samples, {
  charges: [MINUTE, 2 * MINUTE, 100 * MINUTE],
  marks: [
    { kind: "alarm", at: 31 * MINUTE },
    { kind: "redrive", at: 100 * MINUTE },
  ],
});

describe("bars", () => {
  it("draws eighths, highest row first", () => expect(bars([0, 4, 8, 12, 16], 2, 16)).toEqual(["   ▄█", " ▄███"]));

  it("shows what is small, but not what is nothing", () => expect(bars([0, 1, 1000], 1, 1000)).toEqual([" ▁█"]));
});

describe("renderChart", () => {
  it("draws depth, marks, health, charges and time", () => {
    expect(renderChart(run, 51, plain)).toEqual([
      "Records in the spool",
      "      12 │                              ███████   ",
      "         │                              ███████   ",
      "         │                              ███████   ",
      "         │                              ███████   ",
      "         │          ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄███████   ",
      "       0 │          ███████████████████████████   ",
      "                    !                      ▲",
      "          ! alarm\n          ▲ the operator runs the reprocess function",
      "Provider",
      "          ··········████████████████████▒▒▒▒▒▒▒···",
      "          · healthy  ▒ shaky  █ maintenance",
      "Charges, one column is 0:03:00",
      "       2 │█                                       ",
      "         │█                                ▄      ",
      "       0 │█                                █      ",
      "         └┬───────────────────┬──────────────────┬",
      "          0:00                1:00",
    ]);
  });

  it.each([30, 80, 100, 500])("keeps to %i columns", (columns) => {
    const chart = renderChart(run, columns, plain).filter((line) => !/alarm|maintenance|Charges/.test(line));
    expect(Math.max(...chart.map((line) => line.length))).toBeLessThanOrEqual(Math.min(columns, 121));
  });

  it("has a row for a circuit breaker that did something", () => {
    const marks = [
      { kind: "opened", at: 30 * MINUTE },
      { kind: "probe", at: 31 * MINUTE },
      { kind: "probe", at: 60 * MINUTE },
      { kind: "probe", at: 100 * MINUTE },
      { kind: "closed", at: 100.5 * MINUTE },
      { kind: "redrive", at: 105 * MINUTE },
    ] as const;
    const lines = renderChart({ ...run, marks }, 61, plain);
    expect(lines).toContain("          ▲ the redrive takes more at once".replace("▲", "! alarm  ▲"));
    const at = lines.indexOf("Circuit breaker");
    expect(lines.slice(at, at + 3)).toEqual([
      "Circuit breaker",
      "                      x            ?               o",
      "          x opened  ? half-open, a probe  o closed",
    ]);
  });

  it("colours by meaning", () => {
    const painted = renderChart(run, 51, (colour, text) => `<${colour}>${text}`).join("\n");
    expect(painted).toContain("<red>█");
    expect(painted).toContain("<green>·");
    expect(painted).toContain("<red>!");
    expect(painted).toContain("<cyan>▲");
  });
});
