// Values of Logs Insights: text, numbers, truth, and what is missing.

export type Value = string | number | boolean | undefined;

/** A line's fields and what the query made of it. */
export type Row = ReadonlyMap<string, Value>;

/** A number, also when it is written as text, as fields that a `parse` found are. */
export function numberOf(value: Value): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value === "boolean") return Number(value);
  if (value === undefined || !/^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*$/.test(value)) return undefined;
  return Number(value);
}

/** Text as results show it: numbers with four decimals at most, truth as 1 and 0. */
export function textOf(value: string | number | boolean): string {
  if (typeof value === "number") return String(Math.round(value * 10_000) / 10_000);
  return typeof value === "boolean" ? String(Number(value)) : value;
}

/** Numbers by size where both are, else texts; what is missing comes first. */
export function compare(left: Value, right: Value): number {
  if (left === undefined || right === undefined) return Number(left !== undefined) - Number(right !== undefined);
  const [a, b] = [numberOf(left), numberOf(right)];
  if (a !== undefined && b !== undefined) return a - b;
  const [x, y] = [textOf(left), textOf(right)];
  return x < y ? -1 : Number(x > y);
}

/** `2026-01-05 08:00:00.000`, as Logs Insights writes times. */
export function timeText(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace("T", " ").replace("Z", "");
}

/** Milliseconds since the epoch of a time in that form, or of a number. */
export function timeOf(value: Value): number | undefined {
  if (typeof value === "string" && /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}$/.test(value)) {
    return Date.parse(`${value.replace(" ", "T")}Z`);
  }
  return numberOf(value);
}
