// Streams of tables, and deletion by time to live, which they tell of.
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../../../simulator/json";
import { DynamoDbService } from "../../../../../simulator/services/dynamoDb/dynamoDbService";
import { testWorld } from "../../../../support/simulatorWorld";

const hour = 3600 * 1000;
const day = 24 * hour;

function tableWithStream(inputs: JsonObject = {}, viewType = "NEW_IMAGE") {
  const world = testWorld();
  const service = new DynamoDbService(world);
  world.gateway.add(service);
  world.gateway.add(service.streamsApi);
  const created = service.resourceTypes["aws:dynamodb/table:Table"]?.create(
    {
      name: "orders",
      hashKey: "my_partition_key",
      attributes: [{ name: "my_partition_key", type: "S" }],
      billingMode: "PAY_PER_REQUEST",
      streamEnabled: true,
      streamViewType: viewType,
      ...inputs,
    },
    "orders",
  ).state as JsonObject;
  const StreamArn = String(created.streamArn);
  const call = (action: string, input: JsonObject = {}) =>
    world.call("dynamodb", action, { TableName: "orders", ...input });
  const put = (key: string, more: JsonObject = {}) =>
    call("PutItem", { Item: { my_partition_key: { S: key }, ...more } });
  const remove = (key: string) => call("DeleteItem", { Key: { my_partition_key: { S: key } } });
  const shards = () =>
    (world.call("dynamodbstreams", "DescribeStream", { StreamArn }).StreamDescription as { Shards: JsonObject[] })
      .Shards;
  const iterator = (more: JsonObject = {}) => {
    const ShardId = String(shards()[0]?.ShardId);
    const input = { StreamArn, ShardId, ShardIteratorType: "TRIM_HORIZON", ...more };
    return String(world.call("dynamodbstreams", "GetShardIterator", input).ShardIterator);
  };
  const read = (ShardIterator: string, more: JsonObject = {}) =>
    world.call<{ Records: JsonObject[]; NextShardIterator?: string }>("dynamodbstreams", "GetRecords", {
      ShardIterator,
      ...more,
    });
  const source = () => {
    const stream = service.streams.stream(StreamArn);
    if (stream === undefined) throw new Error("no stream");
    return stream;
  };
  return { world, service, created, StreamArn, call, put, remove, shards, iterator, read, source };
}

function sequenceOf(record: JsonObject | undefined): string {
  return (record as { dynamodb: { SequenceNumber: string } }).dynamodb.SequenceNumber;
}

describe("a table's stream", () => {
  it("has the recorded shape", () => {
    const { world, put, read, iterator, source, StreamArn } = tableWithStream();
    put("hello world", { binary_key: { B: "Zm9vYmFy" } });
    const [record] = read(iterator()).Records;
    const shape = {
      eventID: expect.stringMatching(/^[0-9a-f]{32}$/),
      eventName: "INSERT",
      eventVersion: "1.1",
      eventSource: "aws:dynamodb",
      awsRegion: "eu-west-1",
      dynamodb: {
        ApproximateCreationDateTime: Math.floor(world.clock.now / 1000),
        Keys: { my_partition_key: { S: "hello world" } },
        NewImage: { binary_key: { B: "Zm9vYmFy" }, my_partition_key: { S: "hello world" } },
        SequenceNumber: expect.stringMatching(/^\d{24}$/),
        SizeBytes: 70,
        StreamViewType: "NEW_IMAGE",
      },
    };
    expect(record).toEqual(shape);
    const shard = source().shards()[0]?.id ?? "";
    const [inLambda] = source().read(shard, undefined, 10);
    expect(inLambda?.event).toEqual({ ...shape, eventSourceARN: StreamArn });
    expect(inLambda?.bytes).toBe(70);
  });

  it.each([
    ["KEYS_ONLY", [{}, {}, {}]],
    ["NEW_IMAGE", [{ NewImage: "1" }, { NewImage: "2" }, {}]],
    ["OLD_IMAGE", [{}, { OldImage: "1" }, { OldImage: "2" }]],
    ["NEW_AND_OLD_IMAGES", [{ NewImage: "1" }, { NewImage: "2", OldImage: "1" }, { OldImage: "2" }]],
  ])("shows what %s asks for", (viewType, expected) => {
    const { put, remove, read, iterator } = tableWithStream({}, viewType);
    put("a", { n: { N: "1" } });
    put("a", { n: { N: "2" } });
    remove("a");
    const { Records } = read(iterator());
    expect(Records.map(({ eventName }) => eventName)).toEqual(["INSERT", "MODIFY", "REMOVE"]);
    const images = Records.map(({ dynamodb }) => {
      const { NewImage, OldImage } = dynamodb as Record<string, { n: { N: string } } | undefined>;
      return { ...(NewImage && { NewImage: NewImage.n.N }), ...(OldImage && { OldImage: OldImage.n.N }) };
    });
    expect(images).toEqual(expected);
  });

  it("has no record of a write that changes nothing", () => {
    const { call, put, remove, read, iterator } = tableWithStream();
    put("a", { tags: { SS: ["x", "y"] } });
    put("a", { tags: { SS: ["y", "x"] } });
    call("UpdateItem", { Key: { my_partition_key: { S: "a" } } });
    remove("none");
    expect(read(iterator()).Records).toHaveLength(1);
  });

  it("tells of what a transaction and a batch change", () => {
    const { call, read, iterator } = tableWithStream();
    const Item = (key: string) => ({ my_partition_key: { S: key } });
    call("TransactWriteItems", { TransactItems: [{ Put: { TableName: "orders", Item: Item("a") } }] });
    call("BatchWriteItem", { RequestItems: { orders: [{ DeleteRequest: { Key: Item("a") } }] } });
    expect(read(iterator()).Records.map(({ eventName }) => eventName)).toEqual(["INSERT", "REMOVE"]);
  });

  it("is read in pages, from any place", () => {
    const { put, read, iterator } = tableWithStream();
    for (const key of ["a", "b", "c"]) put(key);
    const keysOf = (records: readonly JsonObject[]) =>
      records.map(
        ({ dynamodb }) => (dynamodb as { Keys: { my_partition_key: { S: string } } }).Keys.my_partition_key.S,
      );
    const first = read(iterator(), { Limit: 2 });
    expect(keysOf(first.Records)).toEqual(["a", "b"]);
    const second = read(String(first.NextShardIterator));
    expect(keysOf(second.Records)).toEqual(["c"]);
    put("d");
    expect(keysOf(read(String(second.NextShardIterator)).Records)).toEqual(["d"]);
    const SequenceNumber = sequenceOf(first.Records[1]);
    const from = (ShardIteratorType: string) => keysOf(read(iterator({ ShardIteratorType, SequenceNumber })).Records);
    expect(from("AT_SEQUENCE_NUMBER")).toEqual(["b", "c", "d"]);
    expect(from("AFTER_SEQUENCE_NUMBER")).toEqual(["c", "d"]);
    expect(from("LATEST")).toEqual([]);
  });

  it("keeps records for 24 hours", () => {
    const { world, put, read, iterator } = tableWithStream();
    put("a");
    world.run(day - 1000);
    put("b");
    const old = sequenceOf(read(iterator()).Records[0]);
    const before = iterator({ ShardIteratorType: "AT_SEQUENCE_NUMBER", SequenceNumber: old });
    world.run(2000);
    const trimmed = "The operation attempted to read past the oldest stream record in a shard.";
    expect(() => read(before)).toThrow(trimmed);
    expect(() => iterator({ ShardIteratorType: "AT_SEQUENCE_NUMBER", SequenceNumber: old })).toThrow(trimmed);
  });

  it("continues a shard after four hours in a child, tells of it, and forgets the old one a day later", () => {
    const { world, service, StreamArn, put, shards, iterator, read, source } = tableWithStream();
    put("a");
    const told: string[] = [];
    const end = service.streams.onRecords(StreamArn, (shardId) => told.push(shardId));
    world.run(4 * hour);
    put("a", { n: { N: "2" } });
    end();
    put("b");
    const [closed, child] = shards();
    expect(closed?.SequenceNumberRange).toHaveProperty("EndingSequenceNumber");
    expect(child).toMatchObject({ ParentShardId: closed?.ShardId });
    expect(told).toEqual([closed?.ShardId, child?.ShardId, child?.ShardId]);
    expect(source().shards()).toEqual([
      { id: closed?.ShardId, closed: true },
      { id: child?.ShardId, closed: false, parent: closed?.ShardId },
    ]);
    // At the end of a closed shard there is nothing to go on with.
    expect(read(iterator())).toEqual({ Records: [expect.objectContaining({ eventName: "INSERT" })] });
    expect(world.run(14 * day)).toBe(0);
    expect(shards().map(({ ShardId }) => ShardId)).toEqual([child?.ShardId]);
  });

  it("has a shard for each partition of provisioned capacity, and an item's changes in one of them", () => {
    const provisioned = { billingMode: "PROVISIONED", readCapacity: 1, writeCapacity: 2000 };
    const { put, remove, source } = tableWithStream(provisioned, "KEYS_ONLY");
    const ids = source()
      .shards()
      .map(({ id }) => id);
    expect(ids).toHaveLength(3);
    const items = ["a", "b", "c", "d", "e", "f", "g"];
    for (const key of items) put(key);
    for (const key of items) remove(key);
    const keys = ids.map((id) =>
      source()
        .read(id, undefined, 100)
        .map(({ event }) => JSON.stringify((event.dynamodb as JsonObject).Keys)),
    );
    expect(keys.filter((list) => list.length > 0).length).toBeGreaterThan(1);
    for (const list of keys) expect(list.slice(list.length / 2)).toEqual(list.slice(0, list.length / 2));
  });

  it("gives mappings the places that they begin at", () => {
    const { world, put, source } = tableWithStream();
    const stream = source();
    const shard = stream.shards()[0]?.id ?? "";
    const from = (place: "LATEST" | "TRIM_HORIZON" | number) =>
      stream.read(shard, stream.start(shard, place), 10).length;
    const latest = stream.start(shard, "LATEST");
    put("a");
    world.run(1000);
    const middle = world.clock.now;
    put("b");
    expect([from("LATEST"), from("TRIM_HORIZON"), from(middle), from(middle + hour)]).toEqual([0, 2, 1, 0]);
    expect(stream.read(shard, latest, 10)).toHaveLength(2);
    expect(stream.read(shard, latest, 1)).toHaveLength(1);
  });

  it("can be disabled, read for a day after that, and enabled anew under another name", () => {
    const { world, call, put, read, iterator, source, StreamArn } = tableWithStream();
    put("a");
    call("UpdateTable", { StreamSpecification: { StreamEnabled: false } });
    put("b");
    expect(read(iterator())).toEqual({ Records: [expect.anything()] });
    expect(source().shards()).toMatchObject([{ closed: true }]);
    const StreamSpecification = { StreamEnabled: true, StreamViewType: "KEYS_ONLY" };
    expect(call("UpdateTable", { StreamSpecification }).TableDescription).toMatchObject({ StreamSpecification });
    expect(() => call("UpdateTable", { StreamSpecification })).toThrow("Table already has an enabled stream");
    const streams = () =>
      (world.call("dynamodbstreams", "ListStreams", { TableName: "orders" }).Streams as JsonObject[]).map(
        (stream) => stream.StreamArn,
      );
    expect(streams()).toEqual([StreamArn, expect.not.stringContaining(StreamArn)]);
    world.run(day);
    expect(streams()).toHaveLength(1);
    expect(() => world.call("dynamodbstreams", "DescribeStream", { StreamArn })).toThrow(
      `Requested resource not found: Stream: ${StreamArn} not found`,
    );
  });

  it("refuses in AWS's words", () => {
    const { world, read, iterator, StreamArn } = tableWithStream();
    const expired = iterator();
    world.run(16 * 60 * 1000);
    expect(() => read(expired)).toThrow("The shard iterator has expired and can no longer be used.");
    expect(() => read("nonsense")).toThrow("Invalid ShardIterator");
    expect(() => read(iterator(), { Limit: 1001 })).toThrow("Member must have value less than or equal to 1000");
    expect(() => iterator({ ShardIteratorType: "AT_TIMESTAMP" })).toThrow("satisfy enum value set");
    expect(() => iterator({ ShardId: "shardId-x" })).toThrow("Requested resource not found: Shard does not exist");
    expect(() => world.call("dynamodbstreams", "DescribeStream", { StreamArn: `${StreamArn}0` })).toThrow("not found");
    expect(() => tableWithStream({}, "ALL")).toThrow(
      "Value 'ALL' at 'streamSpecification.streamViewType' failed to satisfy constraint: Member must satisfy enum value set: [KEYS_ONLY, NEW_IMAGE, OLD_IMAGE, NEW_AND_OLD_IMAGES]",
    );
  });
});

describe("time to live", () => {
  const ttl = { ttl: { attributeName: "expires", enabled: true } };

  function expiring(after: number) {
    const table = tableWithStream(ttl, "KEYS_ONLY");
    const seconds = Math.floor((table.world.clock.now + after) / 1000);
    table.put("a", { expires: { N: String(seconds) } });
    const isThere = () => "Item" in table.call("GetItem", { Key: { my_partition_key: { S: "a" } } });
    return { ...table, isThere };
  }

  it("deletes an item within two days after it expired, as the service, and not at once", () => {
    const { world, isThere, service, StreamArn, read } = expiring(hour);
    const seen: { at: number; event: JsonObject | undefined; shardId: string }[] = [];
    service.streams.onRecords(StreamArn, (shardId) => {
      const event = service.streams.stream(StreamArn)?.read(shardId, undefined, 10).at(-1)?.event;
      seen.push({ at: world.clock.now, event, shardId });
    });
    world.run(hour);
    expect(isThere()).toBe(true);
    const expiredAt = world.clock.now;
    while (seen.at(-1)?.event?.eventName !== "REMOVE") world.clock.step();
    const last = seen.at(-1);
    expect(last?.at).toBeGreaterThan(expiredAt);
    expect(last?.at).toBeLessThanOrEqual(expiredAt + 2 * day);
    expect(isThere()).toBe(false);
    expect(last?.event).toMatchObject({
      eventName: "REMOVE",
      userIdentity: { type: "Service", principalId: "dynamodb.amazonaws.com" },
    });
    const place = { StreamArn, ShardId: String(last?.shardId), ShardIteratorType: "TRIM_HORIZON" };
    const { Records } = read(String(world.call("dynamodbstreams", "GetShardIterator", place).ShardIterator));
    expect(Records.at(-1)?.userIdentity).toEqual({ PrincipalId: "dynamodb.amazonaws.com", Type: "Service" });
  });

  it("takes one event for an item, and none after it", () => {
    const { world } = expiring(hour);
    expect(world.run(14 * day)).toBe(1);
  });

  it("goes by the item's latest moment", () => {
    const { world, put, isThere } = expiring(hour);
    put("a", { expires: { N: String(Math.floor(world.clock.now / 1000) + 100 * 24 * 3600) } });
    world.run(90 * day);
    expect(isThere()).toBe(true);
    world.run(12 * day + 1000);
    expect(isThere()).toBe(false);
  });

  it("leaves items without a moment, with one that is no number, or that is five years old", () => {
    const { world, put, call } = tableWithStream(ttl);
    put("none");
    put("text", { expires: { S: "1" } });
    put("old", { expires: { N: "1" } });
    put("milliseconds", { expires: { N: String(world.clock.now) } });
    world.run(30 * day);
    expect(call("Scan").Count).toBe(4);
  });

  it("can be turned off, and on for items that are there", () => {
    const { world, call, isThere } = expiring(hour);
    const set = (Enabled: boolean) =>
      call("UpdateTimeToLive", { TimeToLiveSpecification: { AttributeName: "expires", Enabled } });
    set(false);
    world.run(14 * day);
    expect(isThere()).toBe(true);
    set(true);
    world.run(2 * day);
    expect(isThere()).toBe(false);
  });
});

describe("deletion protection", () => {
  it("keeps a table until it is taken away", () => {
    const { call, service } = tableWithStream({ deletionProtectionEnabled: true });
    expect(() => call("DeleteTable")).toThrow(
      "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.",
    );
    call("UpdateTable", { DeletionProtectionEnabled: false });
    call("DeleteTable");
    expect(service.operations).toHaveProperty("DeleteTable");
    expect(() => call("UpdateTable", { BillingMode: "PROVISIONED" })).toThrow(
      'the simulator\'s DynamoDB does not have [BillingMode] "PROVISIONED"; it has StreamSpecification and DeletionProtectionEnabled in UpdateTable',
    );
  });
});
