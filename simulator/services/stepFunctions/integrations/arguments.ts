// The Arguments of an integration, looked at when the definition is created.
import type { Json } from "../../../json";
import type { Diagnostics } from "../definition/diagnostics";
import { expressionIn } from "../jsonata/template";

/** Reports unknown and missing arguments; an expression for all of them is not looked into. */
export function checkArguments(
  field: Json | undefined,
  rules: { readonly supported?: readonly string[]; readonly required: readonly string[] },
  location: string,
  diagnostics: Diagnostics,
): void {
  if (expressionIn(field) !== undefined) return;
  const at = `${location}/Arguments`;
  if (!diagnostics.object(field ?? {}, at)) return;
  const names = Object.keys((field ?? {}) as object);
  for (const name of rules.required) {
    if (!names.includes(name)) diagnostics.add(`The field '${name}' is required but was missing`, at);
  }
  for (const name of names) {
    const known = rules.supported === undefined || rules.supported.includes(name);
    if (!known) diagnostics.add(`The field "${name}" is not supported by Step Functions`, at);
  }
}
