// A payment provider with few hands: it works on so many calls at once, for some seconds each, and is up or down.
import type { HttpReply, HttpRequest } from "@respool/simulator";
import { HostedProvider, readCall } from "./hostedProvider";

/** Calls that it works on at once. */
export const CALLS_AT_ONCE = 5;
/** How long it works on one, in seconds, on average. */
export const CALL_SECONDS = 3;
/** A call takes at most that much longer or shorter. */
const SPREAD_SECONDS = 0.5;

/** Refuses whatever comes while its hands are full. What it has begun it finishes, even when maintenance begins meanwhile. */
export class LimitedProvider extends HostedProvider {
  private working = 0;

  answer(request: HttpRequest, reply: HttpReply): void {
    const call = readCall(request);
    const refusal = this.refusal();
    this.books.calls.push({
      orderId: call.orderId,
      at: this.surroundings.now(),
      inFlight: this.working + 1,
      accepted: refusal === undefined,
    });
    if (refusal) this.refuse(call, refusal.status, refusal.reason, reply);
    else this.work(() => this.charge(call, reply));
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
