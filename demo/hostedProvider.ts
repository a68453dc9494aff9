// What the payment providers of the demo have in common: a mood, books, and a place on the simulated internet.
import type { HttpReply, HttpRequest } from "@respool/simulator";
import { Ledger } from "./ledger";
import type { LedgerEntry, Provider, ProviderCall, ProviderHealth } from "./stage";

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

/** A call of it, as the bookshop makes it. */
export interface ChargeCall {
  readonly orderId: string;
  readonly idempotencyKey: string;
}

/** A provider that the demo plugs into the simulated internet. */
export abstract class HostedProvider implements Provider {
  protected health: ProviderHealth = "healthy";
  protected readonly books = new Ledger();

  constructor(protected readonly surroundings: ProviderSurroundings) {}

  abstract answer(request: HttpRequest, reply: HttpReply): void;

  setHealth(health: ProviderHealth): void {
    this.health = health;
  }

  ledger(): readonly LedgerEntry[] {
    return this.books.entries;
  }

  calls(): readonly ProviderCall[] {
    return this.books.calls;
  }

  protected charge(call: ChargeCall, reply: HttpReply): void {
    this.books.charge({ ...call, at: this.surroundings.now() });
    this.surroundings.onCall(call.orderId, undefined);
    replyJson(reply, 200, { id: `ch_${call.idempotencyKey}` });
  }

  protected refuse(call: ChargeCall, status: number, reason: string, reply: HttpReply): void {
    const error = `${status} ${reason}`;
    this.surroundings.onCall(call.orderId, error);
    replyJson(reply, status, { error });
  }
}

export function readCall(request: HttpRequest): ChargeCall {
  const { order: orderId } = JSON.parse(request.body.toString("utf8")) as { order: string };
  return { orderId, idempotencyKey: request.headers["idempotency-key"] ?? "" };
}

function replyJson(reply: HttpReply, status: number, body: object): void {
  reply({ status, headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
}
