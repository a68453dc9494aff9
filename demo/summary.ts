// The closing table, and the one JSON object of --json.
import { brokenPromises, type Gentleness } from "./gentleness";
import type { Performance } from "./play";
import { formatElapsed } from "./time";
import { wrap } from "./words";

/** What --json prints. */
export interface Summary {
  readonly submitted: number;
  readonly completed: number;
  readonly spooled: number;
  readonly redriven: number;
  readonly poisoned: number;
  readonly lost: number;
  /** Second starts of one generation, and second charges. */
  readonly duplicated: number;
  readonly attempts: number;
  readonly simulatedSeconds: number;
  readonly wallSeconds: number;
  readonly eventHash: string;
  /** Of a scenario that spares the provider. */
  readonly gentle?: Gentleness;
}

/** @param wallSeconds real time from the start of the process's work */
export function summarize(performance: Performance, wallSeconds: number): Summary {
  const { statistics, simulatedSeconds, eventHash, gentle } = performance;
  const { secondStarts, secondCharges, ...counts } = statistics;
  return {
    submitted: counts.submitted,
    completed: counts.completed,
    spooled: counts.spooled,
    redriven: counts.redriven,
    poisoned: counts.poisoned,
    lost: counts.lost,
    duplicated: secondStarts + secondCharges,
    attempts: counts.attempts,
    simulatedSeconds,
    wallSeconds: Math.round(wallSeconds * 1000) / 1000,
    eventHash,
    ...(gentle === undefined ? {} : { gentle }),
  };
}

/** Whether every order is done, once, and what was promised of the provider holds. */
export function isGood(summary: Summary): boolean {
  return isDoneOnce(summary) && brokenOf(summary).length === 0;
}

/** What the demo closes with. */
export function verdictOf(summary: Summary): string {
  const orders = isDoneOnce(summary) ? "Every order was charged once." : "Not every order was charged once.";
  const broken = brokenOf(summary);
  return broken.length === 0 ? orders : `${orders} But the provider was not spared: ${broken.join(", and ")}.`;
}

function isDoneOnce({ submitted, completed, lost, duplicated }: Summary): boolean {
  return completed === submitted && lost === 0 && duplicated === 0;
}

function brokenOf({ gentle }: Summary): readonly string[] {
  return gentle === undefined ? [] : brokenPromises(gentle);
}

/** A row of the closing table: what, how much, and what that means. */
export type Row = readonly [label: string, value: string, note: string];

/** @param skippedLines lines of the input file that hold no order; they get a row when there are any */
export function closingRows(summary: Summary, skippedLines: number): readonly Row[] {
  const count = (value: number) => value.toLocaleString("en-US");
  const { gentle } = summary;
  return [
    ["submitted", count(summary.submitted), gentle === undefined ? "orders of the input file" : "orders"],
    ...(skippedLines > 0
      ? [["skipped", count(skippedLines), "lines of the input file that hold no order"] as const]
      : []),
    ["completed", count(summary.completed), "orders whose execution did its work, at first or redriven"],
    ["spooled", count(summary.spooled), "failures that waited with their input and error"],
    ["redriven", count(summary.redriven), "executions started for them"],
    ["poisoned", count(summary.poisoned), "records set aside with a reason"],
    ["lost", count(summary.lost), "orders without a charge in the provider's ledger"],
    ["duplicated", count(summary.duplicated), "second starts for one failure, and second charges"],
    ["provider calls", count(summary.attempts), "failed ones and retries included"],
    ...(gentle === undefined ? [] : gentleRows(gentle)),
    ["simulated time", formatElapsed(summary.simulatedSeconds * 1000), `in ${summary.wallSeconds.toFixed(1)} s`],
    ["event hash", summary.eventHash.slice(0, 16), "the same for the same input and seed"],
  ];
}

function gentleRows({ mostInFlight, probesPerMinute, redriveSeconds, shortestSeconds, ratio }: Gentleness): Row[] {
  const shortest = formatElapsed(shortestSeconds * 1000);
  return [
    ["in flight", String(mostInFlight), "calls at once, at most"],
    [
      "probes",
      String(probesPerMinute),
      "calls within a minute of the outage, at most, once the circuit breaker was open",
    ],
    [
      "redriven in",
      formatElapsed(redriveSeconds * 1000),
      `from the first probe that succeeded; the shortest possible time is ${shortest}`,
    ],
    ["ratio", ratio.toFixed(2), "how many times as long as the shortest possible time"],
  ];
}

/**
 * The rows as aligned text.
 *
 * @param columns how wide they may be: notes are wrapped there
 */
export function formatRows(rows: readonly Row[], columns: number): readonly string[] {
  const labels = Math.max(...rows.map(([label]) => label.length));
  const values = Math.max(...rows.map(([, value]) => value.length));
  return rows.map(([label, value, note]) => {
    const start = `  ${label.padEnd(labels)}  ${value.padStart(values)}  `;
    return `${start}${wrap(note, columns, start.length)}`;
  });
}
