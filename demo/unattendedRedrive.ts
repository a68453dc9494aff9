// No operator: waits until the program has redriven everything by itself.
import type { Redriver, RedriverOptions } from "./scenario";
import { isAllDone } from "./statistics";

const MINUTE = 60_000;
/** What is not done then, after the maintenance and the last order, will not be done. */
const LONGEST_WAIT = 24 * 60 * MINUTE;

/** Looks once a minute. */
export class UnattendedRedrive implements Redriver {
  private finished = false;
  private isRunning = false;
  private window = 0;

  constructor(private readonly options: RedriverOptions) {}

  get isFinished(): boolean {
    return this.finished;
  }

  begin(): void {
    const { stage, plan, onRun } = this.options;
    stage.onEvent((event) => {
      if (event.kind !== "redrive") return;
      this.isRunning = event.state !== "ended";
      if (event.state === "ramp" && event.window > this.window) onRun();
      this.window = event.state === "ramp" ? event.window : 0;
    });
    stage.at(plan.maintenanceUntil + MINUTE, () => this.look());
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
