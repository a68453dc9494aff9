// The state machine of a workflow: its steps one after the other.
import type { Continuation, Fragment, StateMachineDefinition, States } from "./states";

/** A step, told what follows it. */
export type ChainedStep = (after: Continuation) => Fragment;

/** @param steps at least one */
export function workflowDefinition(comment: string, steps: readonly ChainedStep[]): StateMachineDefinition {
  let after: Continuation = { End: true };
  let states: States = {};
  let startAt = "";
  for (const step of steps.toReversed()) {
    const fragment = step(after);
    states = { ...fragment.states, ...states };
    startAt = fragment.startAt;
    after = { Next: startAt };
  }
  return { Comment: comment, QueryLanguage: "JSONata", StartAt: startAt, States: states };
}
