// Plays all cases of a program in process, once for a test file, and keeps what was printed.
import { Terminal } from "../../demo/terminal";
import type { CaseResult } from "../../drill/caseResult";
import { drillCases } from "../../drill/cases";
import { tablePrinter } from "../../drill/printers";
import { playCases } from "../../drill/program";
import { evaluateDrillProgram, type ProgramName } from "../../drill/programs";

export interface Drilled {
  readonly results: readonly CaseResult[];
  /** All of the output. */
  readonly printed: string;
}

/** All cases, with the default seed. */
export async function drilled(program: ProgramName): Promise<Drilled> {
  const printed: string[] = [];
  const terminal = new Terminal({ write: (text) => printed.push(text) }, {});
  const results = playCases(await evaluateDrillProgram(program), drillCases, 1, tablePrinter(terminal, program));
  return { results, printed: printed.join("") };
}

/** The names of the cases of which something holds. */
export function namesOf(results: readonly CaseResult[], holds: (result: CaseResult) => boolean): readonly string[] {
  return results.filter(holds).map(({ name }) => name);
}
