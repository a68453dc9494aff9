// The payload of an order: in the order itself, or in the spool's bucket.
import { parsed, rawMember } from "../../records/json";
import type { StoredObject } from "../../records/record";
import type { ReplayPayload } from "../../records/replay";
import type { S3Api } from "../aws";
import { errorName } from "../awsErrors";
import { named } from "./named";

/** Exactly as AWS gave it: a member of an object is cut out of its text, unless it is a text itself. */
export async function payloadText(replay: ReplayPayload, s3: Pick<S3Api, "getObject">): Promise<string> {
  if ("payload" in replay) return replay.payload;
  const { member, ...object } = replay.object;
  const text = await textOf(object, s3);
  if (member === undefined) return text;
  const raw = rawMember(text, member);
  if (raw === undefined) throw named("Unreadable", `[${member}] is missing in the object ${object.key}`);
  const value = parsed(raw);
  return typeof value === "string" ? value : raw;
}

async function textOf(object: StoredObject, s3: Pick<S3Api, "getObject">): Promise<string> {
  try {
    return await s3.getObject(object);
  } catch (error) {
    if (errorName(error) !== "NoSuchKey") throw error;
    throw named("PayloadExpired", `the object ${object.key} is not in the bucket ${object.bucket} any more`);
  }
}
