// The state machine of an AutoRedrive: its function decides, the reprocess function starts, and the history tells who did what when.
import {
  type Catcher,
  expression,
  type Retrier,
  type StateMachineDefinition,
  type States,
  type TaskState,
} from "./states";

/** A function that the machine calls. */
export interface CalledFunction {
  readonly arn: string;
  readonly timeoutSeconds: number;
}

export interface AutoRedriveDefinitionOptions {
  /** The function that decides: handlers/outcomes. */
  readonly outcomes: CalledFunction;
  readonly reprocess: CalledFunction;
  /** @default none */
  readonly probe?: CalledFunction;
}

/** Longer than the function, so that it has ended when the state gives up. */
const margin = 30;

const self = "$states.context.Execution.Id";

/** What it does may be repeated. */
const decideAgain: readonly Retrier[] = [
  {
    ErrorEquals: ["States.ALL"],
    IntervalSeconds: 2,
    MaxAttempts: 6,
    BackoffRate: 2,
    MaxDelaySeconds: 60,
    JitterStrategy: "FULL",
  },
];

/** The function was not invoked. After anything else it may have started redrives, and their number matters: no second call. */
const invokeAgain: readonly Retrier[] = [
  {
    ErrorEquals: ["Lambda.TooManyRequestsException"],
    IntervalSeconds: 5,
    MaxAttempts: 6,
    BackoffRate: 2,
    MaxDelaySeconds: 60,
    JitterStrategy: "FULL",
  },
];

const failed: readonly Catcher[] = [
  { ErrorEquals: ["States.ALL"], Assign: { failure: expression("$states.errorOutput") }, Next: "Failed" },
];

/** Execution histories end at 25,000 events, so that a long run goes on as another execution of the machine. */
export function autoRedriveDefinition(options: AutoRedriveDefinitionOptions): StateMachineDefinition {
  const { outcomes, reprocess, probe } = options;
  return {
    Comment: "Redrives what waits in the spool, more and more at once, and stops when it fails again.",
    QueryLanguage: "JSONata",
    StartAt: "Begin",
    States: {
      Begin: decides(outcomes, { input: expression("$states.input"), execution: expression(self) }),
      WhatNext: {
        Type: "Choice",
        Choices: [
          goes("redrive", "Redrive"),
          goes("wait", "Wait"),
          ...(probe === undefined ? [] : [goes("probe", "Probe")]),
          goes("continue", "ContinueAsNew"),
          { Condition: expression("$exists($round.again)"), Next: "Again" },
          goes("end", "Ended"),
        ],
        Default: "Refused",
      },
      ...(probe === undefined ? {} : { Probe: probes(probe) }),
      Redrive: {
        Type: "Task",
        Resource: reprocess.arn,
        Arguments: expression("$round.request"),
        TimeoutSeconds: reprocess.timeoutSeconds + margin,
        Retry: invokeAgain,
        Assign: { answer: { of: "reprocess", result: expression("$states.result") } },
        Catch: answeredWithError("reprocess"),
        Next: "Judge",
      },
      Wait: { Type: "Wait", Seconds: expression("$round.seconds"), Next: "Judge" },
      Judge: decides(outcomes, {
        run: expression("$round.run"),
        answer: expression("$answer"),
        execution: expression(self),
      }),
      ...ends(),
    },
  };
}

function goes(next: string, state: string) {
  return { Condition: expression(`$round.next = ${JSON.stringify(next)}`), Next: state };
}

function decides({ arn, timeoutSeconds }: CalledFunction, request: TaskState["Arguments"]): TaskState {
  return {
    Type: "Task",
    Resource: arn,
    Arguments: request,
    TimeoutSeconds: timeoutSeconds + margin,
    Retry: decideAgain,
    Assign: { round: expression("$states.result"), answer: null },
    // The variables hold it all.
    Output: {},
    Catch: failed,
    Next: "WhatNext",
  };
}

function probes({ arn, timeoutSeconds }: CalledFunction): TaskState {
  return {
    Type: "Task",
    Comment: "Throws while the dependency is down.",
    Resource: arn,
    Arguments: {},
    TimeoutSeconds: timeoutSeconds + margin,
    Retry: invokeAgain,
    Assign: { answer: { of: "probe" } },
    Output: {},
    Catch: answeredWithError("probe"),
    Next: "Judge",
  };
}

function answeredWithError(of: string): Catcher[] {
  const error = `{"of": ${JSON.stringify(of)}, "error": $states.errorOutput.Error, "cause": $substring($states.errorOutput.Cause, 0, 1000)}`;
  return [{ ErrorEquals: ["States.ALL"], Assign: { answer: expression(error) }, Output: {}, Next: "Judge" }];
}

function ends(): States {
  return {
    ContinueAsNew: {
      ...starts(expression("$round.name"), { continued: expression("$round.run") }),
      Output: { continuedAs: expression("$states.result.ExecutionArn") },
      Catch: [
        // A reply was lost, and the execution has even ended since.
        {
          ErrorEquals: ["StepFunctions.ExecutionAlreadyExistsException"],
          Output: { continuedAs: expression("$round.name") },
          Next: "Continued",
        },
        { ErrorEquals: ["States.ALL"], Output: {}, Next: "WaitToContinue" },
      ],
      Next: "Continued",
    },
    WaitToContinue: { Type: "Wait", Seconds: 60, Next: "Judge" },
    Continued: { Type: "Pass", End: true },
    Again: {
      ...starts(expression("$round.again.name"), expression("$round.again.input")),
      Output: expression("$round.report"),
      Catch: [{ ErrorEquals: ["States.ALL"], Next: "Ended" }],
      End: true,
    },
    Ended: { Type: "Pass", Output: expression("$round.report"), End: true },
    Refused: { Type: "Fail", Error: "Respool.InvalidInput", Cause: expression("$round.cause") },
    Failed: { Type: "Fail", Error: "Respool.AutoRedriveFailed", Cause: expression("$string($failure)") },
  };
}

/** Under a name, so that a call whose reply was lost may be repeated. */
function starts(name: string, input: unknown) {
  return {
    Type: "Task" as const,
    Resource: "arn:aws:states:::states:startExecution",
    Arguments: { StateMachineArn: expression("$states.context.StateMachine.Id"), Name: name, Input: input },
    TimeoutSeconds: 30,
    Retry: [{ ErrorEquals: ["StepFunctions.ExecutionAlreadyExistsException"], MaxAttempts: 0 }, ...decideAgain],
  };
}
