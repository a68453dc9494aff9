// Tells of a provider that is spared: the circuit breaker, and its probes.
import { Narrator } from "./narrator";
import type { BreakerPhase, StageEvent } from "./stage";
import { counted } from "./words";

/** Knows what the circuit breaker does, beside what any narrator knows. */
export class GentleNarrator extends Narrator {
  private phase: BreakerPhase = "closed";
  private failedCalls = 0;
  private failedProbes = 0;

  override maintenanceEnds(): void {
    this.maintenance = "over";
    this.story.tell("provider", `the provider is back; ${this.waiting()}, and the next probe will find out`);
  }

  protected override hear(event: StageEvent): void {
    if (event.kind === "breaker") this.hearBreaker(event.phase);
    else super.hear(event);
  }

  protected override hearFailedCall(orderId: string, error: string): void {
    this.failedCalls += 1;
    if (this.phase === "closed") this.story.tell("order", `${orderId}: ${error}`);
  }

  private hearBreaker(phase: BreakerPhase): void {
    const before = this.phase;
    this.phase = phase;
    if (phase === "open" && before === "halfOpen") this.hearFailedProbe();
    else if (phase === "open") {
      const calls = counted(this.failedCalls, "failed call");
      this.story.tell("provider", `the circuit breaker opens after ${calls}: orders are held, without a call`);
    } else if (phase === "closed") {
      const probes = `after ${counted(this.failedProbes, "probe")} that failed`;
      this.story.tell("provider", `probes succeed, ${probes}: the circuit breaker closes; ${this.waiting()}`);
      this.failedProbes = 0;
    }
    this.failedCalls = 0;
  }

  private hearFailedProbe(): void {
    this.failedProbes += 1;
    if (this.failedProbes === 1)
      this.story.tell(
        "provider",
        "a minute later one order probes the provider, and fails: the circuit breaker stays open",
      );
    else if (this.failedProbes % 15 === 0)
      this.story.tell("provider", `${counted(this.failedProbes, "probe")} failed, one a minute; ${this.waiting()}`);
  }
}
