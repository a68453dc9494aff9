// How the drill prints: a table with the story of a single case before it, or lines of JSON.
import { formatLine, type StoryLine, type Tone } from "../demo/story";
import type { Colour, OutputStream, Terminal } from "../demo/terminal";
import { wrap } from "../demo/words";
import type { CaseResult } from "./caseResult";
import type { DrillCase } from "./cases";
import { entrances } from "./entrances";
import type { ProgramName } from "./programs";
import { groupLine, headerLine, isGood, meaning, rowLines, summaryLine, tableWidth, totalsOf } from "./table";

/** What is told of a drill, in order. */
export interface Printer {
  /** @param isAlone whether one case is played, whose story is told */
  begin(isAlone: boolean): void;
  story(line: StoryLine): void;
  row(drillCase: DrillCase, result: CaseResult): void;
  end(results: readonly CaseResult[]): void;
}

const TONES: Record<Tone, Colour> = {
  provider: "bold",
  operator: "cyan",
  alarm: "red",
  cleared: "green",
  order: "dim",
};

/** A line of JSON for each row, and one for the sums. */
export function jsonPrinter(stdout: OutputStream): Printer {
  const print = (value: object) => void stdout.write(`${JSON.stringify(value)}\n`);
  return {
    begin: () => undefined,
    story: () => undefined,
    row: (_drillCase, result) => print(result),
    end: (results) => print(totalsOf(results)),
  };
}

export function tablePrinter(terminal: Terminal, program: ProgramName): Printer {
  const { paint } = terminal;
  let group = "";
  let hasHeader = false;
  const header = (before: string) => {
    if (!hasHeader) terminal.print(`${before}${paint("bold", headerLine())}`);
    hasHeader = true;
  };
  return {
    begin: (isAlone) => {
      if (!isAlone) header("");
    },
    story: (line) => {
      const { head, below } = formatLine(line, terminal.textColumns);
      terminal.print(paint(TONES[line.tone], head));
      if (below !== "") terminal.print(paint("dim", below));
    },
    row: ({ entrance }, result) => {
      header("\n");
      const { title } = entrances[entrance];
      if (title !== group) terminal.print(paint("dim", groupLine(title)));
      group = title;
      for (const line of rowLines(result, paint)) terminal.print(line);
    },
    end: (results) => {
      terminal.print("");
      terminal.print(paint(results.every(isGood) ? "green" : "red", wrap(summaryLine(results), tableWidth, 0)));
      terminal.print(wrap(meaning(program, results), tableWidth, 0));
    },
  };
}
