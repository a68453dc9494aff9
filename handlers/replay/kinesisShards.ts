// Shards of Kinesis, read through the SDK's client, which only a launcher that replays by metadata has a use for.
import type { KinesisClient, _Record as KinesisRecord } from "@aws-sdk/client-kinesis";
import type { StreamReplay } from "../../records/replay";
import { timeouts } from "../aws";
import type { Shards, StreamRecord } from "./streams";

type Sdk = typeof import("@aws-sdk/client-kinesis");

export function kinesisShards(): Shards {
  const sdk: Sdk = require("@aws-sdk/client-kinesis");
  const client: KinesisClient = new sdk.KinesisClient({ requestHandler: timeouts(10_000) });
  return {
    iteratorAt: async ({ streamArn, shardId, startSequenceNumber }) => {
      const { ShardIterator } = await client.send(
        new sdk.GetShardIteratorCommand({
          StreamARN: streamArn,
          ShardId: shardId,
          ShardIteratorType: "AT_SEQUENCE_NUMBER",
          StartingSequenceNumber: startSequenceNumber,
        }),
      );
      return ShardIterator;
    },
    page: async (iterator, replay) => {
      const {
        Records = [],
        NextShardIterator,
        MillisBehindLatest,
      } = await client.send(new sdk.GetRecordsCommand({ ShardIterator: iterator, StreamARN: replay.streamArn }));
      const records = Records.map((record) => kinesisRecord(record, replay));
      return { records, next: NextShardIterator, atTip: (MillisBehindLatest ?? 0) === 0 };
    },
  };
}

/** As in https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html; the mapping's role is not known here. */
export function kinesisRecord(record: KinesisRecord, { streamArn, shardId }: StreamReplay): StreamRecord {
  const { SequenceNumber = "0", PartitionKey, Data, ApproximateArrivalTimestamp } = record;
  const event = {
    kinesis: {
      kinesisSchemaVersion: "1.0",
      partitionKey: PartitionKey,
      sequenceNumber: SequenceNumber,
      data: Buffer.from(Data ?? []).toString("base64"),
      approximateArrivalTimestamp: (ApproximateArrivalTimestamp?.getTime() ?? 0) / 1000,
    },
    eventSource: "aws:kinesis",
    eventVersion: "1.0",
    eventID: `${shardId}:${SequenceNumber}`,
    eventName: "aws:kinesis:record",
    invokeIdentityArn: "",
    awsRegion: streamArn.split(":")[3],
    eventSourceARN: streamArn,
  };
  return { sequenceNumber: SequenceNumber, event };
}
