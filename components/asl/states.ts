// The Amazon States Language as far as the components write it (https://states-language.net/spec.html), all of it in JSONata.

/** `{% ... %}` around an expression. */
export type Expression = `{% ${string} %}`;

/** JSON in which strings may be expressions. */
export type Template = null | boolean | number | string | readonly Template[] | { readonly [key: string]: Template };

export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds?: number;
  readonly MaxAttempts?: number;
  readonly BackoffRate?: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: "FULL" | "NONE";
}

export interface Catcher {
  readonly ErrorEquals: readonly string[];
  readonly Assign?: Readonly<Record<string, Template>>;
  readonly Output?: Template;
  readonly Next: string;
}

/** A state ends the execution or names its successor. */
export type Continuation = { readonly End: true } | { readonly Next: string };

export type TaskState = {
  readonly Type: "Task";
  readonly Comment?: string;
  readonly Resource: string;
  /** JSON, a program's own perhaps; strings may be expressions. */
  readonly Arguments: unknown;
  /** An expression is one that `guardedTimeout` makes. */
  readonly TimeoutSeconds: number | Expression;
  readonly Assign?: Readonly<Record<string, Template>>;
  readonly Output?: unknown;
  readonly Retry: readonly Retrier[];
  readonly Catch: readonly Catcher[];
} & Continuation;

export interface FailState {
  readonly Type: "Fail";
  readonly Comment?: string;
  readonly Error: string;
  readonly Cause: Template;
}

export type PassState = {
  readonly Type: "Pass";
  readonly Comment?: string;
  readonly Output?: Template;
  readonly Assign?: Readonly<Record<string, Template>>;
} & Continuation;

export type WaitState = {
  readonly Type: "Wait";
  readonly Comment?: string;
  readonly Seconds: number | Expression;
  readonly Assign?: Readonly<Record<string, Template>>;
} & Continuation;

export interface ChoiceRule {
  readonly Condition: Expression;
  readonly Assign?: Readonly<Record<string, Template>>;
  readonly Output?: Template;
  readonly Next: string;
}

export interface ChoiceState {
  readonly Type: "Choice";
  readonly Comment?: string;
  readonly Choices: readonly ChoiceRule[];
  readonly Assign?: Readonly<Record<string, Template>>;
  readonly Default?: string;
}

/** A state, of the kinds that the library's fragments are. */
export type State = TaskState | FailState | PassState | WaitState | ChoiceState;

/** States by name. */
export type States = Readonly<Record<string, State>>;

/** States that belong together, and the one to begin with. */
export interface Fragment {
  readonly startAt: string;
  readonly states: States;
}

/** Names the states of a fragment, so that a definition can hold it more than once. @example `(state) => \`Charge: ${state}\`` */
export type StateNames = (state: string) => string;

/** A definition in the Amazon States Language, with JSONata. */
export interface StateMachineDefinition {
  readonly Comment: string;
  readonly QueryLanguage: "JSONata";
  readonly StartAt: string;
  readonly States: States;
}

/** Makes an expression of JSONata source. */
export function expression(source: string): Expression {
  return `{% ${source} %}`;
}

/** An expression that gives the JSON of a value as a string. */
export function textOf(source: string): Expression {
  return expression(`$string(${source})`);
}

/** JSONata: how often the execution was redriven. AWS always tells; an emulator that cannot redrive may not. */
export const redriveCount =
  "($exists($states.context.Execution.RedriveCount) ? $states.context.Execution.RedriveCount : 0)";
