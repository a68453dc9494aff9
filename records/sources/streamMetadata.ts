// Batches of a stream that failed, by metadata alone: the on-failure destination SQS or SNS of a Kinesis or DynamoDB mapping.
// https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
import { type JsonObject, own, textMember, Unreadable } from "../json";
import type { DeclaredSources } from "../record";
import type { Replay, StreamReplay } from "../replay";
import { declaredByOrigin } from "./declared";
import { type InvocationRecord, invocationRecord } from "./invocationRecord";
import { errorOf, invocationPermissions, launcherPermissions, permission, replayed } from "./replayed";
import type { Permission, Received, RecordSource } from "./source";

/** The records themselves are read from the stream again, while it still has them. */
export const streamMetadata: RecordSource = {
  name: "stream failure by metadata",
  recognise: (received) => invocationRecord(received)?.batchInfo !== undefined,
  parse: (received, declared) => batchRecord(received, replayOf(received), declared),
  replay: replayOf,
  permissions: launcherPermissions,
  replayPermissions: ({ functionArn, streamArn }) => [
    ...invocationPermissions({ functionArn }),
    ...streamPermissions(streamArn),
  ],
};

/** The record of a failed batch, replayed this way. Its work is the part of the stream, whichever destination told of it. */
export function batchRecord(received: Received, replay: Replay, declared: DeclaredSources) {
  const { requestContext, batchInfo } = recordOf(received);
  const { streamArn, shardId, startSequenceNumber, endSequenceNumber } = streamPart(batchInfo);
  return replayed(
    {
      place: declaredByOrigin(received, "functionArn", [textMember(requestContext, "functionArn")], declared),
      work: `${streamArn} ${shardId} ${startSequenceNumber} ${endSequenceNumber}`,
      replay,
      error: errorOf(own(requestContext, "condition"), null),
    },
    declared,
  );
}

function replayOf(received: Received): StreamReplay {
  return { as: "stream", ...streamPart(recordOf(received).batchInfo) };
}

function recordOf(received: Received): InvocationRecord & { readonly batchInfo: JsonObject } {
  const { batchInfo, ...record } = invocationRecord(received) ?? { batchInfo: undefined };
  if (batchInfo === undefined || !("requestContext" in record))
    throw new Unreadable("[KinesisBatchInfo] must be an object");
  return { ...record, batchInfo };
}

function streamPart(batchInfo: JsonObject) {
  return {
    streamArn: textMember(batchInfo, "streamArn"),
    shardId: textMember(batchInfo, "shardId"),
    startSequenceNumber: textMember(batchInfo, "startSequenceNumber"),
    endSequenceNumber: textMember(batchInfo, "endSequenceNumber"),
  };
}

function streamPermissions(streamArn: string | undefined): readonly Permission[] {
  const service = streamArn?.split(":")[2] === "dynamodb" ? "dynamodb" : "kinesis";
  return permission([`${service}:GetRecords`, `${service}:GetShardIterator`], streamArn);
}
