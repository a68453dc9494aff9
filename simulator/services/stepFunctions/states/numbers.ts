// Fields that hold a number as a value, as an expression, or as a path, looked at when the definition is created.
import type { JsonObject } from "../../../json";
import type { Diagnostics } from "../definition/diagnostics";
import type { Language } from "../languages/language";
import { checkPath } from "./paths";

export interface NumberRange {
  readonly low: number;
  readonly high: number;
  readonly language: Language["name"];
}

/** JSONata takes a number or an expression; JSONPath a number, or the field with "Path" behind its name. */
export function checkNumber(
  state: JsonObject,
  field: string,
  { low, high, language }: NumberRange,
  location: string,
  diagnostics: Diagnostics,
): void {
  diagnostics.integer(state, field, { low, high, orExpression: language === "JSONata" }, location);
  if (language === "JSONata") return;
  checkPath(state, `${field}Path`, location, diagnostics);
  if (state[field] !== undefined && state[`${field}Path`] !== undefined) {
    diagnostics.add(`State cannot have both '${field}' and '${field}Path'`, location);
  }
}
