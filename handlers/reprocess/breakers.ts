// A run asks the circuit breakers first: what they would hold stays in the spool, instead of coming back as held.
import { breakerOf, type DeclaredSources, type FailureRecord } from "../../records/record";
import type { DynamoDbApi } from "../aws";
import { errorMessage, errorName } from "../awsErrors";
import { type BreakerState, readBreaker } from "../breakerState";
import type { Log } from "../telemetry";
import type { Decision } from "./decide";
import { OutOfTime, type Pace } from "./pace";
import type { HeldBack } from "./request";

/** How long a look holds. */
const LOOK_MS = 1_000;
/** How long an execution that was started may take to get its permit: until then the permit counts as taken. */
const ARRIVAL_MS = 10_000;

/** What a circuit breaker says now: why nothing may start, or how many may; all may where it is closed. */
type Look = { readonly refused: string } | { readonly permits: number; readonly reason: string };

/** The circuit breakers of a run. */
export class Breakers {
  /** Sources of which something was held back. */
  readonly heldBack: HeldBack[] = [];
  private readonly looks = new Map<string, { readonly at: number; readonly look: Promise<Look> }>();
  /** By table: when this run started something. */
  private readonly starts = new Map<string, number[]>();

  constructor(
    private readonly sources: DeclaredSources,
    private readonly clients: { readonly dynamoDb: DynamoDbApi; readonly log: Log },
    private readonly pace: Pace,
  ) {}

  /** Whether the record's source has one. */
  guard({ source, step }: FailureRecord): boolean {
    return breakerOf(this.sources[source], step) !== undefined;
  }

  /**
   * Skips a start that the circuit breaker of its source does not allow now.
   *
   * @throws OutOfTime
   */
  async allow(decision: Extract<Decision, { action: "start" }>): Promise<Decision> {
    const { record } = decision;
    const tableName = breakerOf(this.sources[record.source], record.step)?.tableName;
    if (tableName === undefined) return decision;
    const reason = await this.refusal(tableName);
    if (reason === undefined) return decision;
    this.note(record.source, reason);
    return { action: "skip", reason, record };
  }

  private async refusal(tableName: string): Promise<string | undefined> {
    const look = await this.lookAt(tableName);
    if ("refused" in look) return look.refused;
    const now = Date.now();
    const arriving = (this.starts.get(tableName) ?? []).filter((at) => at > now - ARRIVAL_MS);
    if (arriving.length >= look.permits) return look.reason;
    if (look.permits !== Number.POSITIVE_INFINITY) this.starts.set(tableName, [...arriving, now]);
    return undefined;
  }

  /** Records of one batch are decided on at once: they share a look. */
  private lookAt(tableName: string): Promise<Look> {
    const last = this.looks.get(tableName);
    if (last !== undefined && Date.now() - last.at < LOOK_MS) return last.look;
    const look = this.read(tableName);
    this.looks.set(tableName, { at: Date.now(), look });
    return look;
  }

  private async read(tableName: string): Promise<Look> {
    try {
      const breaker = await this.pace.persist(() => readBreaker(this.clients.dynamoDb, tableName));
      return saidBy(tableName, breaker, Date.now());
    } catch (error) {
      if (error instanceof OutOfTime) throw error;
      const details = { table: tableName, error: errorName(error), reason: errorMessage(error) };
      this.clients.log.error("circuit breaker could not be read", details);
      // Whether the dependency works is not known: the work can wait, and the result says so.
      return {
        refused: `the circuit breaker ${tableName} could not be read: ${errorName(error)}: ${errorMessage(error)}`,
      };
    }
  }

  private note(source: string, reason: string): void {
    const known = this.heldBack.find((held) => held.source === source);
    if (known === undefined) {
      this.heldBack.push({ source, reason, records: 1 });
      this.clients.log.warn("records are held back", { source, reason });
    } else {
      known.reason = reason;
      known.records++;
    }
  }
}

/** @param now milliseconds since 1970 */
function saidBy(tableName: string, breaker: BreakerState, now: number): Look {
  const { phase, hold, reason: opened, retryAt, allowed, permits } = breaker;
  const called = `the circuit breaker ${tableName}`;
  if (hold !== undefined) return { refused: `${called} is held by ${hold.by}${because(hold.reason)}` };
  if (phase === "closed") return { permits: Number.POSITIVE_INFINITY, reason: "" };
  const seconds = Math.floor(now / 1000);
  if (phase === "halfOpen") {
    const live = Object.values(permits).filter((expires) => expires >= seconds).length;
    const reason = `${called} is half-open: as many are being tried as may be${because(opened)}`;
    return { permits: Math.max(0, allowed - live), reason };
  }
  if (seconds < retryAt)
    return { refused: `${called} is open until ${new Date(retryAt * 1000).toISOString()}${because(opened)}` };
  return { permits: 1, reason: `${called} is open, and is being probed${because(opened)}` };
}

function because(reason: string | undefined): string {
  return reason ? `: ${reason}` : "";
}
