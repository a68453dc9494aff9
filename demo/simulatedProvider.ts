// The payment provider of the demo: a host outside AWS with moods and a ledger of its own.
import type { HttpReply, HttpRequest } from "@respool/simulator";
import { Ledger } from "./ledger";
import type { LedgerEntry, Provider, ProviderCall, ProviderHealth } from "./stage";

/** Share of calls that fail. */
const failureShare: Readonly<Record<ProviderHealth, number>> = { healthy: 0.03, shaky: 0.4, maintenance: 1 };

/** What a provider of the demo must know of the simulation. */
export interface ProviderSurroundings {
  /** Simulated time, in milliseconds since the epoch. */
  now(): number;
  /** Calls back after so many simulated milliseconds. */
  after(delay: number, run: () => void): void;
  /** A number from 0 (included) to 1 (excluded), from the simulation's seed. */
  fraction(): number;
  /** Hears how each call ended. */
  onCall(orderId: string, error: string | undefined): void;
}

/** A provider that the demo plugs into the simulated internet. */
export interface HostedProvider extends Provider {
  answer(request: HttpRequest, reply: HttpReply): void;
}

/** A call of it, as the bookshop makes it. */
export interface ChargeCall {
  readonly orderId: string;
  readonly idempotencyKey: string;
}

export function readCall(request: HttpRequest): ChargeCall {
  const { order: orderId } = JSON.parse(request.body.toString("utf8")) as { order: string };
  return { orderId, idempotencyKey: request.headers["idempotency-key"] ?? "" };
}

export function replyJson(reply: HttpReply, status: number, body: object): void {
  reply({ status, headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
}

/** Answers at once, and fails some calls. */
export class SimulatedProvider implements HostedProvider {
  private health: ProviderHealth = "healthy";
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
    const { surroundings, books } = this;
    const at = surroundings.now();
    const call = readCall(request);
    const { orderId, idempotencyKey } = call;
    const fails = surroundings.fraction() < failureShare[this.health];
    books.calls.push({ orderId, at, inFlight: 1, accepted: !fails });
    if (fails) {
      const error = this.health === "maintenance" ? "503 maintenance" : "503 unavailable";
      surroundings.onCall(orderId, error);
      replyJson(reply, 503, { error });
      return;
    }
    books.charge({ orderId, idempotencyKey, at });
    surroundings.onCall(orderId, undefined);
    replyJson(reply, 200, { id: `ch_${idempotencyKey}` });
  }
}
