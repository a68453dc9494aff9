// The state that puts a failure record into the spool: Step Functions sends it itself, without a function between.
import { RECORD_ATTRIBUTE, RECORD_VERSION } from "../../records/record";
import { assignAttempts, type CountedStep } from "./attempts";
import { caught, spoolFailureVariable } from "./catch";
import { type FailureRecordOptions, failureRecord } from "./failureRecord";
import { gateInput } from "./gate";
import { parkedOrHeldOutput, parkedOutput } from "./outcome";
import type { Catcher, Continuation, TaskState } from "./states";

/** What the state that parks work must know. */
export interface SpoolStateOptions {
  /** The logical source that the records name. */
  readonly source: string;
  /** The spool's. */
  readonly queueUrl: string;
  /**
   * Where a failure goes when the spool itself cannot be reached. Of work that is resumed, a gate, so that it can be redriven from there:
   * `gateStates` makes it.
   */
  readonly failed: string;
  /** What follows when the work is parked. @example `after: { End: true }` */
  readonly after: Continuation;
  /** How the work goes on: as a new execution, or, from the gate that must follow, in this one. @default "restart" */
  readonly mode?: "restart" | "resume";
  /** The step that failed, in a workflow of several. */
  readonly step?: string;
  /** True where a circuit breaker or a semaphore may hold work without an attempt. @default false */
  readonly holds?: boolean;
}

/**
 * SendMessage is repeated for about three minutes. A reply that was lost makes two records of one failure: they have one identity,
 * and are redriven once.
 */
export function spoolState(options: SpoolStateOptions): TaskState {
  const { source, queueUrl, failed, after, mode = "restart", step, holds = false } = options;
  const counted: CountedStep = { step, holds };
  const resumes = mode === "resume";
  const spoolFailed = caught(failed, spoolFailureVariable);
  return {
    Type: "Task",
    Comment: "Keeps the caller's input and the error until somebody redrives them.",
    Resource: "arn:aws:states:::sqs:sendMessage",
    Arguments: spoolMessage(queueUrl, { source, mode, ...counted }),
    TimeoutSeconds: 30,
    ...(resumes ? { Assign: assignAttempts(counted) } : {}),
    Output: resumes ? gateInput(counted) : holds ? parkedOrHeldOutput : parkedOutput,
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
    Catch: resumes ? beforeGate(spoolFailed, counted) : spoolFailed,
    ...after,
  };
}

/** The arguments of `sqs:sendMessage` that put a record into the spool. */
export function spoolMessage(queueUrl: string, record: FailureRecordOptions) {
  return {
    QueueUrl: queueUrl,
    MessageBody: failureRecord(record),
    MessageAttributes: { [RECORD_ATTRIBUTE]: { DataType: "String", StringValue: String(RECORD_VERSION) } },
  };
}

/** Catchers that lead to a gate give it what it needs. */
export function beforeGate(catchers: readonly Catcher[], counted: CountedStep): Catcher[] {
  return catchers.map((catcher) => ({
    ...catcher,
    Assign: { ...catcher.Assign, ...assignAttempts(counted) },
    Output: gateInput(counted),
  }));
}
