// What happened in a simulation, in order, with one hash over all of it.
import { createHash } from "node:crypto";
import type { Clock } from "./clock";
import type { JsonObject } from "./json";

/** One thing that happened: an API call, a state's transition, a delivered event, an alarm's change. */
export interface SimulationEvent {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** The part of AWS that it happened in and what, such as "sqs.SendMessage" or "alarm.StateChange". */
  readonly kind: string;
  readonly detail: JsonObject;
}

export type EventListener = (event: SimulationEvent) => void;

/** Every service appends to it; two runs of one seed give the same hash. */
export class EventLog {
  private readonly recorded: SimulationEvent[] = [];
  private readonly listeners: EventListener[] = [];
  private readonly digest = createHash("sha256");

  constructor(private readonly clock: Clock) {}

  /** All events so far, oldest first. */
  get all(): readonly SimulationEvent[] {
    return this.recorded;
  }

  append(kind: string, detail: JsonObject): void {
    const event = { at: this.clock.now, kind, detail };
    this.recorded.push(event);
    this.digest.update(`${event.at} ${kind} ${JSON.stringify(detail)}\n`);
    for (const listener of this.listeners) listener(event);
  }

  /** Calls the listener for every event from now on; the result ends that. */
  listen(listener: EventListener): () => void {
    this.listeners.push(listener);
    return () => {
      const index = this.listeners.indexOf(listener);
      if (index >= 0) this.listeners.splice(index, 1);
    };
  }

  /** SHA-256 over all events so far, in hexadecimal. */
  hash(): string {
    return this.digest.copy().digest("hex");
  }
}
