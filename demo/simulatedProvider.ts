// The payment provider of the demo: a host outside AWS with moods and a ledger of its own.
import type { HttpReply, HttpRequest } from "@respool/simulator";
import type { LedgerEntry, Provider, ProviderHealth } from "./stage";

/** Share of calls that fail. */
const failureShare: Readonly<Record<ProviderHealth, number>> = { healthy: 0.03, shaky: 0.4, maintenance: 1 };

/** Charges once for an idempotency key, as payment providers do. */
export class SimulatedProvider implements Provider {
  private health: ProviderHealth = "healthy";
  private readonly entries: LedgerEntry[] = [];
  private readonly charged = new Set<string>();
  private calls = 0;

  /** @param fraction a number from 0 (included) to 1 (excluded), from the simulation's seed */
  constructor(
    private readonly now: () => number,
    private readonly fraction: () => number,
    private readonly onCall: (orderId: string, error: string | undefined) => void,
  ) {}

  setHealth(health: ProviderHealth): void {
    this.health = health;
  }

  ledger(): readonly LedgerEntry[] {
    return this.entries;
  }

  attempts(): number {
    return this.calls;
  }

  answer(request: HttpRequest, reply: HttpReply): void {
    this.calls += 1;
    const { order: orderId } = JSON.parse(request.body.toString("utf8")) as { order: string };
    const headers = { "content-type": "application/json" };
    if (this.fraction() < failureShare[this.health]) {
      const error = this.health === "maintenance" ? "503 maintenance" : "503 unavailable";
      this.onCall(orderId, error);
      reply({ status: 503, headers, body: JSON.stringify({ error }) });
      return;
    }
    const idempotencyKey = request.headers["idempotency-key"] ?? "";
    const isReplay = idempotencyKey !== "" && this.charged.has(idempotencyKey);
    this.charged.add(idempotencyKey);
    this.entries.push({ orderId, idempotencyKey, at: this.now(), kind: isReplay ? "replay" : "charge" });
    this.onCall(orderId, undefined);
    reply({ status: 200, headers, body: JSON.stringify({ id: `ch_${idempotencyKey}` }) });
  }
}
