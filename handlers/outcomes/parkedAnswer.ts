// What parked work did with the answer to its task token: the execution runs on, so its history tells, not its status.
import type { HistoryEvent } from "@aws-sdk/client-sfn";
import { recordSent, type WrittenRecord } from "./lastRecord";

/** How the state that parks work is named, after whatever names the step. */
const PARKING_STATE = "ErrorSpool";

/**
 * - `waitsAgain`: the step failed again, or was held, and is parked anew.
 * - `past`: the step is over, and the execution goes on with what follows.
 * - `working`: neither yet.
 */
export type ParkedAnswer =
  | { readonly at: "waitsAgain"; readonly record: WrittenRecord }
  | { readonly at: "past" | "working" };

/**
 * Follows the events that the answered state led to, and no others: a parallel branch goes its own way
 * (https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html, `previousEventId`).
 *
 * @param newestFirst the execution's last events
 * @param generation the one that had failed, whose record was answered
 * @returns undefined where these events do not go back as far as the answered state
 */
export function answerOfParked(newestFirst: readonly HistoryEvent[], generation: number): ParkedAnswer | undefined {
  const parked = newestFirst.findIndex((event) => parkedRecord(event)?.generation === generation);
  if (parked === -1) return undefined;
  const led = new Set([newestFirst[parked]?.id]);
  let isOfStep: ((state: string) => boolean) | undefined;
  for (const event of newestFirst.slice(0, parked).reverse()) {
    if (!led.has(event.previousEventId)) continue;
    led.add(event.id);
    const record = parkedRecord(event);
    if (record !== undefined) return { at: "waitsAgain", record };
    const left = event.stateExitedEventDetails?.name;
    if (isOfStep === undefined && left !== undefined) isOfStep = namesOfStep(left);
    const entered = event.stateEnteredEventDetails?.name;
    if (entered !== undefined && isOfStep?.(entered) === false) return { at: "past" };
  }
  return { at: "working" };
}

function parkedRecord(event: HistoryEvent): WrittenRecord | undefined {
  const waits = event.taskScheduledEventDetails?.resource === "sendMessage.waitForTaskToken";
  return waits ? recordSent(event) : undefined;
}

/** The states of one step have its name in front of their own; where there is one step only, all states are its. */
function namesOfStep(parkingState: string): (state: string) => boolean {
  const prefix = parkingState.endsWith(PARKING_STATE) ? parkingState.slice(0, -PARKING_STATE.length) : "";
  const step = prefix.replace(/[\s:./-]+$/, "");
  return (state) => state.startsWith(prefix) || state === step;
}
