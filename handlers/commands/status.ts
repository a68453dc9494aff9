// The status of a command: the item that a CommandStore keeps of it, and what a client is shown.

/**
 * How far a command is. `succeeded`, `failed` and `cancelled` are ends, though operators can restore what failed.
 *
 * A command that SQS moved to the spool without any attempt, since Lambda was throttled all the time or the function could not start, is `accepted`
 * until it is redriven: the status is what the function tells. A `maximumConcurrency` that is not above the function's reserved concurrency keeps
 * throttling from doing so (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html).
 */
export type CommandState = "accepted" | "running" | "succeeded" | "failed" | "parked" | "cancelled";

/** Why a command failed, in words that harm nobody: of RFC 9457's problem details, what is known. */
export interface CommandReason {
  /** `urn:problem:<error name>`; `about:blank` of an error that the program does not declare. */
  readonly type: string;
  readonly title: string;
  readonly detail?: string;
}

/** What a command sent or started, as its status follows it. */
export interface CommandChild {
  /** As the handler called it; see `ChildCommand.key`. */
  readonly key: string;
  /** Of a command. */
  readonly id?: string;
  /** Of a task: the ARN of its first execution. */
  readonly execution?: string;
}

/** The answer to a question for the status (JSON). Times are ISO 8601. */
export interface CommandStatus {
  readonly id: string;
  readonly name: string;
  readonly status: CommandState;
  readonly acceptedAt: string;
  /** When the first attempt began. */
  readonly startedAt?: string;
  /** When it succeeded, failed or was cancelled. */
  readonly finishedAt?: string;
  /** Since when it waits to be redriven. */
  readonly parkedAt?: string;
  /** How often it was begun. */
  readonly attempts: number;
  /** 0 to 1, as the handler told last. */
  readonly progress?: number;
  readonly message?: string;
  readonly result?: unknown;
  readonly reason?: CommandReason;
  /** What it sent, each with its own status. */
  readonly steps?: readonly CommandStep[];
}

export interface CommandStep {
  readonly key: string;
  readonly status: CommandState;
  readonly id?: string;
  /** Up to 16 KiB of JSON: the step's own status has a larger one. */
  readonly result?: unknown;
  readonly reason?: CommandReason;
}

/** States after which nothing happens by itself. */
export const endStates: readonly CommandState[] = ["succeeded", "failed", "cancelled"];
