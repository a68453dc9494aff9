// A run asks the circuit breakers first: what they would hold stays in the spool, instead of coming back as held.
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { DeclaredSources, FailureRecord } from "../../records/record";
import type { DynamoDbApi } from "../aws";
import { errorMessage, errorName } from "../awsErrors";
import type { Log } from "../telemetry";
import type { Decision } from "./decide";
import { OutOfTime, type Pace } from "./pace";
import type { HeldBack } from "./request";

const KEY = { key: { S: "breaker" } };
/** How long a look holds. */
const LOOK_MS = 1_000;
/** How long an execution that was started may take to get its permit: until then the permit counts as taken. */
const ARRIVAL_MS = 10_000;

/** What a circuit breaker says now: why nothing may start, or how many may; all may where it is closed. */
export type Look = { readonly refused: string } | { readonly permits: number; readonly reason: string };

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
  guard({ source }: FailureRecord): boolean {
    return this.sources[source]?.breaker !== undefined;
  }

  /**
   * Skips a start that the circuit breaker of its source does not allow now.
   *
   * @throws OutOfTime
   */
  async allow(decision: Extract<Decision, { action: "start" }>): Promise<Decision> {
    const { record } = decision;
    const tableName = this.sources[record.source]?.breaker?.tableName;
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
      const item = await this.pace.persist(() => this.clients.dynamoDb.getItem(tableName, KEY));
      return saidBy(tableName, item ?? {}, Date.now());
    } catch (error) {
      if (error instanceof OutOfTime) throw error;
      const details = { table: tableName, error: errorName(error), reason: errorMessage(error) };
      this.clients.log.error("circuit breaker could not be read", details);
      // Whether the dependency works is not known: the work can wait, and the result says so.
      return { refused: `the circuit breaker ${tableName} could not be read: ${errorName(error)}` };
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

/**
 * Reads a circuit breaker's item.
 *
 * @param now milliseconds since 1970
 */
export function saidBy(tableName: string, item: Readonly<Record<string, AttributeValue>>, now: number): Look {
  const called = `the circuit breaker ${tableName}`;
  const hold = item.hold?.M;
  if (hold !== undefined) return { refused: `${called} is held by ${hold.by?.S}${because(hold.reason)}` };
  const phase = item.phase?.S ?? "closed";
  if (phase === "closed") return { permits: Number.POSITIVE_INFINITY, reason: "" };
  const seconds = Math.floor(now / 1000);
  if (phase === "halfOpen") {
    const live = Object.values(item.permits?.M ?? {}).filter(({ N }) => Number(N) >= seconds).length;
    const reason = `${called} is half-open: as many are being tried as may be${because(item.reason)}`;
    return { permits: Math.max(0, Number(item.allowed?.N ?? 0) - live), reason };
  }
  const retryAt = Number(item.retryAt?.N ?? Number.NaN);
  if (phase !== "open" || Number.isNaN(retryAt)) return { refused: `${called} has an unknown phase, ${phase}` };
  if (seconds < retryAt)
    return { refused: `${called} is open until ${new Date(retryAt * 1000).toISOString()}${because(item.reason)}` };
  return { permits: 1, reason: `${called} is open, and is being probed${because(item.reason)}` };
}

function because(reason: AttributeValue | undefined): string {
  return reason?.S ? `: ${reason.S}` : "";
}
