// The demo as a function of its command line and its surroundings, with an exit code as result.
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, isAbsolute, relative } from "node:path";
import { performance } from "node:perf_hooks";
import { renderChart } from "./chart";
import { type Options, parseOptions, USAGE, UsageError } from "./options";
import { type OrderFile, parseOrders } from "./orders";
import { play } from "./play";
import { renderReport } from "./report";
import { SCENARIOS, type Scenario } from "./scenario";
import type { CreateStage } from "./stage";
import { formatLine, type StoryLine, type Tone } from "./story";
import { closingRows, formatRows, isGood, type Summary, summarize, verdictOf } from "./summary";
import { type Colour, type OutputStream, Terminal } from "./terminal";
import type { Timeline } from "./timeline";
import { counted, wrap } from "./words";

export interface Surroundings {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly createStage: CreateStage;
}

/** The command line, the input file or the report's path is not usable. */
const EXIT_USAGE = 2;
/** The run ended with an order lost, doubled or not done. */
const EXIT_FAILURE = 1;

const TONES: Record<Tone, Colour> = {
  provider: "bold",
  operator: "cyan",
  alarm: "red",
  cleared: "green",
  order: "dim",
};

/** Runs the demo; the result is the process's exit code. */
export async function runDemo(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const startedAt = performance.now();
  // npm runs scripts in the package's folder, and says here where the user is.
  const directory = surroundings.environment.INIT_CWD || process.cwd();
  const complain = (message: string) => void surroundings.stderr.write(`${message}\n`);
  let options: Options;
  try {
    options = parseOptions(args, directory);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    complain(`${error.message}\n\n${USAGE}`);
    return EXIT_USAGE;
  }
  if (options.help) {
    surroundings.stdout.write(USAGE);
    return 0;
  }
  const scenario = SCENARIOS[options.scenario];
  const file = ordersOf(options, scenario, complain);
  if (file === undefined || !canWriteReport(options.report, complain)) return EXIT_USAGE;

  const input = options.input === undefined ? undefined : shortest(options.input, directory);
  const terminal = options.json ? undefined : new Terminal(surroundings.stdout, surroundings.environment);
  terminal?.print(
    `${wrap(`${counted(file.orders.length, "order")} ${originOf(input, options.seed)}`, terminal.textColumns, 0)}\n`,
  );
  const stage = await surroundings.createStage({ seed: options.seed, gentle: scenario.gentle });
  const result = await play(scenario, stage, file.orders, {
    line: (line) => terminal?.print(paintLine(line, terminal)),
    progress: (progress) => terminal?.showProgress(progress),
  });
  terminal?.hideProgress();
  const summary = summarize(result, (performance.now() - startedAt) / 1000);
  const skippedLines = file.badLines.length;
  const page = renderReport({ ...result, summary, input, skippedLines, seed: options.seed });
  const written = writeReport(options.report, page, complain);
  if (terminal === undefined) surroundings.stdout.write(`${JSON.stringify(summary)}\n`);
  else {
    const remark = written ? `The report is ${shortest(options.report, directory)}.` : "";
    close(terminal, result.timeline, summary, skippedLines, remark);
  }
  if (!isGood(summary)) return EXIT_FAILURE;
  return written ? 0 : EXIT_USAGE;
}

function ordersOf(
  { input, seed }: Options,
  scenario: Scenario,
  complain: (message: string) => void,
): OrderFile | undefined {
  return input === undefined ? { orders: scenario.orders(seed), badLines: [] } : readOrders(input, complain);
}

function originOf(input: string | undefined, seed: number): string {
  return input === undefined ? `made of seed ${seed}` : `from ${input}, seed ${seed}`;
}

function readOrders(path: string, complain: (message: string) => void): OrderFile | undefined {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    complain(`[--input] cannot read ${path}: ${reasonOf(error)}`);
    return undefined;
  }
  const file = parseOrders(text);
  for (const { line, reason } of file.badLines) complain(`${path}:${line}: ${reason}; the line is skipped`);
  if (file.orders.length > 0) return file;
  const lines = file.badLines.length;
  const reason = lines === 0 ? "it is empty" : `${counted(lines, "line")} skipped`;
  complain(`[--input] must hold at least one order, got none in ${path}: ${reason}`);
  return undefined;
}

/** Tries it before the run, which would be in vain. A file that exists keeps its content. */
function canWriteReport(path: string, complain: (message: string) => void): boolean {
  try {
    makeFolder(dirname(path));
    const existed = existsSync(path);
    closeSync(openSync(path, "a"));
    if (!existed) rmSync(path);
    return true;
  } catch (error) {
    complain(`[--report] cannot write ${path}: ${reasonOf(error)}`);
    return false;
  }
}

/** As mkdir -p. Node's own recursive mkdirSync never returns where folders cannot be made, as in /proc. */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  mkdirSync(path);
}

function writeReport(path: string, page: string, complain: (message: string) => void): boolean {
  try {
    writeFileSync(path, page);
    return true;
  } catch (error) {
    complain(`[--report] cannot write ${path}: ${reasonOf(error)}`);
    return false;
  }
}

/** Such as `ENOENT: no such file or directory`, without the call and the path that Node adds. */
function reasonOf(error: unknown): string {
  return (error as Error).message.replace(/, \w+( '.*')?$/, "");
}

/** The path from the user's own directory where it is inside of that, else the absolute path. */
function shortest(path: string, directory: string): string {
  const inside = relative(directory, path);
  return inside.startsWith("..") || isAbsolute(inside) ? path : inside;
}

function paintLine(line: StoryLine, terminal: Terminal): string {
  const { head, below } = formatLine(line, terminal.textColumns);
  const painted = terminal.paint(TONES[line.tone], head);
  return below === "" ? painted : `${painted}\n${terminal.paint("dim", below)}`;
}

function close(terminal: Terminal, timeline: Timeline, summary: Summary, skippedLines: number, remark: string): void {
  terminal.print("");
  for (const line of renderChart(timeline, terminal.columns, terminal.paint)) terminal.print(line);
  terminal.print("");
  for (const line of formatRows(closingRows(summary, skippedLines), terminal.textColumns)) terminal.print(line);
  const verdict = wrap(verdictOf(summary), terminal.textColumns, 0);
  terminal.print(`\n${terminal.paint(isGood(summary) ? "green" : "red", verdict)}`);
  if (remark !== "") terminal.print(wrap(remark, terminal.textColumns, 0));
}
