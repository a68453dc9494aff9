// Shards of a DynamoDB stream, read through the SDK's client, which only a launcher that replays by metadata has a use for.
import type { DynamoDBStreamsClient, _Record as DynamoDbRecord } from "@aws-sdk/client-dynamodb-streams";
import type { StreamReplay } from "../../records/replay";
import { timeouts } from "../aws";
import type { Shards, StreamRecord } from "./streams";

type Sdk = typeof import("@aws-sdk/client-dynamodb-streams");

export function dynamoDbShards(): Shards {
  const sdk: Sdk = require("@aws-sdk/client-dynamodb-streams");
  const client: DynamoDBStreamsClient = new sdk.DynamoDBStreamsClient({ requestHandler: timeouts(10_000) });
  return {
    iteratorAt: async ({ streamArn, shardId, startSequenceNumber }) => {
      const { ShardIterator } = await client.send(
        new sdk.GetShardIteratorCommand({
          StreamArn: streamArn,
          ShardId: shardId,
          ShardIteratorType: "AT_SEQUENCE_NUMBER",
          SequenceNumber: startSequenceNumber,
        }),
      );
      return ShardIterator;
    },
    page: async (iterator, replay) => {
      const { Records = [], NextShardIterator } = await client.send(
        new sdk.GetRecordsCommand({ ShardIterator: iterator }),
      );
      const records = Records.map((record) => dynamoDbRecord(record, replay));
      // It does not say how far behind it is.
      return { records, next: NextShardIterator, atTip: false };
    },
  };
}

/** As in https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html: times in seconds, bytes in base 64. */
export function dynamoDbRecord(record: DynamoDbRecord, { streamArn }: StreamReplay): StreamRecord {
  const { eventID, eventName, eventVersion, eventSource, awsRegion, dynamodb = {}, userIdentity } = record;
  const { ApproximateCreationDateTime, SequenceNumber = "0", ...image } = dynamodb;
  const event = {
    eventID,
    eventName,
    eventVersion,
    eventSource,
    awsRegion,
    dynamodb: {
      ...(ApproximateCreationDateTime && { ApproximateCreationDateTime: ApproximateCreationDateTime.getTime() / 1000 }),
      ...image,
      SequenceNumber,
    },
    ...(userIdentity && { userIdentity: { type: userIdentity.Type, principalId: userIdentity.PrincipalId } }),
    eventSourceARN: streamArn,
  };
  return { sequenceNumber: SequenceNumber, event: plainJson(event) };
}

/** The SDK gives bytes as arrays; Lambda gives them in base 64. */
function plainJson(event: object): object {
  return Object.fromEntries(Object.entries(event).map(([name, member]) => [name, plainValue(member)]));
}

function plainValue(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (Array.isArray(value)) return value.map(plainValue);
  return typeof value === "object" && value !== null ? plainJson(value) : value;
}
