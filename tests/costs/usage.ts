// What AWS bills for a piece of work beside its Lambda invocations, and at which prices.
import type { FunctionUsage } from "./account";

/** Of one piece of work. */
export interface Usage {
  /** States entered, and retries. */
  readonly transitions: number;
  /** DynamoDB's, of items of up to 1 KB, those that a condition refused included. */
  readonly writes: number;
  /** DynamoDB's, consistent, of items of up to 4 KB. */
  readonly reads: number;
  /** SendMessage, of up to 64 KB. */
  readonly messages: number;
  /** PutEvents. */
  readonly events: number;
}

/**
 * Dollars for a million in us-east-1.
 *
 * - https://aws.amazon.com/step-functions/pricing/ (each retry is a transition)
 * - https://aws.amazon.com/dynamodb/pricing/on-demand/; a write that its condition refuses is billed, too:
 *   https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/WorkingWithItems.html#WorkingWithItems.ConditionalUpdate
 * - https://aws.amazon.com/sqs/pricing/, https://aws.amazon.com/eventbridge/pricing/, https://aws.amazon.com/lambda/pricing/
 */
const prices = { transitions: 25, writes: 0.625, reads: 0.125, messages: 0.4, events: 1 } satisfies Usage;

/** Of a million pieces of work, or of what an option adds to them. */
export function dollarsPerMillion(usage: Usage): number {
  const { transitions, writes, reads, messages, events } = prices;
  const calls = usage.writes * writes + usage.reads * reads + usage.messages * messages + usage.events * events;
  return usage.transitions * transitions + calls;
}

export function difference(usage: Usage, from: Usage): Usage {
  return {
    transitions: usage.transitions - from.transitions,
    writes: usage.writes - from.writes,
    reads: usage.reads - from.reads,
    messages: usage.messages - from.messages,
    events: usage.events - from.events,
  };
}

/** Of a million such runs; each invocation is billed by its duration, too, which is not in it. */
export function functionDollarsPerMillion({ writes, reads, queueRequests, invocations }: FunctionUsage): number {
  const request = 0.2;
  return writes * prices.writes + reads * prices.reads + queueRequests * prices.messages + invocations * request;
}
