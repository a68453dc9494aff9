// Ways to break what program/controlled.ts deploys, and the cycle case that must notice each.
import { type Breakage, inputs, missing, target, variable } from "./breakages";

interface State {
  readonly Type: string;
  readonly Next?: string;
  readonly Choices?: readonly object[];
}

type Change = Breakage["change"];

const machineType = "aws:sfn/stateMachine:StateMachine";

/** Changes the states of those names in all state machines. */
function states(name: RegExp, edit: (state: State) => State): Change {
  return inputs(machineType, /./, ({ definition: text }) => {
    const definition = JSON.parse(String(text)) as { readonly States: Readonly<Record<string, State>> };
    const entries = Object.entries(definition.States);
    const States = Object.fromEntries(entries.map(([key, state]) => [key, name.test(key) ? edit(state) : state]));
    return { definition: JSON.stringify({ ...definition, States }) };
  });
}

/** Changes the text of all state machines. */
function definitions(from: string | RegExp, to: string): Change {
  return inputs(machineType, /./, ({ definition }) => ({ definition: String(definition).replaceAll(from, to) }));
}

/** Takes members of that name out of what a function is told of all sources. */
const forgets = (name: string, ...members: readonly string[]) =>
  variable(name, "RESPOOL_CONFIG", (text) => {
    const config = JSON.parse(text) as { readonly sources: Readonly<Record<string, object>> };
    const kept = (source: object) =>
      Object.fromEntries(Object.entries(source).filter(([member]) => !members.includes(member)));
    const sources = Object.entries(config.sources).map(([source, known]) => [source, kept(known)]);
    return JSON.stringify({ ...config, sources: Object.fromEntries(sources) });
  });

const heldOften = (way: string) => `${way}: held five times, then it fails, then it is done: within one redrive`;
const held = (way: string) =>
  `${way}: a run while the breaker is held attempts nothing and says so; released, each is done once`;

export const controlledBreakages: readonly Breakage[] = [
  {
    name: "the gate has no condition",
    noticedBy: "work that is resumed waits with its input and error, and goes on in its own execution",
    change: states(/^Gate$/, (state) => ({
      ...state,
      Choices: (state.Choices ?? []).map((choice) => ({ ...choice, Condition: "{% true %}" })),
    })),
  },
  {
    name: "the gate leads to the step after the one that failed",
    noticedBy: "work that is resumed: a step that failed is done once when it is redriven, and no other again",
    change: states(/^pack: Gate$/, (state) => ({
      ...state,
      Choices: (state.Choices ?? []).map((choice) => ({ ...choice, Next: "ship" })),
    })),
  },
  {
    name: "a resumed workflow begins anew",
    noticedBy: "work that is resumed: a second step that fails for a weekend, redriven every six hours",
    change: states(/^pack: Gate$/, (state) => ({
      ...state,
      Choices: (state.Choices ?? []).map((choice) => ({ ...choice, Next: "reserve" })),
    })),
  },
  {
    name: "parked work that goes on begins its workflow anew",
    noticedBy: "parked work: a step that failed is done once when it is redriven, and no other again",
    change: states(/^pack: ErrorSpool$/, (state) =>
      state.Next === "pack: Gate" ? state : { ...state, Next: "reserve" },
    ),
  },
  {
    name: "work that fails keeps its place",
    noticedBy: "work that fails gives its place back at once",
    change: states(/^ReleaseFailed$/, ({ Next = "" }) => ({ Type: "Pass", Next })),
  },
  {
    name: "nobody frees the places of executions that were stopped",
    noticedBy: "an execution that is aborted frees its place in time",
    change: missing(target, /^visit-release-/),
  },
  {
    name: "the semaphore has no limit",
    noticedBy: "no more than three of fifty at once are at the provider, over two state machines",
    change: definitions(/":limit": \{\s+"N": "3"/g, '":limit": { "N": "50"'),
  },
  {
    name: "the breaker's check does not see that it is held",
    noticedBy: held("parked work"),
    change: definitions("attribute_not_exists(#hold) AND (", "attribute_not_exists(#hold) OR ("),
  },
  {
    name: "runs do not ask the breakers",
    noticedBy: held("work that is resumed"),
    change: forgets("reprocess", "breaker", "breakers"),
  },
  {
    name: "held generations of restarted work are counted",
    noticedBy: heldOften("work that is restarted"),
    change: forgets("strict", "holds"),
  },
  {
    name: "held attempts of parked work are counted",
    noticedBy: heldOften("parked work"),
    change: definitions("$failure.Held = true ? 0 : 1", "1"),
  },
  {
    name: "an automatic redrive ignores outcomes",
    noticedBy: "what fails again is attempted as often as the first step counts, and the run says why it stopped",
    change: variable("recover-outcomes", "RESPOOL_CONFIG", (text) =>
      text.replace(/"failureLimit":[\d.]+/, '"failureLimit":1'),
    ),
  },
  {
    name: "nothing is redriven when the breaker has opened",
    noticedBy: "an outage of an hour: a probe a minute at most, and then everything once",
    change: missing(target, /^recover-on-opened-/),
  },
  {
    name: "the renewer does not know the breakers of steps",
    noticedBy: "work that is resumed behind an open circuit breaker outlives 60 days",
    change: forgets("reprocess-renewer", "breakers"),
  },
];
