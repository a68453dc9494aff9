// Asynchronous invocations that failed: Lambda's on-failure destination, to the queue directly or through SNS, EventBridge or S3.
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
import { isObject, own, parsed, rawMember, shown, textMember, Unreadable } from "../json";
import { workIdOfEvent } from "../workId";
import { declaredByOrigin } from "./declared";
import { type InvocationRecord, invocationRecord } from "./invocationRecord";
import { errorOf, invocationPermissions, launcherPermissions, replayed } from "./replayed";
import type { Received, RecordSource } from "./source";

/** The record carries the event as JSON; Lambda gave the function the same. */
export const lambdaDestination: RecordSource = {
  name: "Lambda asynchronous destination record",
  recognise: (received) => {
    const record = invocationRecord(received);
    return record !== undefined && !Object.keys(record.json).some((member) => member.endsWith("BatchInfo"));
  },
  parse: (received, declared) => {
    const { json, text, requestContext } = recordOf(received);
    const condition = textMember(requestContext, "condition");
    if (condition === "Success") throw new Unreadable(`[condition] must be a failure's, got ${shown(condition)}`);
    const replay = replayOf(text);
    const response = own(json, "responsePayload");
    return replayed(
      {
        place: declaredByOrigin(received, "functionArn", [textMember(requestContext, "functionArn")], declared),
        work: workIdOfEvent(parsed(replay.payload)) ?? textMember(requestContext, "requestId"),
        replay,
        error: errorOf(
          (isObject(response) && own(response, "errorType")) || condition,
          rawMember(text, "responsePayload"),
        ),
      },
      declared,
    );
  },
  replay: (received) => replayOf(recordOf(received).text),
  permissions: launcherPermissions,
  replayPermissions: invocationPermissions,
};

function recordOf(received: Received): InvocationRecord {
  const record = invocationRecord(received);
  if (record === undefined) throw new Unreadable("[requestContext] must be an object with a functionArn");
  return record;
}

// https://docs.aws.amazon.com/lambda/latest/api/API_OnFailure.html
function replayOf(text: string) {
  const payload = rawMember(text, "requestPayload");
  if (payload === undefined)
    throw new Unreadable("[requestPayload] is missing: Lambda leaves it out of a record of over 256 KB to SNS");
  return { as: "event" as const, payload };
}
