// Asynchronous events that failed, in the dead-letter queue of a function (its DeadLetterConfig), directly or through SNS. Nothing in them
// names the function, so they are known in an adopted queue only.
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html#invocation-dlq
import { isObject, own, parsed } from "../json";
import { workIdOfEvent } from "../workId";
import { declaredByOrigin } from "./declared";
import { attributeOf } from "./eventBridgeDeadLetter";
import { snsEnvelope } from "./invocationRecord";
import { errorOf, invocationPermissions, jsonPayload, launcherPermissions, replayed } from "./replayed";
import type { Received, RecordSource } from "./source";

/** The body is the event itself; the message's attributes say what went wrong. */
export const lambdaDeadLetter: RecordSource = {
  name: "Lambda dead letter",
  recognise: (received) => received.beside !== undefined && received.direct && partsOf(received) !== undefined,
  parse: (received, declared) => {
    const { requestId = "", errorMessage } = partsOf(received) ?? {};
    const replay = replayOf(received);
    return replayed(
      {
        place: declaredByOrigin(received, "source", [], declared),
        work: workIdOfEvent(parsed(replay.payload)) ?? requestId,
        replay,
        error: errorOf("Lambda.DeadLetter", errorMessage),
      },
      declared,
    );
  },
  replay: replayOf,
  permissions: launcherPermissions,
  replayPermissions: invocationPermissions,
};

function partsOf(received: Received) {
  const envelope = snsEnvelope(received.json);
  const published = own(received.json, "MessageAttributes");
  const attribute = (name: string) => {
    if (envelope === undefined) return attributeOf(received, name);
    const value = isObject(published) ? own(published, name) : undefined;
    const text = isObject(value) ? own(value, "Value") : undefined;
    return typeof text === "string" ? text : undefined;
  };
  const requestId = attribute("RequestID");
  if (requestId === undefined || attribute("ErrorCode") === undefined) return undefined;
  return { requestId, errorMessage: attribute("ErrorMessage"), payload: envelope?.message ?? received.text };
}

function replayOf(received: Received) {
  return { as: "event" as const, ...jsonPayload("event", partsOf(received)?.payload ?? received.text) };
}
