// `npm run conformance -- FOLDER`: replays executions recorded on AWS on the simulator, and compares what they came to.
import { loadCases } from "./load";
import { type Options, parseOptions, usage } from "./options";
import { describeFailure, describeSkip, describeSummary } from "./report";
import { type CaseResult, results, summarise } from "./run";

function replayAll({ folder, only, verbose }: Options): CaseResult[] {
  const all: CaseResult[] = [];
  for (const result of results(loadCases(folder), only)) {
    all.push(result);
    if (verbose && result.result === "failed") console.log(describeFailure(result));
    if (verbose && result.result === "skipped") console.log(describeSkip(result));
  }
  if (all.length === 0) throw new Error(`no case${only === undefined ? "" : ` of the area ${only}`} in ${folder}`);
  return all;
}

function main(args: readonly string[]): number {
  let options: Options;
  try {
    options = parseOptions(args);
  } catch (error) {
    console.error(`${(error as Error).message}\n${usage}`);
    return 2;
  }
  const summary = summarise(replayAll(options));
  console.log(describeSummary(summary));
  if (options.json) console.log(JSON.stringify(summary));
  return 0;
}

process.exitCode = main(process.argv.slice(2));
