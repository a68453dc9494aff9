// The payment provider of the property of commands: its ledger, and its moods.
import type { HttpReply, HttpRequest } from "@respool/simulator";
import type { Mood } from "./scenario";

export interface ProviderCharge {
  readonly order: string;
  readonly key: string;
}

/** Charges once for each key. What it has charged it confirms, unless it answers nobody. */
export class MoodyProvider {
  mood: Mood | undefined;
  readonly charges: ProviderCharge[] = [];

  answer(request: HttpRequest, reply: HttpReply): void {
    const { order } = JSON.parse(request.body.toString("utf8")) as { order: string };
    const key = request.headers["idempotency-key"] ?? "";
    const { mood } = this;
    const isKnown = this.charges.some((charge) => charge.key === key);
    if (mood === "answers 503") answered(reply, 503);
    else if (mood === "answers 402" && !isKnown) answered(reply, 402);
    else if (mood !== "hangs") {
      if (!isKnown) this.charges.push({ order, key });
      if (mood !== "charges and hangs") answered(reply, 200);
    }
  }
}

function answered(reply: HttpReply, status: number): void {
  reply({ status, headers: { "content-type": "application/json" }, body: "{}" });
}
