// Reads a replay order: the input of a launcher's execution, which any caller of the launcher may have written.
import { attributesIn } from "./attribute";
import { isObject, type JsonObject, objectMember, own, shown, textMember, Unreadable } from "./json";
import { RECORD_VERSION } from "./record";
import type { Replay, ReplayOrder, ReplayPayload } from "./replay";

/** @throws Unreadable when it is no order */
export function readOrder(order: unknown): ReplayOrder {
  if (!isObject(order) || own(order, "respool") !== RECORD_VERSION)
    throw new Unreadable(`the launcher's input must be a replay order, got ${shown(order)}`);
  return {
    respool: RECORD_VERSION,
    source: textMember(order, "source"),
    id: textMember(order, "id"),
    replay: replayIn(objectMember(order, "replay")),
  };
}

function replayIn(replay: JsonObject): Replay {
  const as = own(replay, "as");
  if (as === "event") return { as, ...payloadIn(replay) };
  if (as === "batch") return { as, ...payloadIn(replay) };
  if (as === "stream")
    return {
      as,
      streamArn: textMember(replay, "streamArn"),
      shardId: textMember(replay, "shardId"),
      startSequenceNumber: textMember(replay, "startSequenceNumber"),
      endSequenceNumber: textMember(replay, "endSequenceNumber"),
    };
  if (as === "message")
    return {
      as,
      groupId: textMember(replay, "groupId"),
      attributes: attributesIn(objectMember(replay, "attributes")),
      ...payloadIn(replay),
    };
  throw new Unreadable(`[as] must be one of event, batch, stream, message, got ${shown(as)}`);
}

function payloadIn(replay: JsonObject): ReplayPayload {
  const payload = own(replay, "payload");
  if (typeof payload === "string") return { payload };
  const object = objectMember(replay, "object");
  const member = own(object, "member");
  if (member !== undefined && member !== "payload")
    throw new Unreadable(`[member] must be "payload" or left out, got ${shown(member)}`);
  const at = { bucket: textMember(object, "bucket"), key: textMember(object, "key") };
  return { object: { ...at, ...(member && { member }) } };
}
