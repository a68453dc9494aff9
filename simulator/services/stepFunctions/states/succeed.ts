// Succeed: ends its branch with its input or its Output.
import type { StateType } from "./stateType";

export const succeed: StateType = {
  name: "Succeed",
  fields: ["Output"],
  check: () => undefined,
  run: (visit) => {
    visit.leave({ defaultOutput: visit.input });
  },
};
