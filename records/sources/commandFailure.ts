// Commands that their function could not do, or refused: it writes the record itself, so that the error is known.
import { isObject, objectMember, own, shown, textMember, Unreadable, wholeNumberMember } from "../json";
import type { DeclaredSources, FailureRecord } from "../record";
import type { BatchReplay } from "../replay";
import { type DeclaredPlace, declaredByName } from "./declared";
import { readError } from "./recordError";
import { MOST_GENERATIONS } from "./redriveMode";
import { invocationPermissions, launcherPermissions, replayed } from "./replayed";
import type { Received, RecordSource } from "./source";
import { NO_RECEIPT } from "./sqsDeadLetter";

const KINDS = ["failed", "rejected"] as const;

/** The function gets the message once more, as SQS's mapping gave it, in a batch of one. */
export const commandFailure: RecordSource = {
  name: "command failure",
  recognise: ({ json }) => isObject(own(json, "command")) && isObject(own(json, "message")),
  parse: (received, declared): FailureRecord => {
    const { json } = received;
    const failure = {
      place: replayedPlace(textMember(json, "source"), declared),
      work: textMember(objectMember(json, "command"), "id"),
      replay: replayOf(received),
      error: readError(own(json, "error")),
      generation: wholeNumberMember(json, "generation", MOST_GENERATIONS),
    };
    return { ...replayed(failure, declared), kind: kindOf(own(json, "kind")) };
  },
  replay: replayOf,
  permissions: launcherPermissions,
  replayPermissions: invocationPermissions,
};

/** Whoever can write to the queue must not start another machine with an order. */
function replayedPlace(source: string, declared: DeclaredSources): DeclaredPlace {
  const place = declaredByName(source, declared);
  if (declared[source]?.origins === undefined)
    throw new Unreadable(`[source] must be one whose work the launcher replays, got ${shown(source)}`);
  return place;
}

function replayOf({ json }: Received): BatchReplay {
  const message = objectMember(json, "message");
  const record = {
    ...message,
    messageId: textMember(message, "messageId"),
    receiptHandle: NO_RECEIPT,
    body: textMember(message, "body"),
    attributes: objectMember(message, "attributes"),
    messageAttributes: objectMember(message, "messageAttributes"),
  };
  return { as: "batch", payload: JSON.stringify({ Records: [record] }) };
}

function kindOf(given: unknown) {
  const kind = KINDS.find((candidate) => candidate === given);
  if (kind === undefined) throw new Unreadable(`[kind] must be one of ${KINDS.join(", ")}, got ${shown(given)}`);
  return kind;
}
