// Succeed: ends its branch with its input or its output.
import type { StateType } from "./stateType";

export const succeed: StateType = {
  name: "Succeed",
  fields: { both: [], JSONata: ["Output"], JSONPath: ["InputPath", "OutputPath"] },
  check: () => undefined,
  run: (visit) => {
    visit.leave({ result: visit.language.input(visit), from: "input" });
  },
};
