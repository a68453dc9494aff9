// The payment provider of the demo: a host outside AWS with moods and a ledger of its own.
import type { HttpReply, HttpRequest } from "@respool/simulator";
import { HostedProvider, readCall } from "./hostedProvider";
import type { ProviderHealth } from "./stage";

/** Share of calls that fail. */
const failureShare: Readonly<Record<ProviderHealth, number>> = { healthy: 0.03, shaky: 0.4, maintenance: 1 };

/** Answers at once, and fails some calls. */
export class SimulatedProvider extends HostedProvider {
  answer(request: HttpRequest, reply: HttpReply): void {
    const { surroundings, books } = this;
    const call = readCall(request);
    const fails = surroundings.fraction() < failureShare[this.health];
    books.calls.push({ orderId: call.orderId, at: surroundings.now(), inFlight: 1, accepted: !fails });
    if (fails) this.refuse(call, 503, this.health === "maintenance" ? "maintenance" : "unavailable", reply);
    else this.charge(call, reply);
  }
}
