// Map, inline: the same states for every item; the output is the array of what they made.
import type { JsonObject } from "../../../json";
import type { StateDefinition, StateGraph } from "../definition/definition";
import { unsupportedDefinition } from "../definition/diagnostics";
import { dataLimitExceeded, StateFailure } from "../failure";
import { Fork } from "../fork";
import { checkNumber } from "./numbers";
import { joined } from "./parallel";
import { checkPath, checkPayloadTemplate } from "./paths";
import { checkRecovery } from "./recovery";
import { checkNextOrEnd, type StateType } from "./stateType";

interface MapState extends StateDefinition {
  readonly ItemProcessor?: StateGraph;
  /** The older name of ItemProcessor. */
  readonly Iterator?: StateGraph;
}

/** Iterations that an inline Map runs at the same time (Developer Guide: "Using Map state in Inline mode"). */
const mostConcurrent = 40;

const largest = Number.MAX_SAFE_INTEGER;

/** Fields that only the distributed mode has. */
const distributedFields = ["ItemReader", "ItemBatcher", "ResultWriter", "Label"];

const inlineOnly = "Map states in inline mode";

function refuseDistributed(state: JsonObject, location: string): void {
  for (const field of distributedFields) {
    if (state[field] !== undefined) throw unsupportedDefinition(field, inlineOnly, location);
  }
  for (const field of ["ItemProcessor", "Iterator"]) {
    const { Mode: mode } = ((state[field] as JsonObject | undefined)?.ProcessorConfig ?? {}) as JsonObject;
    if (mode !== undefined && mode !== "INLINE") {
      const what = `the processor mode ${JSON.stringify(mode)}`;
      throw unsupportedDefinition(what, inlineOnly, `${location}/${field}/ProcessorConfig/Mode`);
    }
  }
}

const fields: StateType["fields"] = {
  both: [
    ...["Next", "End", "Assign", "Retry", "Catch", "ItemProcessor", "Iterator", "ItemSelector", "MaxConcurrency"],
    ...["ToleratedFailureCount", "ToleratedFailurePercentage", ...distributedFields],
  ],
  JSONata: ["Output", "Items"],
  JSONPath: [
    ...["InputPath", "ItemsPath", "Parameters", "ResultSelector", "ResultPath", "OutputPath", "MaxConcurrencyPath"],
    ...["ToleratedFailureCountPath", "ToleratedFailurePercentagePath"],
  ],
};

export const map: StateType = {
  name: "Map",
  fields,
  check: (state, { location, diagnostics, language, checkGraph }) => {
    refuseDistributed(state, location);
    checkNextOrEnd(state, location, diagnostics);
    checkRecovery(state, location, diagnostics, language);
    const processor = state.ItemProcessor === undefined && state.Iterator !== undefined ? "Iterator" : "ItemProcessor";
    diagnostics.required(state, processor, location);
    if (state[processor] !== undefined) {
      checkGraph(state[processor], `${location}/${processor}`, ["ProcessorConfig"]);
    }
    checkNumber(state, "MaxConcurrency", { low: 0, high: largest, language }, location, diagnostics);
    checkNumber(state, "ToleratedFailureCount", { low: 0, high: largest, language }, location, diagnostics);
    if (language === "JSONata") return;
    checkPath(state, "ItemsPath", location, diagnostics);
    checkPath(state, "ToleratedFailurePercentagePath", location, diagnostics);
    checkPayloadTemplate(state.ItemSelector, `${location}/ItemSelector`, diagnostics);
  },
  run: (visit) => {
    const { language } = visit;
    const { ItemProcessor, Iterator } = visit.definition as MapState;
    const items = language.items(visit);
    const concurrency = language.number(visit, "MaxConcurrency", 0, largest) ?? 0;
    // Evaluated and checked, without an effect: only the distributed mode tolerates failures (Developer Guide).
    language.number(visit, "ToleratedFailureCount", 0, largest);
    language.number(visit, "ToleratedFailurePercentage", 0, 100);
    visit.record("MapStateStarted", { length: items.length });
    visit.fork = new Fork(visit, {
      strands: items.map((value, index) => {
        const item = JSON.stringify({ Item: { Index: index, Value: value } });
        return {
          graph: (ItemProcessor ?? Iterator) as StateGraph,
          map: item,
          input: () => {
            const input = language.item(visit, value, item);
            if (input.exceedsLimit) throw new StateFailure(dataLimitExceeded(visit.name, "ownName"));
            return input;
          },
        };
      }),
      concurrency: Math.min(concurrency === 0 ? mostConcurrent : concurrency, mostConcurrent),
      iterations: true,
      done: (outputs) => visit.leave({ result: joined(outputs), from: "work" }),
    });
    visit.fork.start();
  },
};
