// What `npm run conformance` does: replay, compare, report, and hold the areas to their floors.
import { writeFileSync } from "node:fs";
import { checkRisen, committedFloors, type Floors, raised, readFloors, verdict, writeFloors } from "./floors";
import { loadCases } from "./load";
import { type Options, parseOptions, usage } from "./options";
import { describeFailure, describeSkip, describeSummary } from "./report";
import { type CaseResult, results, type Summary, summarise } from "./run";

export interface Surroundings {
  readonly print: (line: string) => void;
  readonly complain: (line: string) => void;
  /** The committed floors' file. */
  readonly floorsFile: string;
}

function replayAll({ folder, only, verbose }: Options, print: Surroundings["print"]): CaseResult[] {
  const all: CaseResult[] = [];
  for (const result of results(loadCases(folder), only)) {
    all.push(result);
    if (verbose && result.result === "failed") print(describeFailure(result));
    if (verbose && result.result === "skipped") print(describeSkip(result));
  }
  if (all.length === 0) throw new Error(`no case${only === undefined ? "" : ` of the area ${only}`} in ${folder}`);
  return all;
}

function countVerdicts({ areas }: Summary, floors: Floors): { passed: number; failed: number; skipped: number } {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const [area, one] of Object.entries(areas)) counts[verdict(area, one, floors)] += 1;
  return counts;
}

function run(options: Options, { print, floorsFile }: Surroundings): number {
  const floors = readFloors(floorsFile);
  checkRisen(floors, committedFloors(floorsFile));
  const summary = summarise(replayAll(options, print));
  print(describeSummary(summary, floors));
  if (options.raise) writeFloors(floorsFile, raised(floors, summary));
  const { passed, failed, skipped } = countVerdicts(summary, floors);
  if (options.areas !== undefined) writeFileSync(options.areas, `${passed} ${failed} ${skipped}\n`);
  if (options.json) print(JSON.stringify(summary));
  return failed === 0 ? 0 : 1;
}

/** @returns the exit code: 0, 1 when an area is below its floor, 2 when it could not be told */
export function runConformance(args: readonly string[], surroundings: Surroundings): number {
  let options: Options;
  try {
    options = parseOptions(args);
  } catch (error) {
    surroundings.complain(`${(error as Error).message}\n${usage}`);
    return 2;
  }
  try {
    return run(options, surroundings);
  } catch (error) {
    surroundings.complain((error as Error).message);
    return 2;
  }
}
