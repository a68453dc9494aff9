// One record of a stream, as a handler in the middleware is given it.
import type { DynamoDBRecord, KinesisStreamRecord as KinesisEventRecord } from "aws-lambda";
import { attributesOf, type ItemAttributes } from "./attributeValue";
import { jsonOrText } from "./jsonOrText";

/** A record of a Kinesis stream. Records that a producer aggregated into one are not taken apart. */
export interface KinesisStreamRecord<Data = unknown> {
  /** The record's id, the same in every attempt: stream ARN and sequence number. What an idempotency key at a dependency should be. */
  readonly id: string;
  /** The value of the data where it is JSON, else its text. Nothing checks that it is what the type says. */
  readonly data: Data;
  /** The data as it is. */
  readonly bytes: Uint8Array;
  readonly partitionKey: string;
  readonly sequenceNumber: string;
  /** When Kinesis took the record. */
  readonly arrivedAt: Date;
}

/**
 * A change of an item in a DynamoDB table. Whole numbers beyond what JavaScript holds exactly are `bigint`s, sets are `Set`s, binary values
 * are base 64.
 */
export interface DynamoDbStreamRecord<Item = ItemAttributes> {
  /** The record's id, the same in every attempt: stream ARN and sequence number. What an idempotency key at a dependency should be. */
  readonly id: string;
  readonly eventName: "INSERT" | "MODIFY" | "REMOVE";
  readonly keys: ItemAttributes;
  /** After the change; where there is one, and the stream's view type has it. Nothing checks that it is what the type says. */
  readonly newImage?: Item;
  /** Before the change, likewise. */
  readonly oldImage?: Item;
  readonly sequenceNumber: string;
  /** When DynamoDB made the change, to the second. */
  readonly changedAt?: Date;
}

/** A record of either kind of stream. */
export type StreamRecord<Content = unknown> = KinesisStreamRecord<Content> | DynamoDbStreamRecord<Content>;

/** What Kinesis gives to Lambda as one record. */
export function kinesisRecordOf<Data>(record: KinesisEventRecord): KinesisStreamRecord<Data> {
  const { data, partitionKey, sequenceNumber, approximateArrivalTimestamp } = record.kinesis;
  const bytes = Buffer.from(data, "base64");
  return {
    id: `${record.eventSourceARN} ${sequenceNumber}`,
    data: jsonOrText(bytes.toString("utf8")) as Data,
    bytes,
    partitionKey,
    sequenceNumber,
    arrivedAt: new Date(approximateArrivalTimestamp * 1_000),
  };
}

/** @throws when the record is none of DynamoDB Streams */
export function dynamoDbRecordOf<Item>(record: DynamoDBRecord): DynamoDbStreamRecord<Item> {
  const { eventName, eventSourceARN, dynamodb: change } = record;
  if (eventName === undefined || change?.SequenceNumber === undefined) {
    throw new Error(
      "[record] must be a record of DynamoDB Streams, got one without an event name or a sequence number",
    );
  }
  const { Keys = {}, NewImage, OldImage, SequenceNumber, ApproximateCreationDateTime: changedAt } = change;
  return {
    id: `${eventSourceARN} ${SequenceNumber}`,
    eventName,
    keys: attributesOf(Keys),
    ...(NewImage !== undefined && { newImage: attributesOf(NewImage) as Item }),
    ...(OldImage !== undefined && { oldImage: attributesOf(OldImage) as Item }),
    sequenceNumber: SequenceNumber,
    ...(changedAt !== undefined && { changedAt: new Date(changedAt * 1_000) }),
  };
}
