// Events as rules and targets see them.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html

import type { JsonObject } from "../../json";
import type { BusEvent, World } from "../../world";

/** An event that a bus took in. */
export interface TakenEvent {
  readonly id: string;
  readonly body: JsonObject;
  /** Milliseconds since the epoch. */
  readonly ingestedAt: number;
  /** Whether another bus sent it here: it goes no further than this one. */
  readonly isForwarded: boolean;
}

/** ISO 8601 in whole seconds, as everywhere in EventBridge. */
export function isoSeconds(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}

/** @param time when the event happened, in milliseconds since the epoch; now when left out */
export function takeEvent(world: World, event: BusEvent, time = world.clock.now): TakenEvent {
  const id = world.random.uuid();
  const body = {
    version: "0",
    id,
    "detail-type": event.detailType,
    source: event.source,
    account: world.accountId,
    time: isoSeconds(time),
    region: world.region,
    resources: event.resources,
    detail: event.detail,
  };
  return { id, body, ingestedAt: world.clock.now, isForwarded: false };
}
