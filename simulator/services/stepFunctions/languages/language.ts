// What a query language does for a state: how its fields see the input, and how its output and variables come about.
import type { Json, JsonObject } from "../../../json";
import type { Payload } from "../payload";
import type { Visit } from "../visit";

/** How a state is left. */
export interface Leaving {
  /** What it made: a service's answer, the branches' outputs, a caught error; its input, for types that make nothing. */
  readonly result: Payload;
  /** Where that came from; it decides which fields see it. */
  readonly from: "work" | "input" | "error";
  /**
   * Whose Output, Assign or ResultPath count.
   * @default the state
   */
  readonly fields?: LeavingFields;
  /** Where those fields are: "" or such as "Catch[0]/". */
  readonly location?: string;
  /** @default the state's Next; without any, the branch ends here */
  readonly next?: string;
}

export interface LeavingFields {
  readonly Output?: Json;
  readonly Assign?: JsonObject;
  readonly ResultPath?: string | null;
}

export interface Left {
  readonly output: Payload;
  /** New values of variables as JSON text. */
  readonly assigned: Readonly<Record<string, string>> | undefined;
}

/** Fields that hold a number, as a value, an expression, or (with "Path" behind the name) where it is found. */
export type NumberField =
  | "TimeoutSeconds"
  | "HeartbeatSeconds"
  | "MaxConcurrency"
  | "ToleratedFailureCount"
  | "ToleratedFailurePercentage";

/** Everything here throws StateFailure. */
export interface Language {
  readonly name: "JSONata" | "JSONPath";
  /** What the state sees: in JSONPath, its InputPath may take a part of it. */
  input(visit: Visit): Payload;
  /** What goes to a service or into the branches of a Parallel state. */
  arguments(visit: Visit): Payload;
  /** A number within bounds, undefined when the state does not say. */
  number(visit: Visit, field: NumberField, low: number, high: number): number | undefined;
  /** The Error and Cause of a Fail state. */
  text(visit: Visit, field: "Error" | "Cause"): string | undefined;
  /** What a Map state works on. */
  items(visit: Visit): readonly Json[];
  /** The input of one iteration. @param map the context object's Map part, as JSON text */
  item(visit: Visit, value: Json, map: string): Payload;
  leave(visit: Visit, leaving: Leaving): Left;
}
