// Faults that a test injects: into any API call, and into any delivery that AWS makes by itself.

import type { AwsError, Call } from "./service";

/** What goes wrong with a call. */
export type CallFault =
  /** The call has no effect and answers this error. */
  | { readonly kind: "errorBefore"; readonly error: AwsError }
  /** The call takes effect and answers this error: a lost reply. */
  | { readonly kind: "errorAfter"; readonly error: AwsError }
  /** Request and reply together take this many milliseconds more. */
  | { readonly kind: "latency"; readonly milliseconds: number }
  /** The calling execution environment dies: before the call leaves it, or when the effect is there and the reply is not. */
  | { readonly kind: "crashBefore" }
  | { readonly kind: "crashAfter" };

export interface CallFaultRule {
  /** Which calls; without it, all. */
  readonly when?: (call: Call) => boolean;
  readonly fault: CallFault;
  /**
   * Skips that many matching calls first.
   * @default 0
   */
  readonly skip?: number;
  /**
   * How many calls it hits; Infinity for all.
   * @default 1
   */
  readonly times?: number;
}

/** Something that AWS hands over by itself: an event to a target, an asynchronous invocation, a status event to the bus. */
export interface Delivery {
  /** Such as "events.statusChange", "events.target", "lambda.async". */
  readonly kind: string;
  /** The receiver's ARN or name. */
  readonly to: string;
  readonly payload: string;
}

export interface DeliveryFaultRule {
  readonly when?: (delivery: Delivery) => boolean;
  /** When it arrives, in milliseconds late: [] is never, [0, 60000] twice. */
  readonly arrivals: readonly number[];
  readonly skip?: number;
  readonly times?: number;
}

/** The death of the execution environment in which an invocation runs. */
export interface EnvironmentFault {
  /** Memory runs out (`Runtime.OutOfMemory`), or the process dies (`Runtime.ExitError`); both say "signal: killed". */
  readonly kind: "outOfMemory" | "crash";
  /**
   * How long the handler runs before, in milliseconds; one that returned by then has escaped.
   * @default it is not called at all
   */
  readonly after?: number;
}

/** What goes wrong with an invocation. */
export type InvocationFault =
  | EnvironmentFault
  /** It is throttled, as if no concurrency were left. */
  | { readonly kind: "throttle" };

/** A run of a function, whoever asked for it. */
export interface Invocation {
  readonly functionName: string;
  readonly requestId: string;
  /** JSON text. */
  readonly payload: string;
}

export interface InvocationFaultRule {
  /** Which invocations; without it, all. */
  readonly when?: (invocation: Invocation) => boolean;
  readonly fault: InvocationFault;
  /**
   * Skips that many matching invocations first.
   * @default 0
   */
  readonly skip?: number;
  /**
   * How many invocations it hits; Infinity for all.
   * @default 1
   */
  readonly times?: number;
}

interface Counted<Rule> {
  readonly rule: Rule;
  skip: number;
  left: number;
}

function take<Rule extends { skip?: number; times?: number }>(
  rules: Counted<Rule>[],
  matches: (rule: Rule) => boolean,
): Rule | undefined {
  for (const entry of rules) {
    if (entry.left <= 0 || !matches(entry.rule)) continue;
    if (entry.skip > 0) {
      entry.skip -= 1;
      continue;
    }
    entry.left -= 1;
    return entry.rule;
  }
  return undefined;
}

function add<Rule extends { skip?: number; times?: number }>(rules: Counted<Rule>[], rule: Rule): () => void {
  const entry = { rule, skip: rule.skip ?? 0, left: rule.times ?? 1 };
  rules.push(entry);
  return () => {
    entry.left = 0;
  };
}

/** The faults of one simulation. The first rule that fits and is not used up wins. */
export class Faults {
  private readonly calls: Counted<CallFaultRule>[] = [];
  private readonly deliveries: Counted<DeliveryFaultRule>[] = [];
  private readonly invocations: Counted<InvocationFaultRule>[] = [];

  /** Injects a fault into calls; the result takes it back. */
  intoCalls(rule: CallFaultRule): () => void {
    return add(this.calls, rule);
  }

  /** Injects a fault into deliveries; the result takes it back. */
  intoDeliveries(rule: DeliveryFaultRule): () => void {
    return add(this.deliveries, rule);
  }

  /**
   * Injects a fault into invocations of Lambda functions; the result takes it back.
   *
   * @example
   * ```ts
   * const isCharge = ({ functionName }: Invocation) => functionName === "charge";
   * simulation.faults.intoInvocations({ when: isCharge, fault: { kind: "outOfMemory" }, times: 3 });
   * ```
   */
  intoInvocations(rule: InvocationFaultRule): () => void {
    return add(this.invocations, rule);
  }

  forInvocation(invocation: Invocation): InvocationFault | undefined {
    return take(this.invocations, (rule) => rule.when?.(invocation) ?? true)?.fault;
  }

  forCall(call: Call): CallFault | undefined {
    return take(this.calls, (rule) => rule.when?.(call) ?? true)?.fault;
  }

  /** When a delivery arrives, in milliseconds late, once for each time. */
  arrivals(delivery: Delivery): readonly number[] {
    return take(this.deliveries, (rule) => rule.when?.(delivery) ?? true)?.arrivals ?? [0];
  }
}
