// What each of the library's handlers is told by the component that deploys it: the JSON of the environment variable RESPOOL_CONFIG.
// Lambda allows 4 KB of environment variables, hence the deflated form.
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
import type { QueueBesideSpool } from "../records/attribute";
import type { DeclaredSource, DeclaredSources } from "../records/record";

/** What a deflated configuration begins with; base 64 follows. */
export const DEFLATED = "deflated:";

/** A queue beside the spool whose messages are redriven, too: a dead-letter queue that AWS does not let be the spool, or an adopted one. */
export type DeadLetterQueueConfig = QueueBesideSpool;

/** Configuration of the reprocess function. */
export interface ReprocessConfig {
  readonly spoolUrl: string;
  readonly poisonUrl: string;
  readonly sources: DeclaredSources;
  /** Received from after the spool, in this order. @default none */
  readonly deadLetterQueues?: readonly DeadLetterQueueConfig[];
  /** The spool's bucket, for payloads too large for an execution's input. @default none: such messages go to the poison queue */
  readonly bucket?: string;
  /** How often a failure is redriven before it goes to the poison queue: a whole number from 0 to 1000. */
  readonly maxRedrives: number;
  /**
   * How many records a run acts on at most (started, poisoned or refused) when its input does not say: 1 to 100000.
   * @default the environment variable MAX_REPROCESS (read by handlers/entries/reprocess.ts), else 10
   */
  readonly max?: number;
  /**
   * Starts per second when a run's input does not say: more than 0, at most 1000.
   * @default 100
   */
  readonly rate?: number;
  /**
   * After how many receives in a row that led to nothing (all filtered out, say) a run gives up.
   * @default 100
   */
  readonly maxReceivesWithoutUse?: number;
}

/** Configuration of the edit function. */
export interface EditConfig {
  readonly spoolUrl: string;
  readonly poisonUrl: string;
  readonly sources: DeclaredSources;
  /** Searched after the spool, in this order. @default none */
  readonly deadLetterQueues?: readonly DeadLetterQueueConfig[];
  /** The spool's bucket: each edit is kept there. */
  readonly bucket: string;
}

/** A source as the reconciler needs it. */
export interface ReconciledSource extends DeclaredSource {
  /**
   * How long an execution of this state machine can take, in seconds (its TimeoutSeconds): how far back, by start time, the
   * reconciler must look for one that ended within the window.
   * @default 31536000, a year: safe, and slow for a machine with many failures; state it
   */
  readonly longestExecutionSeconds?: number;
}

/** Configuration of the reconciler. */
export interface ReconcileConfig {
  readonly spoolUrl: string;
  readonly sources: Readonly<Record<string, ReconciledSource>>;
  /**
   * Executions that ended within this many seconds before a run are looked at, 60 to 1296000 (15 days). Two intervals of the schedule and
   * some minutes: so one run that is missed leaves no gap.
   */
  readonly windowSeconds: number;
}

/** Configuration of the renewer. */
export interface RenewConfig {
  readonly spoolUrl: string;
  readonly poisonUrl: string;
  readonly sources: DeclaredSources;
  /**
   * Their messages move into the spool when they come near their end. FIFO queues are left alone: a copy would lose its place, so their own
   * retention must be long enough.
   *
   * @default none
   */
  readonly deadLetterQueues?: readonly DeadLetterQueueConfig[];
  /** The spool's bucket, to read what stream failures put there. @default none */
  readonly bucket?: string;
  /** The spool's message retention period, in seconds. */
  readonly retentionSeconds: number;
  /**
   * The poison queue's message retention period, in seconds.
   * @default retentionSeconds
   */
  readonly poisonRetentionSeconds?: number;
  /** A message that has at most this many seconds left is renewed: several intervals of the schedule, since runs may fail. */
  readonly renewBeforeSeconds: number;
}

/** What a logical source stands for when its failures are replayed. */
export interface ReplayTarget {
  /** The function that is invoked; absent where messages go back to a queue. */
  readonly functionArn?: string;
  /** The FIFO queue that messages are sent back to. */
  readonly queueUrl?: string;
}

/** Configuration of the launcher's replay function. */
export interface ReplayConfig {
  readonly targets: Readonly<Record<string, ReplayTarget>>;
}
