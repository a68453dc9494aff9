// A message as a failure record, where need be with what lies in the spool's bucket: that of a stream's failure only points there.
import type { QueueBesideSpool, ReceivedMessage } from "../records/attribute";
import { type ParsedRecord, parseRecord, parseStoredRecord } from "../records/parse";
import type { DeclaredSources } from "../records/record";
import type { S3Api } from "./aws";
import { errorName } from "./awsErrors";

/** What records are resolved with. */
export interface RecordResolver {
  readonly sources: DeclaredSources;
  /** The spool's bucket: the only one that is read. @default none */
  readonly bucket?: string;
  readonly s3: Pick<S3Api, "getObject">;
}

/**
 * Reads a message, and the object that it points to.
 *
 * @param queue the queue beside the spool that it was received from
 * @returns never one with `object` that is not read
 * @throws what S3 throws, but for an object that is gone: that makes the record unreadable
 */
export async function resolveRecord(
  { sources, bucket, s3 }: RecordResolver,
  message: ReceivedMessage,
  queue?: QueueBesideSpool,
): Promise<ParsedRecord> {
  const parsed = parseRecord(message, sources, queue);
  if (parsed.readable || parsed.object === undefined) return parsed;
  const { object } = parsed;
  // Whoever can write to the queue must not be able to have other buckets read.
  if (object.bucket !== bucket) {
    const allowed = bucket === undefined ? "there is none" : JSON.stringify(bucket);
    return {
      readable: false,
      reason: `[bucket] must be the spool's (${allowed}), got ${JSON.stringify(object.bucket)}`,
    };
  }
  try {
    return parseStoredRecord(await s3.getObject(object), object, sources);
  } catch (error) {
    if (errorName(error) !== "NoSuchKey") throw error;
    return { readable: false, reason: `the object ${object.key} is not in the bucket ${object.bucket} any more` };
  }
}
