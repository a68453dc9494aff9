// What the chart and the report draw: spool depth, provider health, charges and notable moments over simulated time.
import type { BreakerPhase, ProviderHealth, Stage } from "./stage";

/** A moment to mark: an alarm that fired or cleared, a run of the reprocess function, what the circuit breaker did. */
export interface Mark {
  readonly kind: "alarm" | "cleared" | "redrive" | BreakerMark;
  /** Milliseconds since the shop opened. */
  readonly at: number;
}

/** It opened, it let a probe through, it closed. */
export type BreakerMark = "opened" | "probe" | "closed";

/** One look at the stage. */
export interface Sample {
  /** Milliseconds since the shop opened. */
  readonly at: number;
  readonly spoolDepth: number;
  readonly health: ProviderHealth;
}

/** All times are milliseconds since the shop opened. */
export interface Timeline {
  readonly duration: number;
  /** In order of time; the first is at 0. */
  readonly samples: readonly Sample[];
  /** When each charge was made, in order. */
  readonly charges: readonly number[];
  readonly marks: readonly Mark[];
}

/** A timeline cut into equal parts. */
export interface Bins {
  /** Milliseconds that one part covers. */
  readonly width: number;
  /** The deepest that the spool was in each part. */
  readonly depths: readonly number[];
  /** The worst that the provider was in each part. */
  readonly health: readonly ProviderHealth[];
  /** The number of charges in each part. */
  readonly charges: readonly number[];
  /** The moments in each part. */
  readonly marks: readonly (readonly Mark[])[];
}

const BREAKER_MARKS: Record<BreakerPhase, BreakerMark> = { open: "opened", halfOpen: "probe", closed: "closed" };

/** What the breaker's marks are called. */
export const BREAKER_NAMES: Readonly<Record<BreakerMark, string>> = {
  opened: "the circuit breaker opened",
  probe: "half-open: a probe",
  closed: "the circuit breaker closed",
};

const BADNESS: Record<ProviderHealth, number> = { healthy: 0, shaky: 1, maintenance: 2 };

/** Watches a stage. It reads what leaves no trace there, so that a run with it has the same event log as one without. */
export class TimelineRecorder {
  private readonly samples: Sample[] = [];
  private readonly marks: Mark[] = [];
  private health: ProviderHealth = "healthy";
  private breaker: BreakerPhase = "closed";
  private breakerOpenedAt: number | undefined;

  /** @param opensAt the simulated time that counts as 0 */
  constructor(
    private readonly stage: Stage,
    private readonly opensAt: number,
  ) {
    stage.onEvent((event) => {
      if (event.kind === "alarm") this.mark(event.state === "ALARM" ? "alarm" : "cleared", event.at);
      if (event.kind === "breaker") this.hearBreaker(event.phase, event.at);
    });
  }

  /** When the circuit breaker first opened, in milliseconds since the epoch; undefined when it did not. */
  get openedAt(): number | undefined {
    return this.breakerOpenedAt;
  }

  /** Notes that the provider's health changes now. */
  setHealth(health: ProviderHealth): void {
    this.sample();
    this.health = health;
    this.sample();
  }

  /** An open circuit breaker that was half-open has not opened: its probe failed. */
  private hearBreaker(phase: BreakerPhase, at: number): void {
    if (phase !== "open" || this.breaker !== "halfOpen") this.mark(BREAKER_MARKS[phase], at);
    if (phase === "open") this.breakerOpenedAt ??= at;
    this.breaker = phase;
  }

  /** Looks at the stage now. */
  sample(): void {
    this.samples.push({ at: this.elapsed(), spoolDepth: this.stage.spoolDepth(), health: this.health });
  }

  mark(kind: Mark["kind"], at = this.stage.now()): void {
    this.marks.push({ kind, at: at - this.opensAt });
  }

  finish(): Timeline {
    const charges = this.stage.provider.ledger().filter((entry) => entry.kind === "charge");
    return {
      duration: this.elapsed(),
      samples: this.samples,
      charges: charges.map((entry) => entry.at - this.opensAt),
      marks: this.marks,
    };
  }

  private elapsed(): number {
    return this.stage.now() - this.opensAt;
  }
}

/** Whether there was a circuit breaker that did anything. */
export function hasBreaker({ marks }: Timeline): boolean {
  return marks.some(({ kind }) => kind in BREAKER_NAMES);
}

/**
 * Cuts a timeline into equal parts.
 *
 * @param count how many, at least 1
 */
export function binTimeline({ duration, samples, charges, marks }: Timeline, count: number): Bins {
  const width = Math.max(1, duration) / count;
  const partOf = (at: number) => Math.min(count - 1, Math.max(0, Math.floor(at / width)));
  const depths: number[] = [];
  const health: ProviderHealth[] = [];
  let next = 0;
  for (let part = 0; part < count; part += 1) {
    // What held at the end of the part before holds on until the next sample.
    const held = samples[next]?.at === part * width ? undefined : samples[next - 1];
    let depth = held?.spoolDepth ?? 0;
    let worst = held?.health ?? "healthy";
    for (; next < samples.length && partOf((samples[next] as Sample).at) === part; next += 1) {
      const sample = samples[next] as Sample;
      depth = Math.max(depth, sample.spoolDepth);
      if (BADNESS[sample.health] > BADNESS[worst]) worst = sample.health;
    }
    depths.push(depth);
    health.push(worst);
  }
  const counts = new Array<number>(count).fill(0);
  for (const at of charges) counts[partOf(at)] = (counts[partOf(at)] as number) + 1;
  const marked = Array.from({ length: count }, (_, part) => marks.filter((mark) => partOf(mark.at) === part));
  return { width, depths, health, charges: counts, marks: marked };
}
