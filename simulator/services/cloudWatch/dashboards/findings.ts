// What is wrong with a dashboard's body, place by place, in the words that CloudWatch uses.
import type { JsonObject } from "../../../json";

/** AWS: API DashboardValidationMessage. */
export interface Finding {
  /** Such as `/widgets/0/properties`. */
  readonly dataPath: string;
  readonly message: string;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Checks members of one object, and notes what is wrong. */
export class Findings {
  readonly all: Finding[] = [];

  add(dataPath: string, message: string): void {
    this.all.push({ dataPath, message });
  }

  required(path: string, object: JsonObject, ...names: readonly string[]): boolean {
    const missing = names.filter((name) => object[name] === undefined);
    for (const name of missing) this.add(path, `Should have required property '${name}'`);
    return missing.length === 0;
  }

  /** CloudWatch does not say what it does with a property that it does not know; here it is an error. */
  onlyKnown(path: string, object: JsonObject, names: readonly string[]): void {
    for (const name of Object.keys(object)) {
      if (!names.includes(name)) this.add(path, `Should NOT have additional properties, such as '${name}'`);
    }
  }

  string(path: string, value: unknown): value is string | undefined {
    return this.check(path, value, typeof value === "string", "Should be string");
  }

  boolean(path: string, value: unknown): value is boolean | undefined {
    return this.check(path, value, typeof value === "boolean", "Should be boolean");
  }

  number(path: string, value: unknown): value is number | undefined {
    return this.check(path, value, typeof value === "number", "Should be number");
  }

  integer(path: string, value: unknown, least: number, most = Number.POSITIVE_INFINITY): void {
    if (value === undefined) return;
    if (!Number.isInteger(value)) this.add(path, "Should be integer");
    else if (Number(value) < least) this.add(path, `Should be >= ${least}`);
    else if (Number(value) > most) this.add(path, `Should be <= ${most}`);
  }

  oneOf(path: string, value: unknown, allowed: readonly string[]): void {
    const known = typeof value === "string" && allowed.includes(value);
    this.check(path, value, known, `Should be equal to one of the allowed values: ${allowed.join(", ")}`);
  }

  matches(path: string, value: unknown, pattern: RegExp): void {
    if (this.string(path, value) && value !== undefined && !pattern.test(value)) {
      this.add(path, `Should match pattern "${pattern.source}"`);
    }
  }

  array(path: string, value: unknown, least: number, most: number): value is unknown[] {
    if (!Array.isArray(value)) {
      this.add(path, "Should be array");
      return false;
    }
    if (value.length < least) this.add(path, `Should NOT have less than ${least} items`);
    if (value.length > most) this.add(path, `Should NOT have more than ${most} items`);
    return true;
  }

  object(path: string, value: unknown): value is JsonObject {
    if (!isObject(value)) this.add(path, "Should be object");
    return isObject(value);
  }

  private check(path: string, value: unknown, holds: boolean, message: string): boolean {
    if (value !== undefined && !holds) this.add(path, message);
    return value === undefined || holds;
  }
}
