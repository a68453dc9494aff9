// What is left of records that a function never processed: metadata for a queue or a topic, the records as well for a bucket.
// https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html; the order of members is as recorded on AWS.
import type { JsonObject } from "../../../json";
import type { World } from "../../../world";
import { bucketCall, type DestinationCall, queueCall, topicCall } from "../deliveries";
import type { StreamBatch } from "./streamBatch";
import type { SourceRecord } from "./streamSource";

export type DiscardReason = "RetryAttemptsExhausted" | "RecordAgeExceeded";

/** Which part of which stream, read by whom. */
export interface StreamPlace {
  readonly streamArn: string;
  readonly kind: "dynamodb" | "kinesis";
  readonly shardId: string;
  /** The mapping's UUID. */
  readonly mapping: string;
  /** Without a qualifier. */
  readonly functionArn: string;
}

/** DynamoDB knows arrivals to the second. */
function arrival({ kind }: StreamPlace, { arrivedAt }: SourceRecord): string {
  const text = new Date(arrivedAt).toISOString();
  return kind === "dynamodb" ? `${text.slice(0, 19)}Z` : text;
}

function batchInfo(place: StreamPlace, records: readonly SourceRecord[]): JsonObject {
  const [first, last] = [records[0], records.at(-1)] as [SourceRecord, SourceRecord];
  return {
    shardId: place.shardId,
    startSequenceNumber: first.sequenceNumber,
    endSequenceNumber: last.sequenceNumber,
    approximateArrivalOfFirstRecord: arrival(place, first),
    approximateArrivalOfLastRecord: arrival(place, last),
    batchSize: records.length,
    streamArn: place.streamArn,
  };
}

export function failureRecord(
  place: StreamPlace,
  batch: StreamBatch,
  condition: DiscardReason,
  requestId: string,
  now: number,
): JsonObject {
  const exhausted = condition === "RetryAttemptsExhausted";
  const functionError = batch.last?.functionError === true ? "Unhandled" : null;
  return {
    requestContext: {
      requestId,
      functionArn: place.functionArn,
      condition,
      // Records that were too old before the function saw them count 1, as recorded.
      approximateInvokeCount: Math.max(1, batch.invocations),
    },
    ...(exhausted ? { responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError } } : {}),
    version: "1.0",
    timestamp: new Date(now).toISOString(),
    [place.kind === "kinesis" ? "KinesisBatchInfo" : "DDBStreamBatchInfo"]: batchInfo(place, batch.records),
  };
}

/** @param events the records as the function's event has them */
export function failureCall(
  world: World,
  place: StreamPlace,
  to: string,
  record: JsonObject,
  events: readonly JsonObject[],
): DestinationCall {
  switch (to.split(":")[2]) {
    case "sqs":
      return queueCall(to, JSON.stringify(record));
    case "sns":
      return topicCall(to, JSON.stringify(record));
    default: {
      const text = JSON.stringify({ ...record, payload: { Records: events } });
      return bucketCall(world, to, `aws/lambda/${place.mapping}/${place.shardId}`, text);
    }
  }
}
