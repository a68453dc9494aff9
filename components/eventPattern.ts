// Event patterns of EventBridge, checked where AWS would refuse them, or take them and match nothing.
import * as pulumi from "@pulumi/pulumi";
import { inWords } from "./validate";

/** What an event has beside `detail` (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html). */
const fields = ["version", "id", "detail-type", "source", "account", "time", "region", "resources", "detail"];

/**
 * The pattern as EventBridge takes it. Each value is a list of what matches, or an object of further fields
 * (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern.html).
 *
 * @throws when it is no pattern
 */
export function eventPatternText(argument: string, pattern: unknown): string {
  if (!isObject(pattern) || Object.keys(pattern).length === 0) {
    throw new Error(
      `[${argument}] must be an event pattern such as { source: ["shop.orders"] }, got ${inWords(pattern)}`,
    );
  }
  for (const field of Object.keys(pattern)) {
    const meant = fields.find((known) => known !== field && letters(known) === letters(field));
    if (meant !== undefined) {
      throw new Error(`[${argument}] must name the field "${meant}" as events do, got "${field}"`);
    }
  }
  checkFields(argument, pattern);
  return JSON.stringify(pattern);
}

function checkFields(argument: string, pattern: object): void {
  // JSON leaves out what is undefined.
  const given = Object.entries(pattern).filter(([, value]) => value !== undefined);
  for (const [field, value] of given) {
    const path = `${argument}.${field}`;
    if (isObject(value) && field !== "$or" && Object.keys(value).length > 0) {
      checkFields(path, value);
    } else if (!Array.isArray(value) || value.length === 0) {
      const hint = pulumi.Output.isInstance(value)
        ? ": let the whole pattern be an Output, pulumi.output({ ... })"
        : "";
      throw new Error(
        `[${path}] must be a list such as ["shop.orders"], or an object of such lists, got ${inWords(value)}${hint}`,
      );
    }
  }
}

/** `detailType` and `detail_type` are mistaken for `detail-type`. */
function letters(field: string): string {
  return field.toLowerCase().replaceAll(/[^a-z]/g, "");
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !pulumi.Output.isInstance(value);
}
