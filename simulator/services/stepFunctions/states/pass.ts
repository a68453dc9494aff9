// Pass: its input, or what it makes of that, goes on at once.
import { Payload } from "../payload";
import { checkNextOrEnd, type StateType } from "./stateType";

export const pass: StateType = {
  name: "Pass",
  fields: {
    both: ["Next", "End", "Assign"],
    JSONata: ["Output"],
    JSONPath: ["InputPath", "Parameters", "Result", "ResultPath", "OutputPath"],
  },
  check: (state, { location, diagnostics }) => {
    checkNextOrEnd(state, location, diagnostics);
  },
  run: (visit) => {
    const { Result } = visit.definition as { readonly Result?: Payload["value"] };
    const result = Result === undefined ? visit.language.arguments(visit) : Payload.of(Result);
    visit.leave({ result, from: "input" });
  },
};
