// Pass: its input, or its Output, goes on at once.
import { checkAssign, checkNextOrEnd, type StateType } from "./stateType";

export const pass: StateType = {
  name: "Pass",
  fields: ["Next", "End", "Output", "Assign"],
  check: (state, location, diagnostics) => {
    checkNextOrEnd(state, location, diagnostics);
    checkAssign(state, location, diagnostics);
  },
  run: (visit) => {
    visit.leave({ defaultOutput: visit.input });
  },
};
