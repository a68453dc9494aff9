// The arguments of an integration, looked at when the definition is created.
import type { Json } from "../../../json";
import type { Diagnostics } from "../definition/diagnostics";
import { expressionIn } from "../jsonata/template";
import type { ArgumentsField } from "./integration";

/** Reports unknown and missing arguments; an expression for all of them is not looked into. */
export function checkArguments(
  field: Json | undefined,
  rules: { readonly supported?: readonly string[]; readonly required: readonly string[] },
  location: string,
  diagnostics: Diagnostics,
  name: ArgumentsField = "Arguments",
): void {
  if (expressionIn(field) !== undefined) return;
  const at = `${location}/${name}`;
  if (!diagnostics.object(field ?? {}, at)) return;
  const given = Object.keys((field ?? {}) as object);
  // In JSONPath, "QueueUrl.$" gives the argument QueueUrl.
  const names = name === "Parameters" ? given.map((key) => key.replace(/\.\$$/, "")) : given;
  for (const required of rules.required) {
    if (!names.includes(required)) diagnostics.add(`The field '${required}' is required but was missing`, at);
  }
  for (const key of names) {
    const known = rules.supported === undefined || rules.supported.includes(key);
    if (!known) diagnostics.add(`The field "${key}" is not supported by Step Functions`, at);
  }
}
