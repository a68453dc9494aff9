// States in JSONPath: InputPath, Parameters, ResultSelector, ResultPath, OutputPath
// (Developer Guide: "Processing input and output in Step Functions").
import type { Json, JsonObject } from "../../../json";
import type { StateDefinition } from "../definition/definition";
import { dataLimitExceeded, StateFailure } from "../failure";
import { jsonPath } from "../jsonPath/path";
import { PathMismatch, withValue } from "../jsonPath/write";
import { Payload } from "../payload";
import type { Visit } from "../visit";
import type { Language, Leaving, Left, NumberField } from "./language";
import { PathEvaluator, runtimeFailure } from "./pathEvaluator";

/** Fields that may have "Path" behind their names. */
type WithPath = { readonly [Field in `${NumberField | "Error" | "Cause"}${"" | "Path"}`]?: Json };

interface Fields extends StateDefinition, WithPath {
  readonly InputPath?: string | null;
  readonly Parameters?: Json;
  readonly ItemSelector?: Json;
  readonly ItemsPath?: string;
  readonly ResultSelector?: Json;
  readonly ResultPath?: string | null;
  readonly OutputPath?: string | null;
}

const nothing = Payload.of({});

function fieldsOf(visit: Visit): Fields {
  return visit.definition as Fields;
}

/** A part of a document, or `{}` for the path null; the whole document keeps its text. */
function part(visit: Visit, payload: Payload, path: string | null | undefined): Payload {
  if (path === undefined || path === "$") return payload;
  return path === null ? nothing : Payload.of(new PathEvaluator(visit, payload.value).field(path));
}

function withResult(visit: Visit, input: Payload, path: string | null | undefined, result: Payload): Payload {
  if (path === undefined || path === "$") return result;
  if (path === null) return input;
  try {
    return Payload.of(withValue(input.value, jsonPath(path)?.steps ?? [], result.value));
  } catch (error) {
    if (!(error instanceof PathMismatch)) throw error;
    const cause = `${visit.where} Unable to apply ReferencePath ${path} to input ${input.text}`;
    throw new StateFailure({ error: "States.ResultPathMatchFailure", cause });
  }
}

function assigned(visit: Visit, assign: JsonObject | undefined, data: Payload): Left["assigned"] {
  if (assign === undefined || Object.keys(assign).length === 0) return undefined;
  const texts: Record<string, string> = {};
  const values = new PathEvaluator(visit, data.value).template(assign) as JsonObject;
  for (const [name, value] of Object.entries(values)) texts[name] = JSON.stringify(value);
  return texts;
}

function leave(visit: Visit, leaving: Leaving): Left {
  const state = fieldsOf(visit);
  const { from, fields = state } = leaving;
  let { result } = leaving;
  if (from === "work" && state.ResultSelector !== undefined) {
    result = Payload.of(new PathEvaluator(visit, result.value).template(state.ResultSelector));
  }
  const resultPath = from === "error" ? fields.ResultPath : state.ResultPath;
  let output = withResult(visit, visit.input, resultPath, result);
  // Recorded: the OutputPath is not applied to what a Catcher makes.
  if (from !== "error") output = part(visit, output, state.OutputPath);
  if (output.exceedsLimit) throw new StateFailure(dataLimitExceeded(visit.name, "ownName"));
  return { output, assigned: assigned(visit, fields.Assign, result) };
}

const number: Language["number"] = (visit, field, low, high) => {
  const state = fieldsOf(visit);
  const path = state[`${field}Path`] as string | undefined;
  if (path === undefined) return state[field] as number | undefined;
  const value = new PathEvaluator(visit, jsonPathLanguage.input(visit).value).field(path);
  const [isKind, kind] =
    field === "ToleratedFailurePercentage"
      ? [typeof value === "number", "float"]
      : [Number.isInteger(value), "integer"];
  if (!isKind) {
    const problem = `The ${field}Path field refers to value ${JSON.stringify(value)} which is not a valid ${kind}: ${path}`;
    throw runtimeFailure(visit, problem);
  }
  const inside = (value as number) >= low && (value as number) <= high;
  if (inside) return value as number;
  // Both texts are recorded for Map states; the rule for other fields is an inference.
  const problem = field.endsWith("Percentage")
    ? `${field} must be between ${low} and ${high}.`
    : (value as number) < 0
      ? `${field} cannot be negative.`
      : `${field} must be between ${low} and ${high}.`;
  throw runtimeFailure(visit, problem);
};

export const jsonPathLanguage: Language = {
  name: "JSONPath",
  input: (visit) => part(visit, visit.input, fieldsOf(visit).InputPath),
  arguments: (visit) => {
    const input = jsonPathLanguage.input(visit);
    const { Parameters } = fieldsOf(visit);
    return Parameters === undefined ? input : Payload.of(new PathEvaluator(visit, input.value).template(Parameters));
  },
  number,
  text: (visit, field) => {
    const state = fieldsOf(visit);
    const path = state[`${field}Path`] as string | undefined;
    if (path === undefined) return state[field] as string | undefined;
    const value = new PathEvaluator(visit, visit.input.value).expression(path, `${field}Path`);
    if (typeof value === "string") return value;
    throw runtimeFailure(
      visit,
      `The ${field}Path field refers to value ${JSON.stringify(value)} which is not a string`,
    );
  },
  items: (visit) => {
    const { ItemsPath = "$" } = fieldsOf(visit);
    const value = new PathEvaluator(visit, jsonPathLanguage.input(visit).value).field(ItemsPath);
    if (Array.isArray(value)) return value;
    throw runtimeFailure(visit, `Reference path "${ItemsPath}" must point to array.`);
  },
  item: (visit, value, map) => {
    // Parameters is the older name of ItemSelector (Developer Guide: "ItemSelector (Map)").
    const { ItemSelector, Parameters } = fieldsOf(visit);
    const selector = ItemSelector ?? Parameters;
    if (selector === undefined) return Payload.of(value);
    return Payload.of(new PathEvaluator(visit, jsonPathLanguage.input(visit).value, map).template(selector));
  },
  leave,
};
