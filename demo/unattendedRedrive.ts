// No operator: tells how the program redrives everything by itself, and waits until it has.
import type { Redriver, RedriverOptions } from "./scenario";
import type { BreakerPhase, RedriveProgress } from "./stage";
import { isAllDone } from "./statistics";

const MINUTE = 60_000;
/** What is not done then, after the maintenance and the last order, will not be done. */
const LONGEST_WAIT = 24 * 60 * MINUTE;

/** Looks once a minute. */
export class UnattendedRedrive implements Redriver {
  private finished = false;
  private isRunning = false;
  private breaker: BreakerPhase = "closed";
  private window = 0;

  constructor(private readonly options: RedriverOptions) {}

  get isFinished(): boolean {
    return this.finished;
  }

  begin(): void {
    const { stage, plan } = this.options;
    stage.onEvent((event) => {
      if (event.kind === "breaker") this.breaker = event.phase;
      if (event.kind === "redrive") this.hear(event);
    });
    stage.at(plan.maintenanceUntil + MINUTE, () => this.look());
  }

  private hear({ state, window, started, succeeded, failedAgain, stoppedBecause }: RedriveProgress): void {
    const { story, onRun } = this.options;
    const wasRunning = this.isRunning;
    this.isRunning = state !== "ended";
    // A run that was started by the breaker's opening is about to wait for it.
    const rampsUp = state === "ramp" && this.breaker === "closed";
    if (rampsUp && window > this.window) {
      onRun();
      story.tell("operator", `the redrive has ${window} under way at most; ${succeeded} have succeeded`);
    }
    if (state === "ended" && wasRunning && started > 0) {
      const counts = `${started} started, ${succeeded} succeeded, ${failedAgain} failed again`;
      story.tell("operator", `the redrive ends: ${counts} (${stoppedBecause})`);
    }
    this.window = rampsUp ? window : 0;
  }

  private look(): void {
    const { stage, plan, story, orderCount } = this.options;
    const isDone = !this.isRunning && stage.spoolDepth() === 0 && isAllDone(stage, orderCount);
    const isTooLate = stage.now() > Math.max(plan.maintenanceUntil, plan.lastOrderAt) + LONGEST_WAIT;
    this.finished = isDone || isTooLate;
    if (isDone) story.tell("operator", "the spool is empty and every order has its result; nobody had to do anything");
    else if (isTooLate) story.tell("operator", "some orders are not done, and nothing happens any more");
    else stage.at(stage.now() + MINUTE, () => this.look());
  }
}
