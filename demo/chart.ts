// The timeline as a chart of block characters for the terminal.
import type { ProviderHealth } from "./stage";
import type { Colour, Paint } from "./terminal";
import { formatElapsed, formatTick, timeTicks } from "./time";
import { type Bins, type BreakerMark, binTimeline, hasBreaker, type Mark, type Timeline } from "./timeline";
import { fill } from "./words";

const BLOCKS = " ▁▂▃▄▅▆▇█";
const LABELS = 9;
const NARROWEST = 20;
const WIDEST = 110;
const DEPTH_ROWS = 6;
const CHARGE_ROWS = 3;

const HEALTH: Record<ProviderHealth, readonly [glyph: string, colour: Colour]> = {
  healthy: ["·", "green"],
  shaky: ["▒", "yellow"],
  maintenance: ["█", "red"],
};

const BREAKER: Record<BreakerMark, readonly [glyph: string, colour: Colour]> = {
  opened: ["x", "red"],
  probe: ["?", "yellow"],
  closed: ["o", "green"],
};

/** @param columns how wide it may be; below 30 it is cut off by the terminal, not drawn smaller */
export function renderChart(timeline: Timeline, columns: number, paint: Paint): readonly string[] {
  const width = Math.min(WIDEST, Math.max(NARROWEST, columns - LABELS - 2));
  const bins = binTimeline(timeline, width);
  const health = bins.health.map((each) => paint(HEALTH[each][1], HEALTH[each][0])).join("");
  const legend = (["healthy", "shaky", "maintenance"] as const).map((each) => `${HEALTH[each][0]} ${each}`);
  return [
    paint("bold", "Records in the spool"),
    ...panel(bins.depths, DEPTH_ROWS, "yellow", paint),
    `${"".padStart(LABELS)} ${bins.marks.map((marks) => markGlyph(marks, paint)).join("")}`.trimEnd(),
    paint("dim", legendOf(["! alarm", `▲ ${redriveLegend(timeline)}`], columns)),
    paint("bold", "Provider"),
    `${"".padStart(LABELS)} ${health}`,
    paint("dim", legendOf(legend, columns)),
    ...(hasBreaker(timeline) ? breakerPanel(bins, columns, paint) : []),
    paint("bold", `Charges, one column is ${formatElapsed(bins.width)}`),
    ...panel(bins.charges, CHARGE_ROWS, "green", paint),
    ...timeAxis(timeline.duration, width, paint),
  ];
}

function redriveLegend(timeline: Timeline): string {
  return hasBreaker(timeline) ? "the redrive takes more at once" : "the operator runs the reprocess function";
}

/** What the circuit breaker did in each part; where that is more than one thing, the rarer one. */
function breakerPanel({ marks }: Bins, columns: number, paint: Paint): readonly string[] {
  const glyphs = marks.map((each) => {
    const kind = (["closed", "opened", "probe"] as const).find((known) => each.some((mark) => mark.kind === known));
    return kind === undefined ? " " : paint(BREAKER[kind][1], BREAKER[kind][0]);
  });
  const legend = ["x opened", "? half-open, a probe", "o closed"];
  return [
    paint("bold", "Circuit breaker"),
    `${"".padStart(LABELS)} ${glyphs.join("")}`.trimEnd(),
    paint("dim", legendOf(legend, columns)),
  ];
}

function legendOf(entries: readonly string[], columns: number): string {
  return `${"".padStart(LABELS)} ${fill(entries, columns, LABELS + 1, "  ")}`;
}

/** Bars of eighth blocks, tallest first row on top, with the highest value and 0 as labels. */
function panel(values: readonly number[], rows: number, colour: Colour, paint: Paint): readonly string[] {
  const top = Math.max(1, ...values);
  return bars(values, rows, top).map((row, index) => {
    const label = index === 0 ? String(top) : index === rows - 1 ? "0" : "";
    return `${label.padStart(LABELS - 1)} ${paint("dim", "│")}${paint(colour, row)}`;
  });
}

/**
 * Values as rows of block characters. What is greater than 0 shows, however small.
 *
 * @param top the value that fills all rows
 */
export function bars(values: readonly number[], rows: number, top: number): readonly string[] {
  const eighths = values.map((value) => (value > 0 ? Math.max(1, Math.round((value / top) * rows * 8)) : 0));
  return Array.from({ length: rows }, (_, row) => {
    const below = (rows - 1 - row) * 8;
    return eighths.map((height) => BLOCKS[Math.min(8, Math.max(0, height - below))]).join("");
  });
}

function markGlyph(marks: readonly Mark[], paint: Paint): string {
  if (marks.some((mark) => mark.kind === "alarm")) return paint("red", "!");
  if (marks.some((mark) => mark.kind === "redrive")) return paint("cyan", "▲");
  return " ";
}

/** A rule with ticks, and below it their times where they do not touch. */
function timeAxis(duration: number, width: number, paint: Paint): readonly string[] {
  const rule = new Array<string>(width).fill("─");
  let labels = "";
  for (const at of timeTicks(duration, Math.max(2, Math.floor(width / 12)))) {
    const column = Math.min(width - 1, Math.floor((at / Math.max(1, duration)) * width));
    rule[column] = "┬";
    const label = formatTick(at);
    if (column >= labels.length && column + label.length <= width) labels = `${labels.padEnd(column)}${label} `;
  }
  const indent = "".padStart(LABELS);
  return [paint("dim", `${indent}└${rule.join("")}`), `${indent} ${labels}`.trimEnd()];
}
