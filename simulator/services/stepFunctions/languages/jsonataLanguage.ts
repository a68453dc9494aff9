// States in JSONata: Arguments, Output, Assign and expressions (Developer Guide: "Transforming data with JSONata").
import type { Json, JsonObject } from "../../../json";
import type { StateDefinition } from "../definition/definition";
import { dataLimitExceeded, StateFailure } from "../failure";
import { Payload } from "../payload";
import type { Visit } from "../visit";
import type { Language, Leaving, Left } from "./language";

type Fields = StateDefinition & Readonly<Record<string, Json | undefined>>;

function fieldsOf(visit: Visit): Fields {
  return visit.definition as Fields;
}

function notAnArray(visit: Visit, value: Json): StateFailure {
  return new StateFailure({
    error: "States.QueryEvaluationError",
    cause: `${visit.where} Map state input must be an array but was: ${JSON.stringify(value)}`,
    evaluation: { location: undefined },
  });
}

function leave(visit: Visit, leaving: Leaving): Left {
  const { fields = visit.definition, location = "", from, result } = leaving;
  const template = visit.template({
    ...(from === "work" ? { result } : {}),
    ...(from === "error" ? { errorOutput: result } : {}),
  });
  const { Output, Assign } = fields;
  const output = Output === undefined ? result : Payload.of(template.evaluate(Output, `${location}Output`));
  if (output.exceedsLimit) throw new StateFailure(dataLimitExceeded(visit.name, "ownName"));
  if (Assign === undefined || Object.keys(Assign).length === 0) return { output, assigned: undefined };
  const assigned: Record<string, string> = {};
  const values = template.evaluate(Assign, `${location}Assign`) as JsonObject;
  for (const [name, value] of Object.entries(values)) assigned[name] = JSON.stringify(value);
  return { output, assigned };
}

export const jsonataLanguage: Language = {
  name: "JSONata",
  input: (visit) => visit.input,
  arguments: (visit) => {
    const field = fieldsOf(visit).Arguments;
    return field === undefined ? visit.input : Payload.of(visit.template().evaluate(field, "Arguments"));
  },
  number: (visit, field, low, high) => {
    const template = fieldsOf(visit)[field];
    if (template === undefined) return undefined;
    const value = visit.template().evaluateAs(template, field, "number") as number;
    const isWhole = field === "ToleratedFailurePercentage" || Number.isInteger(value);
    if (isWhole && value >= low && value <= high) return value;
    throw new StateFailure({
      error: "States.QueryEvaluationError",
      cause: `${visit.where} The ${field} field must be a whole number from ${low} to ${high}: ${value}`,
      evaluation: { location: field, afterEntry: true },
    });
  },
  text: (visit, field) => {
    const template = fieldsOf(visit)[field];
    return template === undefined ? undefined : (visit.template().evaluateAs(template, field, "string") as string);
  },
  items: (visit) => {
    const field = fieldsOf(visit).Items;
    if (field !== undefined) return visit.template().evaluateAs(field, "Items", "array") as readonly Json[];
    const { value } = visit.input;
    if (Array.isArray(value)) return value;
    throw notAnArray(visit, value);
  },
  item: (visit, value, map) => {
    const selector = fieldsOf(visit).ItemSelector;
    if (selector === undefined) return Payload.of(value);
    return Payload.of(visit.template({ map }).evaluate(selector, "ItemSelector"));
  },
  leave,
};
