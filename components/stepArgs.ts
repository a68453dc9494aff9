// The arguments of an uncertain step, as an uncertain task and a workflow take them, and what they become.
import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { leaseSeconds, runsOnSeconds, unfinishedErrors } from "./asl/leaseSeconds";
import { type RetryPolicy, retriers } from "./asl/retry";
import type { Retrier } from "./asl/states";
import type { UncertainStepOptions } from "./asl/uncertainStep";
import { CircuitBreaker } from "./circuitBreaker";
import { type Duration, toSeconds } from "./duration";
import type { LeaseReleaseUse } from "./leaseRelease";
import type { PermissionStatement } from "./policy";
import { Semaphore, semaphoreKey } from "./semaphore";
import { checkTarget, type ResolvedTarget, resolveTarget, type UncertainTaskTarget } from "./taskTarget";
import { inWords, validated } from "./validate";

/** How a step uses a semaphore. */
export interface SemaphoreUseArgs {
  readonly semaphore: Semaphore;
  /**
   * JSONata over the execution's own input, without `{% %}`: executions of one key share the limit, those of different keys do not meet.
   *
   * @default one key for all
   * @example `"customer.id"`
   */
  readonly key?: string;
  /** How long work waits for its turn before it is parked in the spool, as held: it was not attempted. @default "1 hour" */
  readonly maximumWait?: pulumi.Input<Duration>;
}

/** Arguments of an uncertain step. */
export interface StepArgs<Event = never, Result = unknown> {
  /**
   * What is tried: a closure, the arguments of a ClosureFunction, a function that exists, or any task resource. Annotate a closure's
   * parameter: without a type it is `never`.
   *
   * @example `task: async (order: Order) => charge(order)`
   * @example `task: { callbackFactory: () => ..., environment: { STAGE: "prod" }, timeout: "1 minute" }`
   * @example `task: { resource: "arn:aws:states:::dynamodb:putItem", arguments: { ... }, permissions: [ ... ] }`
   */
  readonly task: UncertainTaskTarget<Event, Result>;
  /**
   * Replaces the default policy: timeouts never (the work may have been done), `TooManyRequestsException` and
   * `Lambda.TooManyRequestsException` twice after 1 second, everything else once after 5 seconds.
   *
   * @default that policy
   */
  readonly retry?: readonly RetryPolicy[];
  /**
   * Names of errors that another attempt cannot help: parked at once, whatever `retry` says. To a circuit breaker they are answers: a
   * provider that declines a card is there.
   *
   * @default none
   */
  readonly permanentErrors?: readonly string[];
  /**
   * How long one attempt may take; longer than the function's own timeout.
   *
   * @default the function's timeout and 30 seconds; a task resource has no default
   */
  readonly timeout?: pulumi.Input<Duration>;
  /**
   * Lets at most so many executions at once into this step, across all state machines that share the semaphore; the others wait. Two more state
   * transitions.
   *
   * @default no limit
   * @example `semaphore: payments`
   * @example `semaphore: { semaphore: perCustomer, key: "customer.id", maximumWait: "10 minutes" }`
   */
  readonly semaphore?: Semaphore | SemaphoreUseArgs;
  /** Asked before each attempt, and told how it went. While it is open, work is parked without an attempt. Two more state transitions. @default none */
  readonly breaker?: CircuitBreaker;
}

/** What uncertainStep must know of a step, beside its place in a definition. */
export type ResolvedControls = Pick<
  UncertainStepOptions,
  "call" | "timeoutSeconds" | "retry" | "semaphore" | "breaker"
>;

/** A step's arguments, resolved. */
export interface ResolvedStep {
  readonly controls: pulumi.Output<ResolvedControls>;
  /** What the state machine's role needs for it. */
  readonly permissions: readonly PermissionStatement[];
  /** The function that is tried, if it is one. */
  readonly function?: aws.lambda.Function;
  /** What must be freed when an execution ends without having done so. */
  readonly leases: readonly LeaseReleaseUse[];
  /** How long the step may wait for a lease, in seconds. */
  readonly waitSeconds: pulumi.Output<number>;
  readonly breaker?: CircuitBreaker;
  /** Whether work may be parked without an attempt. */
  readonly holds: boolean;
}

const day = 86_400;

/** @param step names it in the permits of its breaker */
export function resolveStep<Event, Result>(
  step: string,
  args: StepArgs<Event, Result>,
  child: { readonly name: string; readonly options: pulumi.ComponentResourceOptions },
): ResolvedStep {
  checkTarget(args.task);
  const { permanentErrors = [], breaker } = args;
  const retry = retriers(permanentErrors, args.retry);
  const use = checkedUse(args.semaphore);
  checkBreaker(breaker);
  const target = resolveTarget(args.task, args.timeout, child);
  // Only here: other work may take as long as it likes.
  const lease = use === undefined && breaker === undefined ? undefined : leaseOf(target, retry);
  const limits = use && lease && semaphoreOf(use, lease);
  const asked =
    lease && breaker?.use({ step, answers: permanentErrors, permitSeconds: lease.apply(({ seconds }) => seconds) });
  const controls = pulumi.all([target.call, target.timeoutSeconds, limits, asked]);
  return {
    controls: controls.apply(
      ([call, timeoutSeconds, semaphore, circuit]): ResolvedControls => ({
        call,
        timeoutSeconds,
        retry,
        ...(semaphore === undefined ? {} : { semaphore }),
        ...(circuit === undefined ? {} : { breaker: circuit }),
      }),
    ),
    permissions: [...target.permissions, ...(use?.semaphore.statements ?? []), ...(breaker?.statements ?? [])],
    function: target.function,
    leases:
      use === undefined || lease === undefined
        ? []
        : [{ ...use, holdSeconds: lease.apply(({ functionSeconds }) => runsOnSeconds(functionSeconds)) }],
    waitSeconds: pulumi.output(limits).apply((known) => known?.maximumWaitSeconds ?? 0),
    breaker,
    holds: use !== undefined || breaker !== undefined,
  };
}

interface Lease {
  readonly seconds: number;
  readonly unfinished: readonly string[];
  readonly functionSeconds: number | undefined;
}

/** How long the step's work can take, and what may run on. */
function leaseOf(target: ResolvedTarget, retry: readonly Retrier[]): pulumi.Output<Lease> {
  return pulumi.all([target.timeoutSeconds, target.functionSeconds]).apply(([TimeoutSeconds, functionSeconds]) => ({
    seconds: leaseSeconds({ states: [{ TimeoutSeconds, Retry: retry }], functionSeconds }),
    unfinished: unfinishedErrors(TimeoutSeconds, functionSeconds),
    functionSeconds,
  }));
}

function semaphoreOf({ semaphore, key, maximumWait }: SemaphoreUseArgs, lease: pulumi.Output<Lease>) {
  const seconds = validated(maximumWait ?? "1 hour", (value) =>
    toSeconds("semaphore.maximumWait", value, { minimum: 1, maximum: 300 * day }),
  );
  return pulumi
    .all([semaphore.tableName, lease, seconds])
    .apply(([tableName, { seconds: leaseSeconds, unfinished }, maximumWaitSeconds]) => ({
      tableName,
      limit: semaphore.limit,
      ...(key === undefined ? {} : { key }),
      leaseSeconds,
      unfinished,
      maximumWaitSeconds,
    }));
}

function checkedUse(given: Semaphore | SemaphoreUseArgs | undefined): SemaphoreUseArgs | undefined {
  if (given === undefined) return undefined;
  const use = given instanceof Semaphore ? { semaphore: given } : given;
  if (typeof use !== "object" || use === null || !(use.semaphore instanceof Semaphore)) {
    throw new Error(`[semaphore] must be a Semaphore, or { semaphore, key, maximumWait }, got ${inWords(given)}`);
  }
  if (use.key !== undefined) semaphoreKey("semaphore.key", use.key);
  return use;
}

function checkBreaker(breaker: CircuitBreaker | undefined): void {
  if (breaker !== undefined && !(breaker instanceof CircuitBreaker)) {
    throw new Error(`[breaker] must be a CircuitBreaker, got ${inWords(breaker)}`);
  }
}
