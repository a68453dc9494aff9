// A Logs Insights query as its parser gives it.
import type { Aggregation } from "./aggregations";
import type { Functions } from "./functions";
import type { Place } from "./malformedQuery";

export type BinaryOperator = "+" | "-" | "*" | "/" | "^" | "%" | "=" | "!=" | "<" | "<=" | ">" | ">=" | "and" | "or";

export type Expression =
  | { readonly kind: "literal"; readonly value: number | string | boolean }
  | { readonly kind: "period"; readonly milliseconds: number }
  | { readonly kind: "field"; readonly name: string }
  | { readonly kind: "call"; readonly function: keyof Functions; readonly arguments: readonly Expression[] }
  | {
      readonly kind: "binary";
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: "not"; readonly operand: Expression }
  | { readonly kind: "minus"; readonly operand: Expression }
  | { readonly kind: "like"; readonly operand: Expression; readonly pattern: RegExp | string }
  | { readonly kind: "in"; readonly operand: Expression; readonly list: readonly Expression[] };

/** An expression and the column that it fills. */
export interface Column {
  /** The alias, or the expression as it was written. */
  readonly name: string;
  readonly value: Expression;
}

export interface Statistic {
  readonly name: string;
  readonly aggregation: Aggregation;
  /** Absent for `count(*)`. */
  readonly of?: Expression;
  /** The percentile of `pct`. */
  readonly percent?: number;
}

export interface SortKey {
  readonly value: Expression;
  readonly descending: boolean;
}

export type Command =
  | { readonly kind: "fields"; readonly columns: readonly Column[] }
  | { readonly kind: "display"; readonly names: readonly string[] }
  | { readonly kind: "filter"; readonly condition: Expression }
  | { readonly kind: "stats"; readonly statistics: readonly Statistic[]; readonly by: readonly Column[] }
  | { readonly kind: "sort"; readonly keys: readonly SortKey[] }
  | { readonly kind: "limit"; readonly count: number }
  | { readonly kind: "parse"; readonly from: Expression; readonly pattern: RegExp; readonly names: readonly string[] }
  | { readonly kind: "dedup"; readonly names: readonly string[] };

export interface PlacedCommand {
  readonly command: Command;
  readonly place: Place;
}
