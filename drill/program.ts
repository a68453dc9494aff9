// The drill as a function of its command line and its surroundings, with an exit code as result.
import type { EvaluatedProgram } from "@respool/simulator";
import { UsageError } from "../demo/options";
import { type OutputStream, Terminal } from "../demo/terminal";
import type { CaseResult } from "./caseResult";
import { type DrillCase, drillCases, listOfCases } from "./cases";
import { type Options, parseOptions, UnknownCaseError, USAGE } from "./options";
import { jsonPrinter, type Printer, tablePrinter } from "./printers";
import type { ProgramName } from "./programs";
import { runCase } from "./runCase";
import { isGood } from "./table";

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

/** Runs the drill; the result is the process's exit code. */
export async function runDrill(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const { stdout, stderr, environment } = surroundings;
  let options: Options;
  try {
    options = parseOptions(args);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    stderr.write(error instanceof UnknownCaseError ? `${error.message}\n` : `${error.message}\n\n${USAGE}`);
    return EXIT_USAGE;
  }
  if (options.help) {
    stdout.write(USAGE);
    return 0;
  }
  if (options.list) {
    stdout.write(listOfCases());
    return 0;
  }
  const { control, drillCase, seed, json } = options;
  const program = control ? "control" : "bookshop";
  const printer = json ? jsonPrinter(stdout) : tablePrinter(new Terminal(stdout, environment), program);
  const results = playCases(await surroundings.evaluate(program), drillCase ?? drillCases, seed, printer);
  return control || results.every(isGood) ? 0 : EXIT_FAILURE;
}

/** @param cases one case, whose story is then told, or several */
export function playCases(
  program: EvaluatedProgram,
  cases: DrillCase | readonly DrillCase[],
  seed: number,
  printer: Printer,
): readonly CaseResult[] {
  const alone = "name" in cases;
  printer.begin(alone);
  const results = [cases].flat().map((drillCase) => {
    const result = runCase(program, drillCase, { seed, listener: alone ? printer.story : undefined });
    printer.row(drillCase, result);
    return result;
  });
  printer.end(results);
  return results;
}
