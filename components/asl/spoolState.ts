// The state that puts a failure record into the spool: Step Functions sends it itself, without a function between.
import { RECORD_ATTRIBUTE, RECORD_VERSION } from "../../records/record";
import { caught } from "./catch";
import { failureRecord } from "./failureRecord";
import { parkedOutput } from "./outcome";
import type { Continuation, TaskState } from "./states";

/** The variable that holds why the spool could not be written to. */
export const spoolFailureVariable = "spoolFailure";

/** What the state that parks work must know. */
export interface SpoolStateOptions {
  /** The logical source that the records name. */
  readonly source: string;
  /** The spool's. */
  readonly queueUrl: string;
  /** Where a failure goes when the spool itself cannot be reached. */
  readonly failed: string;
  /** What follows when the work is parked. @example `after: { End: true }` */
  readonly after: Continuation;
}

/**
 * SendMessage is repeated for about three minutes. A reply that was lost makes two records of one failure: they have one identity,
 * and are redriven once.
 */
export function spoolState(options: SpoolStateOptions): TaskState {
  return {
    Type: "Task",
    Comment: "Keeps the caller's input and the error until somebody redrives them.",
    Resource: "arn:aws:states:::sqs:sendMessage",
    Arguments: {
      QueueUrl: options.queueUrl,
      MessageBody: failureRecord(options.source),
      MessageAttributes: { [RECORD_ATTRIBUTE]: { DataType: "String", StringValue: String(RECORD_VERSION) } },
    },
    TimeoutSeconds: 30,
    Output: parkedOutput,
    Retry: [
      {
        ErrorEquals: ["States.ALL"],
        IntervalSeconds: 2,
        MaxAttempts: 7,
        BackoffRate: 2,
        MaxDelaySeconds: 60,
        JitterStrategy: "FULL",
      },
    ],
    Catch: caught(options.failed, spoolFailureVariable),
    ...options.after,
  };
}
