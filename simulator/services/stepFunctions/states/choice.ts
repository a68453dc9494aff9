// Choice: the first rule that holds says where to go.
import type { Json, JsonObject } from "../../../json";
import type { StateDefinition } from "../definition/definition";
import type { Diagnostics } from "../definition/diagnostics";
import { expressionIn } from "../jsonata/template";
import type { LeavingFields } from "../languages/language";
import { runtimeFailure } from "../languages/pathEvaluator";
import type { Visit } from "../visit";
import { checkComparison, comparisonHolds } from "./choiceRule";
import { checkAssign, type StateType } from "./stateType";

interface ChoiceRule extends LeavingFields {
  readonly Condition?: Json;
  readonly Next: string;
}

interface ChoiceState extends StateDefinition {
  readonly Choices: readonly ChoiceRule[];
  readonly Default?: string;
}

const ruleFields = ["Condition", "Next", "Output", "Assign", "Comment"];

function checkCondition(rule: JsonObject, location: string, diagnostics: Diagnostics): void {
  diagnostics.fields(rule, ruleFields, location);
  diagnostics.required(rule, "Condition", location);
  const { Condition: condition } = rule;
  if (condition !== undefined && typeof condition !== "boolean" && expressionIn(condition) === undefined) {
    const message = "Value for the field 'Condition' must be a boolean or a JSONata expression";
    diagnostics.add(message, `${location}/Condition`);
  }
}

/** Finds the rule that holds. Throws StateFailure. */
function ruleOf(visit: Visit, rules: readonly ChoiceRule[]): { rule: ChoiceRule; location: string } | undefined {
  const isJsonata = visit.language.name === "JSONata";
  const template = isJsonata ? visit.template() : undefined;
  for (const [index, rule] of rules.entries()) {
    const location = `Choices[${index}]/`;
    const holds =
      template === undefined
        ? comparisonHolds(visit, rule as unknown as JsonObject)
        : template.evaluateAs(rule.Condition ?? null, `${location}Condition`, "boolean") === true;
    if (holds) return { rule, location };
  }
  return undefined;
}

export const choice: StateType = {
  name: "Choice",
  fields: { both: ["Choices", "Default", "Assign"], JSONata: ["Output"], JSONPath: ["InputPath", "OutputPath"] },
  check: (state, { location, diagnostics, language }) => {
    diagnostics.string(state, "Default", location);
    const { Choices: choices } = state;
    if (!Array.isArray(choices) || choices.length === 0) {
      diagnostics.add("The field 'Choices' must be a non-empty array", location);
      return;
    }
    choices.forEach((rule: Json, index) => {
      const at = `${location}/Choices[${index}]`;
      if (!diagnostics.object(rule, at)) return;
      if (language === "JSONata") checkCondition(rule, at, diagnostics);
      else checkComparison(rule, at, diagnostics, ["Next", "Assign"]);
      diagnostics.required(rule, "Next", at);
      diagnostics.string(rule, "Next", at);
      checkAssign(rule, at, diagnostics, language);
    });
  },
  run: (visit) => {
    const { Choices, Default } = visit.definition as ChoiceState;
    const result = visit.language.input(visit);
    const found = ruleOf(visit, Choices);
    if (found !== undefined) {
      const { rule, location } = found;
      visit.leave({ result, from: "input", fields: rule, location, next: rule.Next });
      return;
    }
    if (Default === undefined) {
      // AWS reports States.Runtime here; the Developer Guide's States.NoChoiceMatched was not seen in practice.
      const problem = "Failed to transition out of the state. The state does not point to a next state.";
      throw runtimeFailure(visit, problem);
    }
    visit.leave({ result, from: "input", next: Default });
  },
};
