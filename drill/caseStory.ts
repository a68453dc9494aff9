// Tells one case step by step, in simulated time since Friday evening.
import type { SimulationEvent } from "@respool/simulator";
import { formatRecord, Story, type StoryLine } from "../demo/story";
import { counted } from "../demo/words";
import type { ReprocessResult } from "../handlers/reprocess/request";
import type { CaseResult } from "./caseResult";
import type { Shop } from "./shop";

/** More attempts than these say nothing new. */
const mostAttempts = 8;

/** Hears what happens in a shop, and adds what only the drill knows. */
export class CaseStory {
  private readonly story: Story;
  private attempts = 0;

  /** @param listener is called with each line */
  constructor(
    private readonly shop: Shop,
    private readonly functionName: string,
    listener: (line: StoryLine) => void,
  ) {
    const { clock, events } = shop.simulation;
    const begin = clock.now;
    this.story = new Story(() => clock.now - begin, listener);
    events.listen((event) => this.hear(event));
  }

  failureBegins(text: string): void {
    this.story.tell("provider", `Friday evening: ${text}`);
  }

  submitted(title: string, pieces: readonly string[]): void {
    this.story.tell("order", `${counted(pieces.length, "piece")} of work by ${title}: ${pieces.join(", ")}`);
  }

  weekendOver(caller: string, ended: string): void {
    const { spoolUrl, poisonUrl, shipOrderDeadLettersUrl } = this.shop.outputs;
    const record = [spoolUrl, poisonUrl, shipOrderDeadLettersUrl].map((url) => this.shop.sample(url)).find(Boolean);
    const detail = record === undefined ? undefined : formatRecord(record);
    this.story.tell("order", `Monday morning: the caller saw "${caller}"; where the work ended: ${ended}`, detail);
  }

  mended(text: string): void {
    this.story.tell("provider", `Monday morning: ${text}`);
    this.attempts = 0;
  }

  operatorBegins(act: string): void {
    this.story.tell("operator", `the operator ${act}`);
  }

  reprocessed({ success, remaining, stoppedBecause, ...rest }: ReprocessResult): void {
    const others = Object.entries(rest).filter(([, count]) => typeof count === "number" && count > 0);
    const counts = [`${success} started`, ...others.map(([name, count]) => `${name} ${count}`), `${remaining} remain`];
    this.story.tell("operator", `the run ended: ${counts.join(", ")} (${stoppedBecause})`);
  }

  sentBack(messages: number, executions: number): void {
    const counts = `${counted(messages, "dead letter")} sent back, ${counted(executions, "failed execution")} redriven`;
    this.story.tell("operator", `the scripts ended: ${counts}`);
  }

  askedAgain(caller: string): void {
    this.story.tell("order", `the client asks again: ${caller}`);
  }

  /** @param order the pieces of work, as the neighbours did them */
  counted({ work, effects, wanted, lost, duplicated }: CaseResult, order: readonly string[]): void {
    if (order.length > 1) this.story.tell("order", `done in this order: ${order.join(", ")}`);
    const verdict =
      lost === 0 && duplicated === 0 ? "nothing is lost or doubled" : `${lost} lost, ${duplicated} doubled`;
    this.story.tell(
      lost + duplicated > 0 ? "alarm" : "cleared",
      `counted: ${counted(work, "piece")} of work, ${counted(effects, "effect")} where ${wanted} should be: ${verdict}`,
    );
  }

  private hear({ kind, detail }: SimulationEvent): void {
    if (kind === "cloudwatch.AlarmStateChange") this.hearAlarm(String(detail.alarm), detail);
    else if (kind === "lambda.Invocation" && detail.function === this.functionName)
      this.hearAttempt(detail.ok === true);
    else if (kind === "lambda.BatchDiscarded") this.story.tell("order", `Lambda gives up a batch: ${detail.condition}`);
    else if (kind === "lambda.AsyncDropped") this.story.tell("order", `Lambda gives up the event: ${detail.condition}`);
    else if (kind === "lambda.RecordsExpired")
      this.story.tell("order", "the stream drops the records: they are too old");
    else if (kind === "sqs.MovedToDeadLetterQueue")
      this.story.tell("order", "SQS moves a message to its dead-letter queue");
  }

  private hearAlarm(alarm: string, { from, to }: SimulationEvent["detail"]): void {
    const name = alarm.replace(/-[0-9a-f]{7}$/, "");
    if (to === "ALARM") this.story.tell("alarm", `ALARM ${name}`);
    else if (to === "OK" && from === "ALARM") this.story.tell("cleared", `alarm ${name} is OK again`);
  }

  private hearAttempt(ok: boolean): void {
    this.attempts += 1;
    if (this.attempts > mostAttempts) return;
    const more = this.attempts === mostAttempts ? "; further attempts are not told" : "";
    this.story.tell("order", `attempt ${this.attempts} ends: the function ${ok ? "returns" : "fails"}${more}`);
  }
}
