// A stage without AWS: a clock, a provider with a ledger, and a spool that is a list. It can be told to do what Respool must not.
import type { Order } from "../../../demo/orders";
import type {
  CreateStage,
  Execution,
  LedgerEntry,
  ProviderCall,
  ProviderHealth,
  ReprocessOutcome,
  Stage,
  StageEvent,
} from "../../../demo/stage";
import type { ReprocessRequest } from "../../../handlers/reprocess/request";
import { Clock } from "../../../simulator/clock";
import { Random } from "../../../simulator/random";

/** What goes wrong on purpose. */
export interface Mistakes {
  /** The reprocess function forgets this many records. */
  readonly forgets?: number;
  /** The reprocess function starts everything twice. */
  readonly startsTwice?: boolean;
  /** The provider charges whatever the idempotency key says. */
  readonly chargesTwice?: boolean;
  /** Every run of the reprocess function ends with this error. */
  readonly error?: string;
}

const FAILURE_SHARE: Record<ProviderHealth, number> = { healthy: 0.03, shaky: 0.4, maintenance: 1 };
const ALARM_DEPTH = 5;
const RETRY_AFTER = 5000;

type Running = { -readonly [Key in keyof Execution]: Execution[Key] };

interface Parked {
  readonly order: Order;
  readonly generation: number;
}

export class FakeStage implements Stage {
  private readonly clock = new Clock(Date.parse("2026-11-02T08:00:00Z"));
  private readonly random: Random;
  private readonly entries: LedgerEntry[] = [];
  private readonly started: Running[] = [];
  private readonly listeners: ((event: StageEvent) => void)[] = [];
  private readonly spool: Parked[] = [];
  private health: ProviderHealth = "healthy";
  private readonly calls: ProviderCall[] = [];
  private alarming = false;
  readonly requests: ReprocessRequest[] = [];
  /** Everything that was asked of the provider's health, with the simulated time. */
  readonly healthChanges: [at: number, health: ProviderHealth][] = [];

  readonly provider = {
    setHealth: (health: ProviderHealth) => {
      this.health = health;
      this.healthChanges.push([this.now(), health]);
    },
    ledger: () => this.entries,
    calls: () => this.calls,
  };

  constructor(
    seed = 1,
    private readonly mistakes: Mistakes = {},
  ) {
    this.random = new Random(seed);
  }

  now(): number {
    return this.clock.now;
  }

  at(time: number, run: () => void): void {
    this.clock.at(time, run);
  }

  runUntil(time: number): void {
    while (this.clock.step(time));
    this.clock.advanceTo(time);
  }

  startOrder(order: Order): void {
    this.start(order, 0);
  }

  redrive(request: ReprocessRequest, done: (outcome: ReprocessOutcome) => void): void {
    this.requests.push(request);
    const { error } = this.mistakes;
    this.clock.after(1000, () => done(error === undefined ? this.reprocess(request) : { error }));
  }

  spoolDepth(): number {
    return this.spool.length;
  }

  poisonDepth(): number {
    return 0;
  }

  sampleRecord(): unknown {
    const first = this.spool[0];
    return first && { respool: 1, kind: "failed", input: first.order, error: { name: "ProviderDown", cause: null } };
  }

  executions(): readonly Execution[] {
    return this.started;
  }

  onEvent(listener: (event: StageEvent) => void): void {
    this.listeners.push(listener);
  }

  eventHash(): string {
    return this.random.hex(64);
  }

  private emit(event: StageEvent): void {
    for (const listener of this.listeners) listener(event);
  }

  private start(order: Order, generation: number): void {
    const name = generation === 0 ? order.orderId : `${order.orderId}-redrive-${generation}-t0`;
    const execution: Running = {
      name,
      orderId: order.orderId,
      status: "RUNNING",
      startedAt: this.now(),
      endedAt: undefined,
      output: undefined,
    };
    this.started.push(execution);
    this.attempt(execution, { order, generation }, 1);
  }

  private attempt(execution: Running, parked: Parked, tries: number): void {
    this.clock.after(this.random.integer(200, 900), () => {
      const accepted = this.random.fraction() >= FAILURE_SHARE[this.health];
      this.calls.push({ orderId: parked.order.orderId, at: this.now(), inFlight: 1, accepted });
      if (accepted) this.charge(execution, parked.order);
      else this.fail(execution, parked, tries);
    });
  }

  private charge(execution: Running, { orderId }: Order): void {
    const at = this.now();
    const known = !this.mistakes.chargesTwice && this.entries.some((entry) => entry.orderId === orderId);
    this.entries.push({ orderId, idempotencyKey: orderId, at, kind: known ? "replay" : "charge" });
    this.emit({ kind: "charged", at, orderId });
    Object.assign(execution, { status: "SUCCEEDED", endedAt: at, output: { orderId } });
  }

  private fail(execution: Running, parked: Parked, tries: number): void {
    const { orderId } = parked.order;
    this.emit({ kind: "attemptFailed", at: this.now(), orderId, error: "the provider answered 503" });
    if (tries < 2) {
      this.clock.after(RETRY_AFTER, () => this.attempt(execution, parked, tries + 1));
      return;
    }
    Object.assign(execution, { status: "SUCCEEDED", endedAt: this.now(), output: { spooled: true } });
    this.spool.push(parked);
    this.emit({ kind: "spooled", at: this.now(), orderId });
    this.checkAlarm();
  }

  private reprocess({ max = 10, dryRun = false }: ReprocessRequest): ReprocessOutcome {
    const taken = dryRun ? this.spool.slice(0, max) : this.spool.splice(0, max);
    if (!dryRun) {
      const forgotten = this.mistakes.forgets ?? 0;
      for (const { order, generation } of this.requests.length === 2 ? taken.slice(forgotten) : taken) {
        this.start(order, generation + 1);
        if (this.mistakes.startsTwice) this.start(order, generation + 1);
      }
    }
    this.checkAlarm();
    const nothing = { alreadyStarted: 0, superseded: 0, skipped: 0, poisoned: 0, failed: 0 };
    return { success: taken.length, ...nothing, remaining: this.spool.length, stoppedBecause: "max" };
  }

  private checkAlarm(): void {
    const alarming = this.spool.length >= ALARM_DEPTH;
    if (alarming === this.alarming) return;
    this.alarming = alarming;
    this.emit({ kind: "alarm", at: this.now(), name: "spool-depth", state: alarming ? "ALARM" : "OK" });
  }
}

/** For the demo's program: every call makes a new stage. */
export function fakeStages(mistakes: Mistakes = {}): CreateStage {
  return async ({ seed }) => new FakeStage(seed, mistakes);
}
