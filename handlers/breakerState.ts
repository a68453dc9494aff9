// A circuit breaker's state, as handlers read it: one item of its table.
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { DynamoDbApi } from "./aws";

/** The hash key of a breaker's item. */
const BREAKER_KEY = { key: { S: "breaker" } };

const PHASES = ["closed", "open", "halfOpen"] as const;

/** What its phase lets through: all, nothing (but one probe from `retryAt` on), or as many probes as it allows. */
export type BreakerPhase = (typeof PHASES)[number];

/** The state of a circuit breaker. */
export interface BreakerState {
  readonly phase: BreakerPhase;
  /** While an operator holds it, whatever its phase: who does, and why. */
  readonly hold?: { readonly by?: string; readonly reason?: string };
  /** Why it opened. */
  readonly reason?: string;
  /** Grows with each change of the phase. */
  readonly epoch: number;
  /** Of an open one: from when a probe is let through, in seconds since 1970. 0 where there is none. */
  readonly retryAt: number;
  /** Of a half-open one: how many permits may be out at once. */
  readonly allowed: number;
  /** The permits that are out: by owner, when each expires, in seconds since 1970. */
  readonly permits: Readonly<Record<string, number>>;
}

/**
 * Reads it, consistently. A table without the item, and an item without a phase, are a breaker that has never opened.
 *
 * @throws what DynamoDB throws, and Error for a phase of a later version
 */
export async function readBreaker(dynamoDb: Pick<DynamoDbApi, "getItem">, tableName: string): Promise<BreakerState> {
  const Item = (await dynamoDb.getItem(tableName, BREAKER_KEY)) ?? {};
  return {
    phase: phaseOf(Item.phase),
    ...(Item.hold !== undefined && { hold: { by: Item.hold.M?.by?.S, reason: Item.hold.M?.reason?.S } }),
    ...(Item.reason?.S !== undefined && { reason: Item.reason.S }),
    epoch: numberIn(Item.epoch),
    retryAt: numberIn(Item.retryAt),
    allowed: numberIn(Item.allowed),
    permits: Object.fromEntries(Object.entries(Item.permits?.M ?? {}).map(([owner, at]) => [owner, numberIn(at)])),
  };
}

function phaseOf(attribute: AttributeValue | undefined): BreakerPhase {
  const text = attribute?.S ?? "closed";
  const phase = PHASES.find((known) => known === text);
  if (phase === undefined) throw new Error(`[phase] must be one of ${PHASES.join(", ")}, got ${JSON.stringify(text)}`);
  return phase;
}

function numberIn(attribute: AttributeValue | undefined): number {
  return Number(attribute?.N ?? 0);
}
