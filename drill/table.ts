// The drill's table: one row a case, grouped by invocation type, in 100 columns.
import type { Paint } from "../demo/terminal";
import { counted, wrap } from "../demo/words";
import type { CaseResult } from "./caseResult";
import type { ProgramName } from "./programs";

interface Column {
  readonly title: string;
  readonly width: number;
  /** Numbers stand at the right. */
  readonly right?: boolean;
  cell(result: CaseResult): string;
}

const columns: readonly Column[] = [
  { title: "case", width: 16, cell: ({ name }) => name },
  { title: "caller saw", width: 12, cell: ({ caller }) => caller },
  { title: "tries", width: 5, right: true, cell: ({ attempts }) => String(attempts) },
  { title: "work ended in", width: 13, cell: ({ ended }) => ended },
  { title: "alarms", width: 20, cell: ({ alarms }) => (alarms.length === 0 ? "-" : alarms.join(" ")) },
  { title: "redriven", width: 8, right: true, cell: ({ redriven }) => String(redriven) },
  { title: "effects", width: 7, right: true, cell: ({ effects, wanted }) => `${effects}/${wanted}` },
  { title: "lost", width: 4, right: true, cell: ({ lost }) => String(lost) },
  { title: "doubled", width: 7, right: true, cell: ({ duplicated }) => String(duplicated) },
];

/** How wide the table is. */
export const tableWidth = columns.reduce((sum, { width }) => sum + width + 1, -1);

export function headerLine(): string {
  return line(columns.map(({ title }) => title));
}

/** The line above the rows of an invocation type. */
export function groupLine(title: string): string {
  return `${title} ${"-".repeat(tableWidth - title.length - 1)}`;
}

/** A row; one whose cells do not fit goes on in further lines. */
export function rowLines(result: CaseResult, paint: Paint): readonly string[] {
  const cells = columns.map(({ cell, width }) => wrap(cell(result), width, 0).split("\n"));
  const height = Math.max(...cells.map(({ length }) => length));
  const colour = isGood(result) ? undefined : "red";
  return Array.from({ length: height }, (_, row) => {
    const text = line(cells.map((each) => each[row] ?? ""));
    return colour === undefined ? text : paint(colour, text);
  });
}

function line(cells: readonly string[]): string {
  return columns
    .map(({ width, right }, index) => {
      const cell = cells[index] ?? "";
      return right === true ? cell.padStart(width) : cell.padEnd(width);
    })
    .join(" ")
    .trimEnd();
}

/** Whether nothing of a case was lost or doubled. */
export function isGood({ lost, duplicated }: CaseResult): boolean {
  return lost === 0 && duplicated === 0;
}

/** The sums of all rows. */
export interface Totals {
  readonly rows: number;
  readonly lost: number;
  readonly duplicated: number;
  readonly redriven: number;
  readonly poisoned: number;
}

export function totalsOf(results: readonly CaseResult[]): Totals {
  const sum = (of: (result: CaseResult) => number) => results.reduce((total, result) => total + of(result), 0);
  return {
    rows: results.length,
    lost: sum(({ lost }) => lost),
    duplicated: sum(({ duplicated }) => duplicated),
    redriven: sum(({ redriven }) => redriven),
    poisoned: sum(({ poisoned }) => poisoned),
  };
}

/** The sums in one line, and in how many cases something went wrong. */
export function summaryLine(results: readonly CaseResult[]): string {
  const { rows, lost, duplicated, redriven, poisoned } = totalsOf(results);
  const cases = (isBad: (result: CaseResult) => boolean) => {
    const count = results.filter(isBad).length;
    return count === 0 ? "" : ` in ${counted(count, "case")}`;
  };
  const losses = `${lost} lost${cases((result) => result.lost > 0)}`;
  const doubles = `${duplicated} doubled${cases((result) => result.duplicated > 0)}`;
  return `${counted(rows, "case")}: ${losses}, ${doubles}, ${redriven} redriven, ${poisoned} poisoned`;
}

/** What the sums mean. */
export function meaning(program: ProgramName, results: readonly CaseResult[]): string {
  const isFine = results.every(isGood);
  if (program === "control") {
    return isFine
      ? "Nothing was lost or doubled here, as it must be and is not everywhere: see the other cases."
      : "Without the components, work that nobody waits for is gone when its retries are over, and what is tried again as a whole is done again as a whole.";
  }
  return isFine
    ? "Whatever failed for a whole weekend, its caller knew of it, or its input waited and was started again by one run of the reprocess function: nothing is lost, nothing was done twice. What a neighbour refuses for good waits for a person."
    : "Work was lost or doubled, which must not be: a red row run alone tells its story.";
}
