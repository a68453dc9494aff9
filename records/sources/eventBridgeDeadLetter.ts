// Events that EventBridge could not deliver to a rule's target, whose dead-letter queue is the spool.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-event-delivery.html#eb-rule-dlq
import { shown, Unreadable } from "../json";
import { workIdOfEvent } from "../workId";
import { declaredByOrigin } from "./declared";
import { errorOf, invocationPermissions, jsonPayload, launcherPermissions, replayed } from "./replayed";
import type { Received, RecordSource } from "./source";

/** The body is the event as it came to the bus, so a target with an input transformer gets the event, not what it would have made of it. */
export const eventBridgeDeadLetter: RecordSource = {
  name: "EventBridge dead letter",
  recognise: (received) =>
    received.direct &&
    attributeOf(received, "RULE_ARN") !== undefined &&
    attributeOf(received, "TARGET_ARN") !== undefined,
  parse: (received, declared) => {
    const arns = [attributeOf(received, "TARGET_ARN"), attributeOf(received, "RULE_ARN")];
    const work = workIdOfEvent(received.json);
    if (work === undefined) throw new Unreadable(`the body must be an event with an id, got ${shown(received.text)}`);
    return replayed(
      {
        place: declaredByOrigin(received, "TARGET_ARN", arns, declared),
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

/** The text of a message attribute. */
export function attributeOf({ message }: Received, name: string): string | undefined {
  return message.MessageAttributes?.[name]?.StringValue ?? undefined;
}

/** EventBridge and Scheduler say in attributes what went wrong. */
export function errorIn(received: Received) {
  return errorOf(attributeOf(received, "ERROR_CODE"), attributeOf(received, "ERROR_MESSAGE"));
}

function replayOf({ text }: Received) {
  return { as: "event" as const, ...jsonPayload("event", text) };
}
