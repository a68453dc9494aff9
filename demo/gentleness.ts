// Whether the provider was spared: counted from its own calls alone.
import { CALL_SECONDS, CALLS_AT_ONCE } from "./limitedProvider";
import type { LedgerEntry, ProviderCall } from "./stage";

const MINUTE = 60_000;
/** How much longer than the shortest possible time the redrive may take. */
const MOST_RATIO = 1.2;
/** Where few wait, the first careful steps weigh more than the rest: so much they may take in any case. */
const FIRST_STEPS_SECONDS = 60;

/** What the provider saw of an outage. */
export interface Gentleness {
  /** Calls in flight at once, at most, refused ones included. */
  readonly mostInFlight: number;
  /** Calls within any minute of the outage, at most, once the circuit breaker had opened. */
  readonly probesPerMinute: number;
  /** From the first probe that succeeded to the last charge of what waited then. */
  readonly redriveSeconds: number;
  /** What a provider that is never idle would take for the same: so many calls, so long, so many at once. */
  readonly shortestSeconds: number;
  /** How many times as long as the shortest possible time it took. */
  readonly ratio: number;
}

/** What is counted. Times are simulated, in milliseconds since the epoch. */
export interface OutageEvidence {
  readonly calls: readonly ProviderCall[];
  readonly ledger: readonly LedgerEntry[];
  readonly maintenanceUntil: number;
  /** When the circuit breaker first opened; undefined when it never did. */
  readonly openedAt: number | undefined;
}

/** Counts it. */
export function measureGentleness({ calls, ledger, maintenanceUntil, openedAt }: OutageEvidence): Gentleness {
  const from = openedAt ?? Number.NEGATIVE_INFINITY;
  const probes = calls.filter(({ at }) => at > from && at < maintenanceUntil).map(({ at }) => at);
  const backAt = calls.find(({ at, accepted }) => accepted && at >= maintenanceUntil)?.at;
  const waited = ledger.filter(({ at, kind }) => kind === "charge" && backAt !== undefined && at > backAt);
  const redriveSeconds = backAt === undefined ? 0 : ((waited.at(-1)?.at ?? backAt) - backAt) / 1000;
  const shortestSeconds = (waited.length * CALL_SECONDS) / CALLS_AT_ONCE;
  return {
    mostInFlight: Math.max(0, ...calls.map(({ inFlight }) => inFlight)),
    probesPerMinute: mostWithin(probes, MINUTE),
    redriveSeconds: thousandths(redriveSeconds),
    shortestSeconds: thousandths(shortestSeconds),
    ratio: shortestSeconds === 0 ? 0 : thousandths(redriveSeconds / shortestSeconds),
  };
}

/** What was promised and did not hold, in words. */
export function brokenPromises(gentle: Gentleness): readonly string[] {
  const { mostInFlight, probesPerMinute, redriveSeconds, shortestSeconds } = gentle;
  const longest = Math.max(MOST_RATIO * shortestSeconds, shortestSeconds + FIRST_STEPS_SECONDS);
  return [
    ...(mostInFlight > CALLS_AT_ONCE ? [`${mostInFlight} calls were in flight at once`] : []),
    ...(probesPerMinute > 1 ? [`${probesPerMinute} calls came within a minute of the outage`] : []),
    ...(redriveSeconds > longest ? [`the redrive took ${redriveSeconds} seconds instead of ${shortestSeconds}`] : []),
  ];
}

/** How many of the moments, at most, lie within a span of that length. */
function mostWithin(moments: readonly number[], length: number): number {
  let first = 0;
  let most = 0;
  for (const [index, at] of moments.entries()) {
    while ((moments[first] as number) <= at - length) first += 1;
    most = Math.max(most, index - first + 1);
  }
  return most;
}

function thousandths(value: number): number {
  return Math.round(value * 1000) / 1000;
}
