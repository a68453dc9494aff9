// Fail: ends its branch with an error that it names itself.
import { checkPathOrIntrinsic } from "./paths";
import type { StateType } from "./stateType";

export const fail: StateType = {
  name: "Fail",
  fields: { both: ["Error", "Cause"], JSONata: [], JSONPath: ["ErrorPath", "CausePath"] },
  check: (state, { location, diagnostics, language }) => {
    for (const field of ["Error", "Cause"]) {
      diagnostics.string(state, field, location);
      if (language === "JSONata") continue;
      checkPathOrIntrinsic(state, `${field}Path`, location, diagnostics);
      if (state[field] !== undefined && state[`${field}Path`] !== undefined) {
        diagnostics.add(`State cannot have both '${field}' and '${field}Path'`, location);
      }
    }
  },
  run: (visit) => {
    const { language } = visit;
    const [error, cause] = [language.text(visit, "Error"), language.text(visit, "Cause")];
    visit.branchFails({ ...(error === undefined ? {} : { error }), ...(cause === undefined ? {} : { cause }) });
  },
};
