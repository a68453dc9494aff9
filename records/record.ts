// The failure record: what lies in the spool for each piece of work that failed, as written (RecordBody) and as read (FailureRecord).
import type { Identity } from "./executionName";
import type { ReplayOrder } from "./replay";

/** The version that a record's `respool` member states. */
export const RECORD_VERSION = 1;

/** The one message attribute that Respool uses: of type String, see {@link RespoolAttribute}. */
export const RECORD_ATTRIBUTE = "respool";

/**
 * Input up to this many bytes (UTF-8) travels in the record; larger input stays with its execution and is read by DescribeExecution
 * when the work is redriven: 192 KiB, which leaves a state's payload (256 KiB) room for the error beside it.
 */
export const BY_VALUE_LIMIT_BYTES = 192 * 1024;

/** Where in the spool's bucket a reprocess run puts payloads that are too large for an execution's input. */
export const PAYLOAD_PREFIX = "respool/payloads/";

/** Where in the spool's bucket each edit of an input is kept, with the original. */
export const EDIT_PREFIX = "respool/edits/";

/** The error name that a parked execution ends with when its task's `outcome` is "fail". Safety net and reconciler leave it out. */
export const SPOOLED_ERROR = "Respool.Spooled";

/**
 * The error name of an execution whose work could not be parked since the spool was out of reach. Its cause is the JSON of
 * `{ error, spoolError }`, both of the form of {@link RecordError}: what failed, and why it could not be recorded.
 */
export const SPOOL_FAILED_ERROR = "Respool.SpoolFailed";

/**
 * The error name of parked work that was given up: SendTaskFailure answers its token with it, or the work would park again. Safety net and
 * reconciler leave it out.
 */
export const DISCARDED_ERROR = "Respool.Discarded";

/**
 * Why the work lies in the spool.
 * - `failed`: its execution failed or timed out.
 * - `held`: it was never attempted, since a circuit breaker was open or a semaphore full; it does not count towards `maxRedrives`.
 * - `aborted`: a person or a program stopped its execution; only a run with `includeAborted` redrives it.
 * - `rejected`: a command that failed for good, as its function says; only a run with `includeRejected` redrives it.
 */
export type RecordKind = "failed" | "held" | "aborted" | "rejected";

/**
 * How the work goes on when it is redriven.
 * - `restart`: a new execution with the caller's input.
 * - `resume`: RedriveExecution of the execution that failed, which goes on at the step that failed.
 * - `park`: the execution still runs, and waits for its task token.
 */
export type RedriveMode = "restart" | "resume" | "park";

/** The error that a record carries. `cause` is null where AWS gives none (a timeout, for instance). */
export interface RecordError {
  /** By which filters find it. @example `"States.Timeout"` */
  readonly name: string;
  /** AWS's own text, most often JSON with message and trace. */
  readonly cause: string | null;
  /** Why the state machine itself could not record the failure: for people; filters look at `name` alone. */
  readonly spoolError?: { readonly name: string; readonly cause: string | null };
}

/** The body (JSON) of a spool message, as a state machine's `sqs:sendMessage` or the reconciler writes it. */
export interface RecordBody {
  readonly respool: typeof RECORD_VERSION;
  readonly kind: Exclude<RecordKind, "rejected">;
  /** The logical source: a name that the stack declares, not an ARN. */
  readonly source: string;
  /** ARN of the execution that failed. */
  readonly execution: string;
  /** Name of that execution (`$states.context.Execution.Name`). */
  readonly name: string;
  /** Its start (`$states.context.Execution.StartTime`), ISO 8601. */
  readonly startTime: string;
  /** How a redrive goes on. @default "restart" */
  readonly mode?: RedriveMode;
  /**
   * Which redrive failed, where the execution's name does not tell: the context's RedriveCount of work that is resumed, the count of answered
   * task tokens of work that is parked.
   */
  readonly generation?: number;
  /** Failures of this step that were attempts, this one included; held work adds none. @default generation + 1 */
  readonly attempts?: number;
  /** The step that failed, in a workflow of several. */
  readonly step?: string;
  /** Of parked work: the token that its execution waits for. */
  readonly taskToken?: string;
  /** When it failed (`$states.context.State.EnteredTime`), ISO 8601; to be read by people, no part of the identity. */
  readonly failedAt?: string;
  /** The caller's own input. Left out in a record by reference. */
  readonly input?: unknown;
  /** True in a record by reference: the input is over {@link BY_VALUE_LIMIT_BYTES}. */
  readonly byReference?: true;
  /** In a record by reference `cause` may be cut: then it is a plain beginning of the original, nothing appended. */
  readonly error: RecordError;
}

/**
 * The body that the safety-net rule writes: the status-change event as EventBridge delivers it, wrapped together with the logical
 * source, so that the record stays good when the state machine is replaced. As an input transformer, with no input paths:
 * `{"respool":1,"source":"<logical source>","event":<aws.events.event.json>}`. The bare event is understood, too; its logical source is
 * then looked up by `detail.stateMachineArn`.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
 */
export interface WrappedEventBody {
  readonly respool: typeof RECORD_VERSION;
  readonly source: string;
  readonly event: unknown;
}

/**
 * The JSON of the message attribute `respool`. A freshly written record carries the plain text `1` (or, through EventBridge, no attribute:
 * that is fine); copies that the renewer and a reprocess run make carry an object. Their bodies are as they were, but for the input that the
 * renewer adds to a record by reference.
 */
export interface RespoolAttribute {
  /** When the failure was first parked, in milliseconds since 1970: a copy keeps its age. Else SQS's SentTimestamp counts. */
  readonly parkedAt?: number;
  /** In the poison queue: why the message lies there. */
  readonly reason?: string;
  /** In the poison queue: since when, ISO 8601. */
  readonly at?: string;
  /** Of a copied dead letter: the id that SQS gave the message which failed, since SQS gives each copy another. */
  readonly messageId?: string;
  /** Of a copied dead letter: the ARN of the queue that it failed in (its attribute DeadLetterQueueSourceArn). */
  readonly from?: string;
  /** Of a message that was copied out of a queue beside the spool: the logical source that the queue belongs to. */
  readonly source?: string;
  /** Of a message that was copied out of a FIFO queue, where it stood. */
  readonly fifo?: FifoPlace;
  /** Of a message that was sent to its FIFO queue again: the id of the work. */
  readonly id?: string;
  /** Of a message that was sent to its FIFO queue again: which redrive that was. */
  readonly generation?: number;
  /** Attributes of the sender that had to make room for this one, since SQS takes ten: see {@link CarriedAttributes}. */
  readonly displaced?: CarriedAttributes;
}

/** Where a message stood in a FIFO queue: SQS's system attributes. */
export interface FifoPlace {
  readonly groupId: string;
  readonly deduplicationId?: string;
  readonly sequenceNumber?: string;
}

/** Message attributes as SQS takes them, but binary values in base 64, so that they are JSON. */
export type CarriedAttributes = Readonly<
  Record<string, { readonly DataType: string; readonly StringValue?: string; readonly BinaryValue?: string }>
>;

/** Where the input of the work is found: its JSON text, or with the execution that failed. */
export type RecordInput =
  | {
      readonly by: "value";
      readonly text: string;
      /** The order that the text is, where the launcher replays it. */
      readonly order?: ReplayOrder;
    }
  | { readonly by: "reference"; readonly execution: string };

/** An object in the spool's bucket. */
export interface StoredObject {
  readonly bucket: string;
  readonly key: string;
}

/** A record as the library's handlers see it, whatever the source that it came from. */
export interface FailureRecord {
  readonly kind: RecordKind;
  readonly source: string;
  /** The state machine that the logical source stands for now: redrives start there. */
  readonly stateMachineArn: string;
  /** ARN of the execution that failed, of an older state machine, perhaps; absent where no execution failed. */
  readonly execution?: string;
  /** Machines that `stateMachineArn` took the place of, where no execution tells on which one a redrive may have been started. */
  readonly formerStateMachineArns?: readonly string[];
  readonly identity: Identity;
  /** The work's own id, where it is no execution's: what a handler's idempotency goes by. */
  readonly work?: string;
  /** How many redrives led to this failure; redriving it starts generation + 1. */
  readonly generation: number;
  /** How it is redriven; absent is `restart`. */
  readonly mode?: Exclude<RedriveMode, "restart">;
  /** See {@link RecordBody.attempts}. */
  readonly attempts?: number;
  readonly step?: string;
  /** Of parked work. */
  readonly taskToken?: string;
  readonly input: RecordInput;
  readonly error: RecordError;
}

/** A circuit breaker as handlers read it: the item `breaker` of its table. */
export interface DeclaredBreaker {
  readonly tableName: string;
}

/** A state machine that the stack declared under a logical name. */
export interface DeclaredSource {
  readonly stateMachineArn: string;
  /**
   * State machines that did this work before they were replaced: where a redrive may have been started already, and what bare
   * status-change events of theirs belong to. Every other record names its logical source, and stays good without this.
   */
  readonly formerStateMachineArns?: readonly string[];
  /**
   * ARNs by which AWS's own records name this source, whose work the launcher replays: of the function, the queue, the subscription, the
   * schedule. Then `stateMachineArn` is the launcher's.
   */
  readonly origins?: readonly string[];
  /** True where its queue's messages are commands, whose work has the command's id: anything else may look like one. */
  readonly commands?: true;
  /** True where a failed execution is resumed with RedriveExecution, and never started anew: its earlier steps must not run again. */
  readonly resumes?: true;
  /** The circuit breaker that its attempts ask first. */
  readonly breaker?: DeclaredBreaker;
  /** Those of a workflow, by step. */
  readonly breakers?: Readonly<Record<string, DeclaredBreaker>>;
  /** True where work may come into the spool without an attempt: a breaker or a semaphore stands before it. */
  readonly holds?: true;
  /** True for the launcher itself: the source of its failures is the one that its input names. */
  readonly launches?: true;
}

/** The breaker that work asks before its next attempt. */
export function breakerOf(source: DeclaredSource | undefined, step: string | undefined): DeclaredBreaker | undefined {
  const { breaker, breakers = {} } = source ?? {};
  return step !== undefined && Object.hasOwn(breakers, step) ? breakers[step] : breaker;
}

/** The state machines that may be started, by logical source. A record of any other source is poison. */
export type DeclaredSources = Readonly<Record<string, DeclaredSource>>;
