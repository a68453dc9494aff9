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
  readonly TimeoutSeconds: number;
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
  readonly Assign?: Readonly<Record<string, Template>>;
} & Continuation;

export type WaitState = {
  readonly Type: "Wait";
  readonly Comment?: string;
  readonly Seconds: number;
  readonly Assign?: Readonly<Record<string, Template>>;
} & Continuation;

export interface ChoiceState {
  readonly Type: "Choice";
  readonly Comment?: string;
  readonly Choices: readonly { readonly Condition: Expression; readonly Next: string }[];
  readonly Default?: string;
}

/** A state, of the kinds that the library's fragments are. */
export type State = TaskState | FailState | PassState | WaitState | ChoiceState;

/** A definition in the Amazon States Language, with JSONata. */
export interface StateMachineDefinition {
  readonly Comment: string;
  readonly QueryLanguage: "JSONata";
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

/** Makes an expression of JSONata source. */
export function expression(source: string): Expression {
  return `{% ${source} %}`;
}

/** An expression that gives the JSON of a value as a string. */
export function textOf(source: string): Expression {
  return expression(`$string(${source})`);
}
