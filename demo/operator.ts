// The operator: notices that the provider is back, and empties the spool, a few records at a time.
import type { ReprocessRequest } from "../handlers/reprocess/request";
import type { Plan } from "./plan";
import type { Redriver } from "./scenario";
import type { ReprocessOutcome, Stage } from "./stage";
import { isAllDone } from "./statistics";
import type { Story } from "./story";

const MINUTE = 60_000;
/** From the provider's return to the operator's first look. */
const FIRST_LOOK = 2 * MINUTE;
/** Between two runs: long enough for what a run started to succeed or to fail again. */
const BETWEEN_RUNS = 2 * MINUTE;
const BETWEEN_LOOKS = 5 * MINUTE;
/** After so many looks without anything to do, what is still missing will not come any more. */
const MOST_IDLE_LOOKS = 24;
/** A guard against a system that never comes to rest. */
const MOST_RUNS = 1000;

/** Acts in simulated time, from the end of the maintenance until all orders are done. */
export class Operator implements Redriver {
  private runs = 0;
  private idleLooks = 0;
  private finished = false;

  /** @param onRun is called when a run that starts executions begins */
  constructor(
    private readonly stage: Stage,
    private readonly plan: Plan,
    private readonly story: Story,
    private readonly orderCount: number,
    private readonly onRun: () => void,
  ) {}

  /** Whether there is nothing more to do. */
  get isFinished(): boolean {
    return this.finished;
  }

  begin(): void {
    this.stage.at(this.plan.maintenanceUntil + FIRST_LOOK, () => {
      this.invoke({ dryRun: true }, () => this.after(MINUTE / 2, () => this.run({})));
    });
  }

  private after(delay: number, act: () => void): void {
    this.stage.at(this.stage.now() + delay, act);
  }

  private run(request: ReprocessRequest): void {
    this.runs += 1;
    this.onRun();
    this.invoke(request, () => this.after(BETWEEN_RUNS, () => this.look()));
  }

  private invoke(request: ReprocessRequest, next: () => void): void {
    this.stage.redrive(request, (outcome) => {
      this.story.tell("operator", `reprocess ${JSON.stringify(request)} ${describe(outcome, request)}`);
      next();
    });
  }

  private look(): void {
    const depth = this.stage.spoolDepth();
    if (depth === 0 && isAllDone(this.stage, this.orderCount))
      this.finish("the operator is done: the spool is empty and every order has its result");
    else if (this.runs >= MOST_RUNS || this.idleLooks >= MOST_IDLE_LOOKS)
      this.finish("the operator gives up: some orders are not done");
    else if (depth > 0) {
      this.idleLooks = 0;
      this.run(chooseRun(depth));
    } else {
      if (this.stage.now() > this.plan.lastOrderAt) this.idleLooks += 1;
      this.after(BETWEEN_LOOKS, () => this.look());
    }
  }

  private finish(text: string): void {
    this.finished = true;
    this.story.tell("operator", text);
  }
}

/** A quarter of what waits, at a rate that spreads it over half a minute: the provider has only just come back. */
export function chooseRun(depth: number): ReprocessRequest {
  const max = Math.min(100_000, Math.max(20, Math.ceil(depth / 4)));
  return { max, rate: Math.min(1000, Math.max(1, Math.ceil(max / 30))) };
}

function describe(outcome: ReprocessOutcome, request: ReprocessRequest): string {
  if ("error" in outcome) return `failed: ${outcome.error}`;
  const {
    success,
    remaining,
    stoppedBecause,
    unreadable = [],
    heldBack = [],
    planned: _planned,
    started: _started,
    ...rest
  } = outcome;
  const others = Object.entries(rest).filter(([, count]) => count > 0);
  const counts = [`${success} ${request.dryRun ? "would be started" : "started"}`]
    .concat(others.map(([name, count]) => `${name} ${count}`))
    .concat(unreadable.map((name) => `${name} cannot be read`))
    .concat(heldBack.map(({ source, reason }) => `${source} is held back, ${reason}`))
    .concat(`${remaining} remain`);
  return `ended: ${counts.join(", ")} (${stoppedBecause})`;
}
