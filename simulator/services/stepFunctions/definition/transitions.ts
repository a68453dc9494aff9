// Every transition must lead somewhere, every state must be reached, and some state must end the execution.
import type { StateDefinition, StateGraph } from "./definition";
import type { Diagnostics } from "./diagnostics";

interface Transition {
  readonly target: string;
  readonly field: string;
  readonly location: string;
}

/** The fields in which a state names its successors. */
interface WithTransitions extends StateDefinition {
  readonly Default?: string;
  readonly Choices?: readonly { readonly Next: string }[];
  readonly Catch?: readonly { readonly Next: string }[];
}

function transitionsOf(state: WithTransitions, location: string): Transition[] {
  const found: Transition[] = [];
  const add = (target: string | undefined, field: string, at: string) => {
    if (target !== undefined) found.push({ target, field, location: `${at}/${field}` });
  };
  add(state.Next, "Next", location);
  add(state.Default, "Default", location);
  state.Choices?.forEach((rule, index) => {
    add(rule.Next, "Next", `${location}/Choices[${index}]`);
  });
  state.Catch?.forEach((catcher, index) => {
    add(catcher.Next, "Next", `${location}/Catch[${index}]`);
  });
  return found;
}

function isTerminal(state: StateDefinition): boolean {
  return state.End === true || state.Type === "Succeed" || state.Type === "Fail";
}

/** @param parent where the graph lies: "" for the state machine itself */
export function checkTransitions(graph: StateGraph, parent: string, diagnostics: Diagnostics): void {
  const { StartAt: start, States: states } = graph;
  const exists = (name: string) => Object.hasOwn(states, name);
  const missing = "MISSING_TRANSITION_TARGET";
  if (!exists(start)) diagnostics.add(`Missing 'Next' target: ${start}`, `${parent}/StartAt`, missing);
  const targeted = new Set([start]);
  for (const [name, state] of Object.entries(states)) {
    for (const { target, field, location } of transitionsOf(state, `${parent}/States/${name}`)) {
      if (!exists(target)) diagnostics.add(`Missing '${field}' target: ${target}`, location, missing);
      if (target !== name) targeted.add(target);
    }
  }
  for (const name of Object.keys(states)) {
    if (!targeted.has(name)) diagnostics.add(`State "${name}" is not reachable.`, `${parent}/States/${name}`, missing);
  }
  if (!Object.values(states).some(isTerminal)) {
    diagnostics.add("The state machine has no state that ends it", `${parent}/States`);
  }
}
