// What the demo plays on: the bookshop deployed somewhere with a clock, a payment provider and an operator's view of it.
import type { ReprocessRequest, ReprocessResult } from "../handlers/reprocess/request";
import type { Order } from "./orders";

/**
 * How the payment provider answers. `healthy`: a few calls in a hundred fail, and the next try succeeds. `shaky`: a third
 * to a half fail, so that some orders fail twice in a row. `maintenance`: every call gets a 503.
 */
export type ProviderHealth = "healthy" | "shaky" | "maintenance";

/** A line of the provider's own ledger, which knows nothing of Step Functions or Respool. */
export interface LedgerEntry {
  readonly orderId: string;
  readonly idempotencyKey: string;
  /** Simulated time, in milliseconds since the epoch. */
  readonly at: number;
  /** `replay`: the key was known, and the provider gave its earlier answer without charging again. */
  readonly kind: "charge" | "replay";
}

/** A call that reached the provider. */
export interface ProviderCall {
  readonly orderId: string;
  /** When it came in: simulated time, in milliseconds since the epoch. */
  readonly at: number;
  /** Calls that were in flight then, itself included. */
  readonly inFlight: number;
  /** Whether the provider worked on it, and did not refuse it. */
  readonly accepted: boolean;
}

export interface Provider {
  setHealth(health: ProviderHealth): void;
  /** Every answered call that charged or would have charged, oldest first. */
  ledger(): readonly LedgerEntry[];
  /** All calls, failed ones included, oldest first. */
  calls(): readonly ProviderCall[];
}

/** How an invocation of the reprocess function ended; `error` is the function's own error, such as a timeout. */
export type ReprocessOutcome = ReprocessResult | { readonly error: string };

/** One accepted start, from the history of the state machine that charges cards. */
export interface Execution {
  readonly name: string;
  /** From the execution's input; undefined for an execution that is not an order's. */
  readonly orderId: string | undefined;
  readonly status: "RUNNING" | "SUCCEEDED" | "FAILED" | "TIMED_OUT" | "ABORTED";
  /** Simulated time, in milliseconds since the epoch; so is `endedAt`, which is undefined while it runs. */
  readonly startedAt: number;
  readonly endedAt: number | undefined;
  /** The parsed output; undefined while it runs, and when it failed. */
  readonly output: unknown;
}

/** The phase that the circuit breaker is in; `open` may come after `halfOpen`, when a probe failed. */
export type BreakerPhase = "open" | "halfOpen" | "closed";

/** How far the redrive is that runs by itself, whenever that changes. */
export interface RedriveProgress {
  readonly state: string;
  /** Most redrives that it has under way, now. */
  readonly window: number;
  readonly started: number;
  readonly succeeded: number;
  readonly failedAgain: number;
  /** Why it has ended; undefined while it runs. */
  readonly stoppedBecause: string | undefined;
}

/** What the story tells while it happens. Times are simulated, in milliseconds since the epoch. */
export type StageEvent =
  /** A call of the provider failed, for the first time or again. */
  | { readonly kind: "attemptFailed"; readonly at: number; readonly orderId: string; readonly error: string }
  /** An order's failure was recorded: its execution ended as spooled, or failed. */
  | { readonly kind: "spooled"; readonly at: number; readonly orderId: string }
  | { readonly kind: "charged"; readonly at: number; readonly orderId: string }
  | { readonly kind: "breaker"; readonly at: number; readonly phase: BreakerPhase }
  | ({ readonly kind: "redrive"; readonly at: number } & RedriveProgress)
  | { readonly kind: "alarm"; readonly at: number; readonly name: string; readonly state: "OK" | "ALARM" };

/** The deployed bookshop. Everything on it happens in simulated time and repeats exactly for one seed. */
export interface Stage {
  /** Simulated time, in milliseconds since the epoch. */
  now(): number;
  /** Calls `run` at a simulated time; a time that has passed means now. */
  at(time: number, run: () => void): void;
  /** Lets everything up to a simulated time happen, and moves the clock there. */
  runUntil(time: number): void | Promise<void>;
  /** Starts the state machine's execution for an order now, named by its orderId; a throttled call is tried again. */
  startOrder(order: Order): void;
  /** Invokes the reprocess function now; `done` is called in simulated time, when the function has ended. */
  redrive(request: ReprocessRequest, done: (outcome: ReprocessOutcome) => void): void;
  readonly provider: Provider;
  /** Records in the spool now, visible or not, counted without a call that the simulation would notice. */
  spoolDepth(): number;
  /** The same for the poison queue. */
  poisonDepth(): number;
  /** The body of one message in the spool, parsed; undefined when it is empty. Not a receive: it leaves no trace. */
  sampleRecord(): unknown;
  /** All accepted starts, oldest first. */
  executions(): readonly Execution[];
  /** Calls the listener for everything that happens from now on. */
  onEvent(listener: (event: StageEvent) => void): void;
  /** A hash over everything that happened. */
  eventHash(): string;
}

/** How the bookshop is deployed, and what provider it has. */
export interface StageOptions {
  readonly seed: number;
  /** The program's option `gentle`, and a provider with few hands: see limitedProvider.ts. */
  readonly gentle: boolean;
}

/** Deploys the bookshop into a new simulation. */
export type CreateStage = (options: StageOptions) => Promise<Stage>;
