// Fail: ends its branch with an error that it names itself.
import type { Json } from "../../../json";
import type { StateDefinition } from "../definition/definition";
import type { Visit } from "../visit";
import type { StateType } from "./stateType";

interface FailState extends StateDefinition {
  readonly Error?: Json;
  readonly Cause?: Json;
}

function text(visit: Visit, field: "Error" | "Cause"): string | undefined {
  const template = (visit.definition as FailState)[field];
  return template === undefined ? undefined : (visit.template().evaluateAs(template, field, "string") as string);
}

export const fail: StateType = {
  name: "Fail",
  fields: ["Error", "Cause"],
  check: (state, location, diagnostics) => {
    diagnostics.string(state, "Error", location);
    diagnostics.string(state, "Cause", location);
  },
  run: (visit) => {
    const [error, cause] = [text(visit, "Error"), text(visit, "Cause")];
    visit.branchFails({ ...(error === undefined ? {} : { error }), ...(cause === undefined ? {} : { cause }) });
  },
};
