// Where the demo prints: plain lines anywhere; colours and a progress bar on a terminal only.
import { styleText } from "node:util";
import type { Progress } from "./play";
import { formatElapsed } from "./time";

/** The part of a stream that is needed, such as process.stdout. */
export interface OutputStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export type Colour = "red" | "green" | "yellow" | "cyan" | "dim" | "bold";

/** Colours a text, or leaves it as it is. */
export type Paint = (colour: Colour, text: string) => string;

export const plain: Paint = (_colour, text) => text;

const coloured: Paint = (colour, text) => styleText(colour, text, { validateStream: false });

const CLEAR_LINE = "\r\u001B[2K";
const DEFAULT_COLUMNS = 80;

export class Terminal {
  readonly paint: Paint;
  private bar = "";

  /** @param environment NO_COLOR in it, unless it is empty, turns colours off (https://no-color.org) */
  constructor(
    private readonly stream: OutputStream,
    environment: Readonly<Record<string, string | undefined>>,
  ) {
    this.paint = stream.isTTY && !environment.NO_COLOR ? coloured : plain;
  }

  /** Characters that fit on a line. */
  get columns(): number {
    return this.stream.columns || DEFAULT_COLUMNS;
  }

  /** The same for running text, which is not broken in a file or a pipe, where somebody may search it. */
  get textColumns(): number {
    return this.stream.isTTY ? this.columns : Number.POSITIVE_INFINITY;
  }

  print(text: string): void {
    this.stream.write(`${this.bar === "" ? "" : CLEAR_LINE}${text}\n${this.bar}`);
  }

  /** Draws the progress bar below all lines; without a terminal it draws nothing. */
  showProgress(progress: Progress): void {
    if (!this.stream.isTTY) return;
    const bar = formatProgress(progress, this.columns - 1);
    if (bar !== this.bar) this.stream.write(`${this.bar === "" ? "" : CLEAR_LINE}${bar}`);
    this.bar = bar;
  }

  hideProgress(): void {
    if (this.bar !== "") this.stream.write(CLEAR_LINE);
    this.bar = "";
  }
}

/** A line such as `[█████     ]  100 of 200 charged, 58 waiting, 1:12:00`, at most `columns` wide. */
export function formatProgress({ at, charged, waiting, submitted }: Progress, columns: number): string {
  const text = `${charged} of ${submitted} charged, ${waiting} waiting, ${formatElapsed(at)}`;
  const room = Math.min(40, columns - text.length - 4);
  if (room < 5) return text.slice(0, Math.max(0, columns));
  const done = Math.min(room, Math.floor((charged / Math.max(1, submitted)) * room));
  return `[${"█".repeat(done)}${" ".repeat(room - done)}]  ${text}`;
}
