// Chooses what is worth telling of all that happens on the stage.
import type { Stage, StageEvent } from "./stage";
import { formatRecord, type Story } from "./story";
import { counted } from "./words";

/** More orders whose first call failed say nothing new. */
const MOST_FIRST_FAILURES = 3;

/** Listens to a stage and tells its story. */
export class Narrator {
  private readonly troubled = new Set<string>();
  private readonly charged = new Set<string>();
  protected maintenance: "ahead" | "now" | "over" = "ahead";
  private readonly spooled = new Set<string>();
  private toldSpooledAgain = false;

  /** @param orderCount how many orders there will be */
  constructor(
    protected readonly stage: Stage,
    protected readonly story: Story,
    private readonly orderCount: number,
  ) {
    stage.onEvent((event) => this.hear(event));
  }

  /** Tells that the provider went away, or came back. */
  maintenanceBegins(): void {
    this.maintenance = "now";
    this.story.tell("provider", "the provider goes into maintenance: every call gets a 503");
  }

  maintenanceEnds(): void {
    this.maintenance = "over";
    this.story.tell("provider", `the provider is back, and shaky for the first minutes; ${this.waiting()}`);
  }

  protected hear(event: StageEvent): void {
    if (event.kind === "alarm") this.hearAlarm(event.name, event.state);
    else if (event.kind === "attemptFailed") this.hearFailedCall(event.orderId, event.error);
    else if (event.kind === "charged") this.hearCharge(event.orderId);
    else if (event.kind === "spooled") this.hearSpooled(event.orderId);
  }

  /** Such as `58 orders wait`. */
  protected waiting(): string {
    const depth = this.stage.spoolDepth();
    return `${counted(depth, "order")} ${depth === 1 ? "waits" : "wait"}`;
  }

  private hearAlarm(name: string, state: "OK" | "ALARM"): void {
    const waiting = `${this.stage.spoolDepth()} in the spool`;
    if (state === "ALARM") this.story.tell("alarm", `ALARM ${name}: ${waiting}`);
    else this.story.tell("cleared", `alarm ${name} is OK again: ${waiting}`);
  }

  protected hearFailedCall(orderId: string, error: string): void {
    const isNews = this.maintenance === "ahead" && this.troubled.size < MOST_FIRST_FAILURES;
    if (!isNews || this.troubled.has(orderId)) return;
    this.troubled.add(orderId);
    this.story.tell("order", `${orderId}: ${error}; it is tried once more`);
  }

  private hearCharge(orderId: string): void {
    const quarters = (charged: number) => Math.floor((charged * 4) / this.orderCount);
    const before = this.charged.size;
    const now = this.charged.add(orderId).size;
    if (quarters(now) > quarters(before))
      this.story.tell("order", `${now} of ${counted(this.orderCount, "order")} ${now === 1 ? "is" : "are"} charged`);
  }

  private hearSpooled(orderId: string): void {
    if (this.spooled.size === 0) {
      const record = this.stage.sampleRecord();
      const detail = record === undefined ? undefined : formatRecord(record);
      this.story.tell("order", `${orderId} cannot be charged now: its input and error wait in the spool`, detail);
    } else if (this.spooled.has(orderId) && !this.toldSpooledAgain) {
      this.toldSpooledAgain = true;
      this.story.tell("order", `${orderId} was redriven, failed again, and is back in the spool, one generation on`);
    }
    this.spooled.add(orderId);
  }
}
