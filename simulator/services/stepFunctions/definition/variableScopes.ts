// Variables of branches and iterations: they are their own, and their names must not be those of outer ones
// (Developer Guide: "Passing data between states with variables", variable scope).
import type { JsonObject } from "../../../json";
import type { StateDefinition, StateGraph } from "./definition";
import type { Diagnostics } from "./diagnostics";

/** The parts of a state that matter here. */
interface Scoped extends StateDefinition {
  readonly Choices?: readonly { readonly Assign?: JsonObject }[];
  readonly Catch?: readonly { readonly Assign?: JsonObject }[];
  readonly Branches?: readonly StateGraph[];
  readonly ItemProcessor?: StateGraph;
  readonly Iterator?: StateGraph;
}

function assignedBy({ Assign, Choices = [], Catch = [] }: Scoped): readonly string[] {
  const all = [Assign, ...Choices.map((rule) => rule.Assign), ...Catch.map((catcher) => catcher.Assign)];
  return all.flatMap((assign) => Object.keys(assign ?? {}).map((name) => name.replace(/\.\$$/, "")));
}

function innerGraphs(state: Scoped, location: string): readonly (readonly [StateGraph, string])[] {
  const { Branches = [], ItemProcessor, Iterator } = state;
  return [
    ...Branches.map((branch, index) => [branch, `${location}/Branches[${index}]`] as const),
    ...(ItemProcessor === undefined ? [] : [[ItemProcessor, `${location}/ItemProcessor`] as const]),
    ...(Iterator === undefined ? [] : [[Iterator, `${location}/Iterator`] as const]),
  ];
}

/** @param outer the names that scopes around the graph assign, @param parent where the graph lies: "" for the machine */
export function checkVariableScopes(
  graph: StateGraph,
  outer: ReadonlySet<string>,
  parent: string,
  diagnostics: Diagnostics,
): void {
  const states = Object.entries(graph.States) as (readonly [string, Scoped])[];
  const own = new Set<string>();
  for (const [name, state] of states) {
    for (const variable of assignedBy(state)) {
      own.add(variable);
      if (!outer.has(variable)) continue;
      const message = `The variable '${variable}' is assigned in an outer scope, and cannot be assigned here`;
      diagnostics.add(message, `${parent}/States/${name}/Assign`);
    }
  }
  const names = new Set([...outer, ...own]);
  for (const [name, state] of states) {
    for (const [inner, location] of innerGraphs(state, `${parent}/States/${name}`)) {
      checkVariableScopes(inner, names, location, diagnostics);
    }
  }
}
