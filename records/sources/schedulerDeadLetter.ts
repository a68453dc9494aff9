// Invocations that EventBridge Scheduler could not make, whose dead-letter queue is the spool.
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html
import { parsed, Unreadable } from "../json";
import { workIdOfEvent } from "../workId";
import { declaredByOrigin } from "./declared";
import { attributeOf, errorIn } from "./eventBridgeDeadLetter";
import { invocationPermissions, jsonPayload, launcherPermissions, replayed } from "./replayed";
import type { Received, RecordSource } from "./source";

/**
 * The body is the input of the schedule's target. It may say the same every time; so, unless it is an event with an id, which the function goes
 * by, the work's id is the one of the invocation.
 */
export const schedulerDeadLetter: RecordSource = {
  name: "EventBridge Scheduler dead letter",
  recognise: (received) => received.direct && attributeOf(received, "SCHEDULE_ARN") !== undefined,
  parse: (received, declared) => {
    const arns = [attributeOf(received, "SCHEDULE_ARN"), attributeOf(received, "TARGET_ARN")];
    const work = workIdOfEvent(parsed(received.text)) ?? attributeOf(received, "EXECUTION_ID");
    if (work === undefined) throw new Unreadable("[EXECUTION_ID] must be among the message's attributes");
    return replayed(
      {
        place: declaredByOrigin(received, "SCHEDULE_ARN", arns, declared),
        work,
        replay: replayOf(received),
        error: errorIn(received),
      },
      declared,
    );
  },
  replay: replayOf,
  permissions: launcherPermissions,
  replayPermissions: invocationPermissions,
};

function replayOf(received: Received) {
  if (attributeOf(received, "IS_PAYLOAD_TRUNCATED")?.toLowerCase() === "true")
    throw new Unreadable("[IS_PAYLOAD_TRUNCATED] is true: Scheduler cut the payload, so that it cannot be replayed");
  return { as: "event" as const, ...jsonPayload("payload", received.text) };
}
