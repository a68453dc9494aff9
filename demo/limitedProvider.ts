// A payment provider with few hands: it works on so many calls at once, for some seconds each, and is up or down.
import type { HttpReply, HttpRequest } from "@respool/simulator";
import { Ledger } from "./ledger";
import { type HostedProvider, type ProviderSurroundings, readCall, replyJson } from "./simulatedProvider";
import type { LedgerEntry, ProviderCall, ProviderHealth } from "./stage";

/** Calls that it works on at once. */
export const CALLS_AT_ONCE = 5;
/** How long it works on one, in seconds, on average. */
export const CALL_SECONDS = 3;
/** A call takes at most that much longer or shorter. */
const SPREAD_SECONDS = 0.5;

/** Refuses whatever comes while its hands are full. What it has begun it finishes, even when maintenance begins meanwhile. */
export class LimitedProvider implements HostedProvider {
  private health: ProviderHealth = "healthy";
  private working = 0;
  private readonly books = new Ledger();

  constructor(private readonly surroundings: ProviderSurroundings) {}

  setHealth(health: ProviderHealth): void {
    this.health = health;
  }

  ledger(): readonly LedgerEntry[] {
    return this.books.entries;
  }

  calls(): readonly ProviderCall[] {
    return this.books.calls;
  }

  answer(request: HttpRequest, reply: HttpReply): void {
    const call = readCall(request);
    const refusal = this.refusal();
    const at = this.surroundings.now();
    const accepted = refusal === undefined;
    this.books.calls.push({ orderId: call.orderId, at, inFlight: this.working + 1, accepted });
    if (refusal === undefined) {
      this.work(() => {
        this.books.charge({ ...call, at: this.surroundings.now() });
        this.surroundings.onCall(call.orderId, undefined);
        replyJson(reply, 200, { id: `ch_${call.idempotencyKey}` });
      });
      return;
    }
    const error = `${refusal.status} ${refusal.reason}`;
    this.surroundings.onCall(call.orderId, error);
    replyJson(reply, refusal.status, { error });
  }

  private refusal(): { readonly status: number; readonly reason: string } | undefined {
    if (this.health !== "healthy") return { status: 503, reason: "maintenance" };
    return this.working >= CALLS_AT_ONCE ? { status: 429, reason: "too many calls" } : undefined;
  }

  private work(done: () => void): void {
    this.working += 1;
    const seconds = CALL_SECONDS + (2 * this.surroundings.fraction() - 1) * SPREAD_SECONDS;
    this.surroundings.after(seconds * 1000, () => {
      this.working -= 1;
      done();
    });
  }
}
