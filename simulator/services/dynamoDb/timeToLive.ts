// Time to live: items are deleted some time after the moment that their attribute names, and can be read until then.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html
import type { Clock, Timer } from "../../clock";
import { Random } from "../../random";
import type { Item } from "./attributeValue";
import type { ItemChange, Table } from "./table";

/** AWS says "within a few days"; it used to say 48 hours. */
const latestDelay = 48 * 3600 * 1000;
/** What expired longer ago than five years is not deleted. */
const oldest = 5 * 365 * 24 * 3600 * 1000;

/** One event in the background for each item that expires. */
export class TimeToLive {
  private readonly timers = new Map<string, Timer>();
  private delays: Random | undefined;
  private name: string | undefined;

  /** @param seed draws the table's own sequence of delays, so that others' are the same with and without time to live */
  constructor(
    private readonly clock: Clock,
    private readonly table: Table,
    private readonly seed: () => number,
  ) {
    table.onChange((change) => this.follow(change));
  }

  /** The attribute with the moment, in seconds since the epoch; undefined while time to live is off. */
  get attribute(): string | undefined {
    return this.name;
  }

  /** Turns it on, or off without a name. */
  set(attribute: string | undefined): void {
    this.stop();
    this.name = attribute;
    if (attribute === undefined) return;
    this.delays ??= new Random(this.seed());
    for (const item of this.table.items) this.schedule(item);
  }

  /** Forgets all items, when the table goes. */
  stop(): void {
    for (const timer of this.timers.values()) timer.cancel();
    this.timers.clear();
  }

  private follow({ before, after }: ItemChange): void {
    if (this.name === undefined) return;
    const item = after ?? before;
    if (item === undefined) return;
    const identity = this.table.identity(item);
    const expiry = (version: Item | undefined) => version?.[this.name ?? ""]?.N;
    if (after !== undefined && this.timers.has(identity) && expiry(after) === expiry(before)) return;
    this.timers.get(identity)?.cancel();
    this.timers.delete(identity);
    if (after !== undefined) this.schedule(after);
  }

  private schedule(item: Item): void {
    const seconds = item[this.name ?? ""]?.N;
    if (seconds === undefined || this.delays === undefined) return;
    const expiresAt = Math.floor(Number(seconds)) * 1000;
    const { now } = this.clock;
    // Milliseconds written by mistake for seconds name a time beyond what a clock can hold, too.
    if (!Number.isSafeInteger(expiresAt) || expiresAt < now - oldest) return;
    const at = Math.max(now, expiresAt) + this.delays.integer(0, latestDelay);
    const identity = this.table.identity(item);
    const remove = () => {
      this.timers.delete(identity);
      this.table.delete(item, true);
    };
    this.timers.set(identity, this.clock.at(at, remove, { background: true }));
  }
}
