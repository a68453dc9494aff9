// Plays all cases of a program in process, once for a test file, and keeps what was printed.
import type { EvaluatedProgram } from "@respool/simulator";
import { Terminal } from "../../demo/terminal";
import type { CaseResult } from "../../drill/caseResult";
import { drillCases } from "../../drill/cases";
import { tablePrinter } from "../../drill/printers";
import { playCases } from "../../drill/program";
import { evaluateDrillProgram, type ProgramName } from "../../drill/programs";

export interface Drilled {
  readonly program: EvaluatedProgram;
  readonly results: readonly CaseResult[];
  /** All of the output. */
  readonly printed: string;
}

/** All cases, with the default seed. */
export async function drilled(name: ProgramName): Promise<Drilled> {
  const printed: string[] = [];
  const terminal = new Terminal({ write: (text) => printed.push(text) }, {});
  const program = await evaluateDrillProgram(name);
  const results = playCases(program, drillCases, 1, tablePrinter(terminal, name));
  return { program, results, printed: printed.join("") };
}

/** The names of the cases of which something holds. */
export function namesOf(results: readonly CaseResult[], holds: (result: CaseResult) => boolean): readonly string[] {
  return results.filter(holds).map(({ name }) => name);
}
