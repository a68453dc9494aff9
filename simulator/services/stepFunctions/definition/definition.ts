// A state machine's definition after validation, and what an execution sees of its state machine.
import type { Json, JsonObject } from "../../../json";

/** The largest TimeoutSeconds, of a state and of a machine (Amazon States Language, "Task State": the default). */
export const longestTimeout = 99_999_999;

/** What every state may have; each state type adds its own fields. */
export interface StateDefinition {
  readonly Type: string;
  readonly Comment?: string;
  readonly QueryLanguage?: string;
  readonly Next?: string;
  readonly End?: boolean;
  readonly Output?: Json;
  readonly Assign?: JsonObject;
}

/** States that refer to each other: a state machine's own, those of a Parallel branch or of a Map's processor. */
export interface StateGraph {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, StateDefinition>>;
}

export interface StateMachineDefinition extends StateGraph {
  readonly Comment?: string;
  readonly QueryLanguage?: string;
  readonly Version?: string;
  /** Seconds that an execution may take before it ends TIMED_OUT. */
  readonly TimeoutSeconds?: number;
}

/** The query language of a state: its own, else the machine's, else JSONPath. */
export function languageNameOf(
  state: { readonly QueryLanguage?: Json },
  machine: { readonly QueryLanguage?: Json },
): "JSONata" | "JSONPath" {
  return (state.QueryLanguage ?? machine.QueryLanguage) === "JSONata" ? "JSONata" : "JSONPath";
}
