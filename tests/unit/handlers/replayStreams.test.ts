// Records of a stream as the SDK gives them become records as an event source mapping gives them.
import { describe, expect, it } from "vitest";
import { dynamoDbRecord } from "../../../handlers/replay/dynamoDbShards";
import { kinesisRecord } from "../../../handlers/replay/kinesisShards";
import { STREAM_ARN, TABLE_STREAM_ARN } from "../../support/foreignFailures";

const part = { as: "stream", shardId: "shard-0", startSequenceNumber: "9", endSequenceNumber: "11" } as const;
const at = new Date("2026-03-01T12:00:00.250Z");

describe("a record of Kinesis", () => {
  it("has its data in base 64 and its time in seconds", () => {
    const record = {
      SequenceNumber: "9",
      PartitionKey: "key",
      Data: new Uint8Array([1, 2, 3]),
      ApproximateArrivalTimestamp: at,
    };
    expect(kinesisRecord(record, { ...part, streamArn: STREAM_ARN })).toEqual({
      sequenceNumber: "9",
      event: {
        kinesis: {
          kinesisSchemaVersion: "1.0",
          partitionKey: "key",
          sequenceNumber: "9",
          data: "AQID",
          approximateArrivalTimestamp: 1772366400.25,
        },
        eventSource: "aws:kinesis",
        eventVersion: "1.0",
        eventID: "shard-0:9",
        eventName: "aws:kinesis:record",
        invokeIdentityArn: "",
        awsRegion: "eu-west-1",
        eventSourceARN: STREAM_ARN,
      },
    });
  });
});

describe("a record of DynamoDB", () => {
  it("has its bytes in base 64, however deep, its time in seconds, and who deleted it", () => {
    const record = {
      eventID: "e-1",
      eventName: "REMOVE" as const,
      eventVersion: "1.1",
      eventSource: "aws:dynamodb",
      awsRegion: "eu-west-1",
      dynamodb: {
        ApproximateCreationDateTime: at,
        Keys: { id: { S: "1" } },
        OldImage: {
          cover: { B: new Uint8Array([1, 2, 3]) },
          list: { L: [{ BS: [new Uint8Array([255])] }, { NULL: true as const }] },
        },
        SequenceNumber: "9",
        SizeBytes: 54,
        StreamViewType: "OLD_IMAGE" as const,
      },
      userIdentity: { Type: "Service", PrincipalId: "dynamodb.amazonaws.com" },
    };
    expect(dynamoDbRecord(record, { ...part, streamArn: TABLE_STREAM_ARN })).toEqual({
      sequenceNumber: "9",
      event: {
        eventID: "e-1",
        eventName: "REMOVE",
        eventVersion: "1.1",
        eventSource: "aws:dynamodb",
        awsRegion: "eu-west-1",
        dynamodb: {
          ApproximateCreationDateTime: 1772366400.25,
          Keys: { id: { S: "1" } },
          OldImage: { cover: { B: "AQID" }, list: { L: [{ BS: ["/w=="] }, { NULL: true }] } },
          SequenceNumber: "9",
          SizeBytes: 54,
          StreamViewType: "OLD_IMAGE",
        },
        userIdentity: { type: "Service", principalId: "dynamodb.amazonaws.com" },
        eventSourceARN: TABLE_STREAM_ARN,
      },
    });
  });
});
