// Tells of a provider that is spared: the circuit breaker, its probes, and the redrive that ramps up by itself.
import { Narrator } from "./narrator";
import type { BreakerPhase, StageEvent } from "./stage";
import { counted } from "./words";

/** Knows what the circuit breaker and the redrive do, beside what any narrator knows. */
export class GentleNarrator extends Narrator {
  private phase: BreakerPhase = "closed";
  private failedCalls = 0;
  private failedProbes = 0;
  private window = 0;

  override maintenanceEnds(): void {
    this.maintenance = "over";
    this.story.tell("provider", `the provider is back; ${this.waiting()}, and the next probe will find out`);
  }

  protected override hear(event: StageEvent): void {
    if (event.kind === "breaker") this.hearBreaker(event.phase);
    else if (event.kind === "redrive") this.hearRedrive(event);
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
      this.story.tell("breaker", `the circuit breaker opens after ${calls}: orders are held, without a call`);
    } else if (phase === "closed") {
      const probes = `after ${counted(this.failedProbes, "probe")} that failed`;
      this.story.tell("breaker", `probes succeed, ${probes}: the circuit breaker closes; ${this.waiting()}`);
      this.failedProbes = 0;
    }
    this.failedCalls = 0;
  }

  private hearFailedProbe(): void {
    this.failedProbes += 1;
    if (this.failedProbes === 1)
      this.story.tell(
        "breaker",
        "a minute later one order probes the provider, and fails: the circuit breaker stays open",
      );
    else if (this.failedProbes % 15 === 0)
      this.story.tell("breaker", `${counted(this.failedProbes, "probe")} failed, one a minute; ${this.waiting()}`);
  }

  private hearRedrive(event: Extract<StageEvent, { kind: "redrive" }>): void {
    const { state, window, started, succeeded, failedAgain, stoppedBecause } = event;
    if (state === "ramp" && window > this.window)
      this.story.tell("operator", `the redrive has ${window} at most under way; ${succeeded} are done`);
    if (state === "ended" && started > 0)
      this.story.tell(
        "operator",
        `the redrive ends: ${started} started, ${succeeded} succeeded, ${failedAgain} failed again (${stoppedBecause})`,
      );
    this.window = state === "ramp" ? window : 0;
  }
}
