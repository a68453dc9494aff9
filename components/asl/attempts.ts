// The variable that counts how often a step failed in earnest, where its execution goes on after a redrive.
import { failureVariable } from "./catch";
import { type Expression, expression } from "./states";

/**
 * The variable `attempts`: `{ step, count }`. It names its step, since the next step of the same execution counts from the beginning. A
 * gate hands it on in its input and assigns it again, so that nothing depends on a variable's surviving a redrive.
 */
export const attemptsVariable = "attempts";

/** Whose failures are counted. */
export interface CountedStep {
  /** The step, in a workflow of several. */
  readonly step?: string;
  /** True where work may be held without an attempt: `$failure.Held`. */
  readonly holds?: boolean;
}

/** JSONata that is true of work which was never attempted. */
export const isHeld = `$${failureVariable}.Held = true`;

/** JSONata: the failures of this step that were attempts, the one at hand included. */
export function attemptsNow({ step = "", holds = false }: CountedStep): string {
  const before = `($${attemptsVariable}.step = ${JSON.stringify(step)} ? $${attemptsVariable}.count : 0)`;
  return `${before} + ${holds ? `(${isHeld} ? 0 : 1)` : "1"}`;
}

/** JSONata: the variable's next value. */
export function attemptsValue(counted: CountedStep): string {
  return `{"step": ${JSON.stringify(counted.step ?? "")}, "count": ${attemptsNow(counted)}}`;
}

/** What a state that writes a record assigns. */
export function assignAttempts(counted: CountedStep): { readonly [attemptsVariable]: Expression } {
  return { [attemptsVariable]: expression(attemptsValue(counted)) };
}
