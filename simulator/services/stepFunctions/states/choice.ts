// Choice: the first rule whose Condition is true says where to go.
import type { Json, JsonObject } from "../../../json";
import type { StateDefinition } from "../definition/definition";
import { StateFailure } from "../failure";
import { expressionIn } from "../jsonata/template";
import { checkAssign, type StateType } from "./stateType";

interface ChoiceRule {
  readonly Condition: Json;
  readonly Next: string;
  readonly Output?: Json;
  readonly Assign?: JsonObject;
}

interface ChoiceState extends StateDefinition {
  readonly Choices: readonly ChoiceRule[];
  readonly Default?: string;
}

const ruleFields = ["Condition", "Next", "Output", "Assign", "Comment"];

export const choice: StateType = {
  name: "Choice",
  fields: ["Choices", "Default", "Output", "Assign"],
  check: (state, location, diagnostics) => {
    checkAssign(state, location, diagnostics);
    diagnostics.string(state, "Default", location);
    const { Choices: choices } = state;
    if (!Array.isArray(choices) || choices.length === 0) {
      diagnostics.add("The field 'Choices' must be a non-empty array", location);
      return;
    }
    choices.forEach((rule: Json, index) => {
      const at = `${location}/Choices[${index}]`;
      if (!diagnostics.object(rule, at)) return;
      diagnostics.fields(rule, ruleFields, at);
      diagnostics.required(rule, "Condition", at);
      diagnostics.required(rule, "Next", at);
      diagnostics.string(rule, "Next", at);
      checkAssign(rule, at, diagnostics);
      const { Condition: condition } = rule;
      if (condition !== undefined && typeof condition !== "boolean" && expressionIn(condition) === undefined) {
        diagnostics.add("Value for the field 'Condition' must be a boolean or a JSONata expression", `${at}/Condition`);
      }
    });
  },
  run: (visit) => {
    const { Choices, Default } = visit.definition as ChoiceState;
    const template = visit.template();
    for (const [index, rule] of Choices.entries()) {
      if (template.evaluateAs(rule.Condition, `Choices[${index}]/Condition`, "boolean") !== true) continue;
      visit.leave({ defaultOutput: visit.input, fields: rule, location: `Choices[${index}]/`, next: rule.Next });
      return;
    }
    if (Default === undefined) {
      // AWS reports States.Runtime here; the Developer Guide's States.NoChoiceMatched was not seen in practice.
      const cause = `${visit.where} Failed to transition out of the state. The state does not point to a next state.`;
      throw new StateFailure({ error: "States.Runtime", cause, caughtBy: "nothing" });
    }
    visit.leave({ defaultOutput: visit.input, next: Default });
  },
};
