// Parallel: all branches with the same input; the output is the array of theirs.
import type { Json } from "../../../json";
import type { StateDefinition, StateGraph } from "../definition/definition";
import { dataLimitExceeded, StateFailure } from "../failure";
import { Fork } from "../fork";
import { Payload } from "../payload";
import { checkRecovery } from "./recovery";
import { checkNextOrEnd, type StateType } from "./stateType";

interface ParallelState extends StateDefinition {
  readonly Branches: readonly StateGraph[];
}

/** The array of what branches or iterations made, as JSON text. */
export function joined(outputs: readonly Payload[]): Payload {
  return new Payload(`[${outputs.map(({ text }) => text).join(",")}]`);
}

export const parallel: StateType = {
  name: "Parallel",
  fields: {
    both: ["Next", "End", "Assign", "Branches", "Retry", "Catch"],
    JSONata: ["Output", "Arguments"],
    JSONPath: ["InputPath", "Parameters", "ResultSelector", "ResultPath", "OutputPath"],
  },
  check: (state, { location, diagnostics, language, checkGraph }) => {
    checkNextOrEnd(state, location, diagnostics);
    checkRecovery(state, location, diagnostics, language);
    const { Branches: branches } = state;
    if (!Array.isArray(branches) || branches.length === 0) {
      diagnostics.add("The field 'Branches' must be a non-empty array", location);
      return;
    }
    branches.forEach((branch: Json, index) => {
      checkGraph(branch, `${location}/Branches[${index}]`);
    });
  },
  run: (visit) => {
    const input = visit.language.arguments(visit);
    if (input.exceedsLimit) throw new StateFailure(dataLimitExceeded(visit.name, "ownName"));
    const { Branches } = visit.definition as ParallelState;
    visit.record("ParallelStateStarted");
    visit.fork = new Fork(visit, {
      strands: Branches.map((graph) => ({ graph, input: () => input })),
      concurrency: Branches.length,
      iterations: false,
      done: (outputs) => visit.leave({ result: joined(outputs), from: "work" }),
    });
    visit.fork.start();
  },
};
