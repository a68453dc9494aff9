// The state in which work waits inside its own execution: its record in the spool carries the token that lets it go on.
import { assignAttempts, type CountedStep } from "./attempts";
import { caught, spoolFailureVariable } from "./catch";
import { generationVariable } from "./failureRecord";
import { beforeGate, spoolMessage } from "./spoolState";
import { expression, type Fragment, type StateNames } from "./states";

/** What the state that parks work in place must know. */
export interface ParkOptions extends CountedStep {
  readonly names: StateNames;
  /** The logical source that the records name. */
  readonly source: string;
  /** The spool's. */
  readonly queueUrl: string;
  /** The step's first state, where the work goes on. */
  readonly first: string;
  /** Where work goes when the spool itself cannot be reached: the gate that `spoolFailedGate` makes. */
  readonly failed: string;
}

/** Below the 14 days that a spool keeps a message: a token is never the last trace of the work. */
const longestWaitSeconds = 12 * 86_400;

/**
 * What `sqs:sendMessage` fails with. They are named, since whoever answers the token may give any other name, which must neither be tried
 * again nor be taken for the spool's: the execution fails with it at this state, and parks again when it is redriven.
 */
const spoolErrors = [
  "SQS.AmazonSQSException",
  "SQS.SdkClientException",
  "SQS.QueueDoesNotExistException",
  "SQS.RequestThrottledException",
  "SQS.KmsThrottledException",
  "SQS.KmsAccessDeniedException",
  "SQS.KmsDisabledException",
  "SQS.KmsInvalidStateException",
  "SQS.KmsNotFoundException",
];

/**
 * `ErrorSpool`, which waits for its task token. SendTaskSuccess lets the step begin again, with the `input` that its output brings, or the
 * one it had; `generation` in the output says which redrive that is. SendTaskFailure ends the execution.
 *
 * Nobody answered within 12 days: it parks again under another token, which is no redrive.
 *
 * https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html#connect-wait-token
 */
export function parkStates(options: ParkOptions): Fragment {
  const { names, source, queueUrl, first, failed, step, holds } = options;
  const counted: CountedStep = { step, holds };
  const startAt = names("ErrorSpool");
  const known = `($exists($${generationVariable}) ? $${generationVariable} : 0)`;
  const told = `$states.result.${generationVariable}`;
  return {
    startAt,
    states: {
      [startAt]: {
        Type: "Task",
        Comment: "Keeps the step's input and the error, and waits here until somebody redrives them.",
        Resource: "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        Arguments: spoolMessage(queueUrl, { source, mode: "park", ...counted }),
        TimeoutSeconds: longestWaitSeconds,
        Assign: {
          [generationVariable]: expression(`$type(${told}) = "number" ? ${told} : ${known} + 1`),
          ...assignAttempts(counted),
        },
        Output: expression("$exists($states.result.input) ? $states.result.input : $states.input"),
        Retry: [
          {
            ErrorEquals: spoolErrors,
            IntervalSeconds: 2,
            MaxAttempts: 7,
            BackoffRate: 2,
            MaxDelaySeconds: 60,
            JitterStrategy: "FULL",
          },
        ],
        Catch: [
          { ErrorEquals: ["States.Timeout"], Output: expression("$states.input"), Next: startAt },
          ...beforeGate(caught(failed, spoolFailureVariable, [...spoolErrors, "States.QueryEvaluationError"]), counted),
        ],
        Next: first,
      },
    },
  };
}
