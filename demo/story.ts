// The story of a run: what happened, when, told a line at a time.
import { formatElapsed } from "./time";
import { cut, wrap } from "./words";

/** Who or what a line is about; `alarm` is one that fires, `cleared` one that is OK again. */
export type Tone = "provider" | "operator" | "alarm" | "cleared" | "order";

export interface StoryLine {
  /** Milliseconds since the shop opened. */
  readonly at: number;
  readonly tone: Tone;
  readonly text: string;
  /** Something to show below the line, such as a record's JSON. */
  readonly detail?: string;
}

/** Keeps the lines for the report, and passes each on as it is told. */
export class Story {
  readonly lines: StoryLine[] = [];

  /**
   * @param elapsed gives milliseconds since the shop opened
   * @param listener is called with each line
   */
  constructor(
    private readonly elapsed: () => number,
    private readonly listener: (line: StoryLine) => void,
  ) {}

  tell(tone: Tone, text: string, detail?: string): void {
    const line: StoryLine = { at: this.elapsed(), tone, text, ...(detail === undefined ? {} : { detail }) };
    this.lines.push(line);
    this.listener(line);
  }
}

const TIME_WIDTH = 9;

/**
 * A line as plain text, its detail indented below it.
 *
 * @param columns how wide it may be: the text is wrapped there, the detail cut
 */
export function formatLine({ at, text, detail }: StoryLine, columns: number): { head: string; below: string } {
  const indent = TIME_WIDTH + 2;
  const head = `${formatElapsed(at).padStart(TIME_WIDTH)}  ${wrap(text, columns, indent)}`;
  const details = detail?.split("\n").map((line) => cut(`${" ".repeat(indent)}${line}`, columns)) ?? [];
  return { head, below: details.join("\n") };
}

/** A record's JSON, cut to so many lines and columns that the story stays readable. */
export function formatRecord(record: unknown, mostLines = 24, mostColumns = 110): string {
  const lines = JSON.stringify(record, null, 2)
    .split("\n")
    .map((line) => cut(line, mostColumns));
  return lines.length > mostLines ? [...lines.slice(0, mostLines - 1), "..."].join("\n") : lines.join("\n");
}
