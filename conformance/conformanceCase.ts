// A case: one execution recorded on AWS, with what it needs to run again, and what it came to.
import type { Json, JsonObject } from "../simulator/json";

/** What a recorded function does; all of them were Python functions. */
export interface FunctionBehaviour {
  readonly echo?: true;
  readonly returns?: Json;
  /** The answer is this very text, which need not be JSON. */
  readonly rawBody?: boolean;
  readonly throws?: {
    readonly errorType: string;
    readonly errorMessage: string;
    readonly stackTrace?: Json;
  };
  readonly sleepSeconds?: number;
  /** What it does after its sleep. */
  readonly then?: FunctionBehaviour;
}

export interface RecordedFunction {
  readonly runtime?: string;
  /** The function's own limit, in seconds. */
  readonly timeoutSeconds?: number;
  readonly behaviour: FunctionBehaviour;
}

/** Something outside of the state machine: it polls a queue and answers task tokens, or prepares the account. */
export interface ExternalActor extends JsonObject {
  readonly actor: string;
}

/** How events are put in order before they are compared. */
export type HistoryOrder = "exact" | "interleaved" | "parallel-sorted";

export interface Expected {
  /** RUNNING: the recording stopped while it still ran. */
  readonly status: "SUCCEEDED" | "FAILED" | "TIMED_OUT" | "ABORTED" | "RUNNING" | "CREATE_REJECTED";
  readonly output?: Json;
  readonly error?: Json;
  /** Parsed when its text was a JSON object. */
  readonly cause?: Json;
  /** Why CreateStateMachine was refused. */
  readonly exception?: { readonly exception_typename: string; readonly exception_value: string };
  readonly historyOrder?: HistoryOrder;
  /** Empty when it was not recorded. */
  readonly history: readonly JsonObject[];
  /** Events that the recorder lost. */
  readonly historyDropped?: number;
  /** What DescribeExecution answered. */
  readonly response?: JsonObject;
}

/** A rewrite that the recorder applied. */
export interface NormaliseRule {
  /** This text, everywhere; it may hold references. */
  readonly text?: string;
  readonly regex?: string;
  readonly jsonpath?: string;
  readonly key?: string;
  readonly custom?: string;
  readonly arnTail?: boolean;
  /** Shows as `<to:N>`. */
  readonly numbered?: boolean;
  readonly to?: string;
}

export interface ConformanceCase {
  readonly name: string;
  readonly area: string;
  readonly type?: "STANDARD" | "EXPRESS";
  /** What it uses, such as "task:sqs:sendMessage". */
  readonly features: readonly string[];
  readonly definition: JsonObject;
  readonly input?: Json;
  /**
   * The input's exact text.
   * @default as Python writes `input`, which is how most recordings were made
   */
  readonly inputText?: string;
  readonly executionName?: string;
  readonly functions: Readonly<Record<string, RecordedFunction>>;
  readonly queues: readonly { readonly key: string; readonly fifo?: boolean }[];
  readonly tables: readonly { readonly key: string; readonly partitionKey: string }[];
  readonly topics?: readonly { readonly key: string; readonly fifo?: boolean }[];
  /** State machines that it starts; created first. */
  readonly stateMachines?: Readonly<Record<string, { readonly type: string; readonly definition: JsonObject }>>;
  readonly external?: readonly ExternalActor[];
  readonly expected: Expected;
  readonly normalise: readonly NormaliseRule[];
}

/** A question to EventBridge: does this pattern match this event? */
export interface PatternCase {
  readonly name: string;
  readonly pattern: Json;
  readonly event: Json;
  /** The pattern's exact text, where a JSON value cannot tell it. */
  readonly patternText?: string;
  readonly eventText?: string;
  readonly expected: "match" | "no-match" | "exception";
  readonly error?: { readonly code: string; readonly message: string };
}
