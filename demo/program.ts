// The demo as a function of its command line and its surroundings, with an exit code as result.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { performance } from "node:perf_hooks";
import { renderChart } from "./chart";
import { type Options, parseOptions, USAGE, UsageError } from "./options";
import { type OrderFile, parseOrders } from "./orders";
import { type Performance, play } from "./play";
import { renderReport } from "./report";
import type { CreateStage } from "./stage";
import { formatLine, type StoryLine, type Tone } from "./story";
import { closingRows, formatRows, isGood, type Summary, summarize } from "./summary";
import { type Colour, type OutputStream, Terminal } from "./terminal";

export interface Surroundings {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly createStage: CreateStage;
}

/** The command line, or the input file, is not usable. */
const EXIT_USAGE = 2;
/** The run ended with an order lost, doubled or not done. */
const EXIT_FAILURE = 1;

const TONES: Record<Tone, Colour> = { provider: "bold", operator: "cyan", alarm: "red", order: "dim" };

/** Runs the demo; the result is the process's exit code. */
export async function runDemo(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const startedAt = performance.now();
  const complain = (message: string) => void surroundings.stderr.write(`${message}\n`);
  let options: Options;
  try {
    options = parseOptions(args);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    complain(`${error.message}\n\n${USAGE}`);
    return EXIT_USAGE;
  }
  if (options.help) {
    surroundings.stdout.write(USAGE);
    return 0;
  }
  const file = readOrders(options.input, complain);
  if (file === undefined) return EXIT_USAGE;

  const terminal = options.json ? undefined : new Terminal(surroundings.stdout, surroundings.environment);
  terminal?.print(`${file.orders.length} orders from ${options.input}, seed ${options.seed}\n`);
  const stage = await surroundings.createStage({ seed: options.seed });
  const result = await play(stage, file.orders, {
    line: (line) => terminal?.print(paintLine(line, terminal)),
    progress: (progress) => terminal?.showProgress(progress),
  });
  terminal?.hideProgress();
  const summary = summarize(result, (performance.now() - startedAt) / 1000);
  const written = writeReport(options, result, summary, complain);
  if (terminal === undefined) surroundings.stdout.write(`${JSON.stringify(summary)}\n`);
  else close(terminal, result, summary, written ? ` The report is ${options.report}.` : "");
  return written && isGood(summary) ? 0 : EXIT_FAILURE;
}

function readOrders(path: string, complain: (message: string) => void): OrderFile | undefined {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    complain(`[--input] cannot read ${path}: ${(error as Error).message}`);
    return undefined;
  }
  const file = parseOrders(text);
  for (const { line, reason } of file.badLines) complain(`${path}:${line}: ${reason}; the line is skipped`);
  return file;
}

function writeReport(
  { report, input, seed }: Options,
  result: Performance,
  summary: Summary,
  complain: (message: string) => void,
): boolean {
  try {
    mkdirSync(dirname(resolve(report)), { recursive: true });
    writeFileSync(report, renderReport({ ...result, summary, input, seed }));
    return true;
  } catch (error) {
    complain(`[--report] cannot write ${report}: ${(error as Error).message}`);
    return false;
  }
}

function paintLine(line: StoryLine, terminal: Terminal): string {
  const [first, ...rest] = formatLine(line).split("\n");
  const painted = terminal.paint(TONES[line.tone], first as string);
  return [painted, ...rest.map((each) => terminal.paint("dim", each))].join("\n");
}

function close(terminal: Terminal, { timeline }: Performance, summary: Summary, remark: string): void {
  terminal.print("");
  for (const line of renderChart(timeline, terminal.columns, terminal.paint)) terminal.print(line);
  terminal.print("");
  for (const line of formatRows(closingRows(summary))) terminal.print(line);
  const verdict = isGood(summary)
    ? terminal.paint("green", "Every order was charged once.")
    : terminal.paint("red", "Not every order was charged once.");
  terminal.print(`\n${verdict}${remark}`);
}
