// The data of a command, within the payload that the launcher replays: what of it is edited.
import { createHash } from "node:crypto";
import { commandIdIn } from "../../records/commandFailure";
import { rawMember } from "../../records/json";
import { isMembers, type JsonMembers, parseJson, writeJson } from "./losslessJson";

/** The data of one command. */
export interface EditableData {
  /** JSON text, as its sender wrote it. */
  readonly text: string;
  /** The payload with other data: id, name and time of the command stay. */
  payloadWith(editedText: string): string;
}

/**
 * Finds the data of the command that a payload is about. Of a command that cannot be read, or of any other message, there is none: then the
 * payload as a whole is edited.
 *
 * @param payload JSON text
 * @param work the work's own id: a message of a queue without commands may look like one, but its id is the message's
 */
export function commandDataIn(payload: string, work: string): EditableData | undefined {
  const batch = parseJson(payload);
  const records = isMembers(batch) && Array.isArray(batch.Records) ? batch.Records : [];
  const [record] = records;
  if (!isMembers(batch) || record === undefined || !isMembers(record) || records.length > 1) return undefined;
  const { body } = record;
  if (typeof body !== "string" || commandIdIn(body) !== work) return undefined;
  const text = rawMember(body, "data");
  if (text === undefined) return undefined;
  return { text, payloadWith: (edited) => writeJson({ ...batch, Records: [withData(record, body, edited)] }) };
}

function withData(record: JsonMembers, body: string, edited: string): JsonMembers {
  const envelope = parseJson(body);
  const changed = writeJson({ ...(isMembers(envelope) ? envelope : {}), data: parseJson(edited) });
  return { ...record, body: changed, md5OfBody: createHash("md5").update(changed).digest("hex") };
}
