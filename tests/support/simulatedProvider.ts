// The payment provider of the cycle tests, as a host of the simulated internet.
import type { HttpReply, HttpRequest } from "@respool/simulator";
import type { Charge, Provider, ProviderAnswer } from "./backend";

export const providerUrl = "https://payments.example";

/** Milliseconds that a slow answer takes. */
const slowness = 1_000;

/** Its ledger and its moods; it knows nothing of AWS. */
export class SimulatedProvider implements Provider {
  private mood: ProviderAnswer = 200;
  private readonly scripts = new Map<string, ProviderAnswer[]>();
  private readonly ledger: Charge[] = [];
  private readonly keys = new Set<string>();
  private readonly counts = new Map<string, number>();
  private working = 0;
  private most = 0;

  /** @param after runs something so many milliseconds later */
  constructor(private readonly after: (milliseconds: number, run: () => void) => void) {}

  async behave(answer: ProviderAnswer): Promise<void> {
    this.mood = answer;
  }

  async script(order: string, answers: readonly ProviderAnswer[]): Promise<void> {
    this.scripts.set(order, [...answers]);
  }

  async charges(): Promise<readonly Charge[]> {
    return this.ledger;
  }

  async calls(order: string): Promise<number> {
    return this.counts.get(order) ?? 0;
  }

  async mostAtOnce(): Promise<number> {
    return this.most;
  }

  /** Forgets everything, as a new one. */
  async reset(): Promise<void> {
    this.mood = 200;
    this.most = 0;
    for (const memory of [this.scripts, this.counts, this.keys]) memory.clear();
    this.ledger.splice(0);
  }

  /** Calls that reached it for all orders. */
  async attempts(): Promise<number> {
    return [...this.counts.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Answers one request. */
  answer(request: HttpRequest, reply: HttpReply): void {
    const { order } = JSON.parse(request.body.toString("utf8")) as { order: string };
    const idempotencyKey = request.headers["idempotency-key"] ?? "";
    this.counts.set(order, (this.counts.get(order) ?? 0) + 1);
    const script = this.scripts.get(order);
    const status = (script !== undefined && script.length > 1 ? script.shift() : script?.[0]) ?? this.mood;
    if (status === "hang") return;
    if (status === 200 || status === "slow" || status === "chargeThenHang") this.charge(order, idempotencyKey);
    if (status === "slow") this.work(() => replied(reply, 200, order));
    else if (status !== "chargeThenHang") replied(reply, status, order);
  }

  private work(done: () => void): void {
    this.working += 1;
    this.most = Math.max(this.most, this.working);
    this.after(slowness, () => {
      this.working -= 1;
      done();
    });
  }

  private charge(order: string, idempotencyKey: string): void {
    if (idempotencyKey !== "" && this.keys.has(idempotencyKey)) return;
    this.keys.add(idempotencyKey);
    this.ledger.push({ order, idempotencyKey });
  }
}

function replied(reply: HttpReply, status: number, order: string): void {
  reply({ status, headers: { "content-type": "application/json" }, body: JSON.stringify({ order }) });
}
