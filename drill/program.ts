// The drill as a function of its command line and its surroundings, with an exit code as result.
import type { EvaluatedProgram } from "@respool/simulator";
import { UsageError } from "../demo/options";
import { formatLine, type StoryLine, type Tone } from "../demo/story";
import { type Colour, type OutputStream, Terminal } from "../demo/terminal";
import { wrap } from "../demo/words";
import type { CaseResult } from "./caseResult";
import { type DrillCase, drillCases } from "./cases";
import { entrances } from "./entrances";
import { type Options, parseOptions, USAGE } from "./options";
import type { ProgramName } from "./programs";
import { runCase } from "./runCase";
import { groupLine, headerLine, isGood, meaning, rowLines, summaryLine, tableWidth, totalsOf } from "./table";

export interface Surroundings {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly environment: Readonly<Record<string, string | undefined>>;
  evaluate(program: ProgramName): Promise<EvaluatedProgram>;
}

/** The command line is not usable. */
const EXIT_USAGE = 2;
/** Work was lost or doubled. */
const EXIT_FAILURE = 1;

const TONES: Record<Tone, Colour> = {
  provider: "bold",
  operator: "cyan",
  alarm: "red",
  cleared: "green",
  order: "dim",
};

/** Runs the drill; the result is the process's exit code. */
export async function runDrill(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const { stdout, stderr, environment } = surroundings;
  let options: Options;
  try {
    options = parseOptions(args);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    stderr.write(`${error.message}\n\n${USAGE}`);
    return EXIT_USAGE;
  }
  if (options.help) {
    stdout.write(USAGE);
    return 0;
  }
  if (options.list) {
    stdout.write(drillCases.map(({ name }) => `${name}\n`).join(""));
    return 0;
  }
  const program = options.control ? "control" : "bookshop";
  const printer = options.json ? jsonPrinter(stdout) : tablePrinter(new Terminal(stdout, environment), program);
  const evaluated = await surroundings.evaluate(program);
  const results: CaseResult[] = [];
  printer.begin(options);
  for (const drillCase of options.drillCase === undefined ? drillCases : [options.drillCase]) {
    const listener = options.drillCase === undefined ? undefined : printer.story;
    const result = runCase(evaluated, drillCase, { seed: options.seed, listener });
    results.push(result);
    printer.row(drillCase, result);
  }
  printer.end(results);
  return options.control || results.every(isGood) ? 0 : EXIT_FAILURE;
}

interface Printer {
  begin(options: Options): void;
  story(line: StoryLine): void;
  row(drillCase: DrillCase, result: CaseResult): void;
  end(results: readonly CaseResult[]): void;
}

function jsonPrinter(stdout: OutputStream): Printer {
  const print = (value: object) => void stdout.write(`${JSON.stringify(value)}\n`);
  return {
    begin: () => undefined,
    story: () => undefined,
    row: (_drillCase, result) => print(result),
    end: (results) => print(totalsOf(results)),
  };
}

function tablePrinter(terminal: Terminal, program: ProgramName): Printer {
  let group = "";
  let isAlone = false;
  const printHeader = () => terminal.print(`${isAlone ? "\n" : ""}${terminal.paint("bold", headerLine())}`);
  return {
    begin: ({ drillCase }) => {
      isAlone = drillCase !== undefined;
      if (!isAlone) printHeader();
    },
    story: (line) => {
      const { head, below } = formatLine(line, terminal.textColumns);
      terminal.print(terminal.paint(TONES[line.tone], head));
      if (below !== "") terminal.print(terminal.paint("dim", below));
    },
    row: ({ entrance }, result) => {
      if (isAlone) printHeader();
      const { title } = entrances[entrance];
      if (title !== group) terminal.print(terminal.paint("dim", groupLine(title)));
      group = title;
      for (const line of rowLines(result, terminal.paint)) terminal.print(line);
    },
    end: (results) => {
      const summary = wrap(summaryLine(results), tableWidth, 0);
      terminal.print(`\n${terminal.paint(results.every(isGood) ? "green" : "red", summary)}`);
      terminal.print(wrap(meaning(program, results), tableWidth, 0));
    },
  };
}
