// Streams of several services as one source; listeners come and go.
import { describe, expect, it } from "vitest";
import { DynamoDbService } from "../../../../simulator/services/dynamoDb/dynamoDbService";
import { KinesisService } from "../../../../simulator/services/kinesis/kinesisService";
import { decodeIterator, encodeIterator } from "../../../../simulator/shards/shardIterator";
import { streamSources } from "../../../../simulator/shards/streamSources";
import { testWorld } from "../../../support/simulatorWorld";

describe("streamSources", () => {
  it("finds each service's streams, and tells of their records until it is ended", () => {
    const world = testWorld();
    const [dynamoDb, kinesis] = [new DynamoDbService(world), new KinesisService(world)];
    world.gateway.add(kinesis);
    const all = streamSources(dynamoDb, kinesis);
    world.call("kinesis", "CreateStream", { StreamName: "clicks", ShardCount: 1 });
    const arn = "arn:aws:kinesis:eu-west-1:123456789012:stream/clicks";
    expect(all.stream(arn)).toMatchObject({ arn, kind: "kinesis" });
    expect(all.stream(`${arn}2`)).toBeUndefined();
    const told: string[] = [];
    const listener = (shardId: string) => told.push(shardId);
    const [first, second] = [all.onRecords(arn, listener), all.onRecords(arn, listener)];
    const put = () => world.call("kinesis", "PutRecord", { StreamName: "clicks", Data: "eA==", PartitionKey: "a" });
    put();
    expect(told).toHaveLength(2);
    first();
    put();
    expect(told).toHaveLength(3);
    second();
    put();
    expect(told).toHaveLength(3);
  });
});

describe("shard iterators", () => {
  it("come back as they were", () => {
    const place = { streamArn: "arn:aws:kinesis:a:b:stream/c", shardId: "shardId-1", madeAt: 5 };
    expect(decodeIterator(encodeIterator(place))).toEqual(place);
    expect(decodeIterator(encodeIterator({ ...place, after: "123" }))).toEqual({ ...place, after: "123" });
  });

  it.each([undefined, "", "nonsense", Buffer.from("a\nb\nc\n5").toString("base64")])(
    "are refused otherwise: %s",
    (text) => {
      expect(decodeIterator(text)).toBeUndefined();
    },
  );
});
