// What is wrong with a definition, gathered while its parts are looked at.
import type { Json, JsonObject } from "../../../json";
import { AwsError } from "../../../service";
import { expressionIn } from "../jsonata/template";

export type DiagnosticCode =
  | "SCHEMA_VALIDATION_FAILED"
  | "MISSING_TRANSITION_TARGET"
  | "DUPLICATE_STATE_NAME"
  | "INVALID_JSONATA_EXPRESSION"
  | "UNSUPPORTED_JSONATA_EXPRESSION";

/** Collects diagnostics; helpers look at single fields. Locations are JSON pointers, as AWS writes them. */
export class Diagnostics {
  private readonly found: string[] = [];

  add(message: string, location: string, code: DiagnosticCode = "SCHEMA_VALIDATION_FAILED"): void {
    this.found.push(`${code}: ${message} at ${location}`);
  }

  /** Throws AWS's InvalidDefinition when anything was added. */
  throwIfAny(): void {
    if (this.found.length === 0) return;
    throw new AwsError("InvalidDefinition", `Invalid State Machine Definition: '${this.found.join(", ")}'`);
  }

  get none(): boolean {
    return this.found.length === 0;
  }

  fields(value: JsonObject, allowed: readonly string[], location: string): void {
    for (const name of Object.keys(value)) {
      if (!allowed.includes(name)) this.add(`Field '${name}' is not supported`, location);
    }
  }

  required(value: JsonObject, field: string, location: string): void {
    if (value[field] === undefined) this.add(`The field '${field}' is required but was missing`, location);
  }

  string(value: JsonObject, field: string, location: string): void {
    const found = value[field];
    if (found !== undefined && typeof found !== "string") {
      this.add(`Value for the field '${field}' must be a string, got ${JSON.stringify(found)}`, `${location}/${field}`);
    }
  }

  /** A whole number in a range, or an expression where one is allowed. */
  integer(
    value: JsonObject,
    field: string,
    range: { readonly low: number; readonly high: number; readonly orExpression?: boolean },
    location: string,
  ): void {
    const found = value[field];
    if (found === undefined || (range.orExpression === true && expressionIn(found) !== undefined)) return;
    if (Number.isInteger(found) && Number(found) >= range.low && Number(found) <= range.high) return;
    const expression = range.orExpression === true ? " or a JSONata expression" : "";
    const allowed = `a whole number from ${range.low} to ${range.high}${expression}`;
    this.add(`Value for the field '${field}' must be ${allowed}, got ${JSON.stringify(found)}`, `${location}/${field}`);
  }

  object(value: Json | undefined, location: string): value is JsonObject {
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return true;
    this.add(`The value must be an object, got ${JSON.stringify(value)}`, location);
    return false;
  }
}

/** A definition that AWS takes and the simulator does not have. */
export function unsupportedDefinition(what: string, has: string, location: string): AwsError {
  return new AwsError(
    "SimulatorUnsupportedDefinition",
    `the simulator does not have ${what} (at ${location}); it has ${has}`,
    501,
  );
}
