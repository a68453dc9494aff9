// HTTP/2 inside a sandbox: what the AWS SDK's Kinesis client needs, and what Node's own module does for a client.
import { describe, expect, it } from "vitest";
import { DynamoDbService } from "../../../../simulator/services/dynamoDb/dynamoDbService";
import { KinesisService } from "../../../../simulator/services/kinesis/kinesisService";
import { lambdaWorld } from "../services/lambda/lambdaWorld";

describe("http2", () => {
  it("carries the default client of Kinesis", () => {
    const world = lambdaWorld();
    world.gateway.add(new KinesisService(world));
    world.call("kinesis", "CreateStream", { StreamName: "clicks", ShardCount: 1 });
    world.define(
      "f",
      `const kinesis = require("@aws-sdk/client-kinesis");
      exports.handler = async () => {
        const client = new kinesis.KinesisClient({ maxAttempts: 1 });
        const StreamName = "clicks";
        const record = { StreamName, PartitionKey: "a", Data: Buffer.from("hello") };
        const { ShardId, SequenceNumber } = await client.send(new kinesis.PutRecordCommand(record));
        const place = { StreamName, ShardId, ShardIteratorType: "AT_SEQUENCE_NUMBER", StartingSequenceNumber: SequenceNumber };
        const { ShardIterator } = await client.send(new kinesis.GetShardIteratorCommand(place));
        const { Records } = await client.send(new kinesis.GetRecordsCommand({ ShardIterator, Limit: 1 }));
        const missing = await client.send(new kinesis.ListShardsCommand({ StreamName: "none" })).catch((error) => error);
        client.destroy();
        return [Buffer.from(Records[0].Data).toString(), missing instanceof kinesis.ResourceNotFoundException, missing.message];
      };`,
    );
    expect(world.result("f")).toEqual(["hello", true, "Stream none under account 123456789012 not found."]);
  });

  it("is not needed for DynamoDB Streams", () => {
    const world = lambdaWorld();
    const dynamoDb = new DynamoDbService(world);
    world.gateway.add(dynamoDb);
    world.gateway.add(dynamoDb.streamsApi);
    world.define(
      "f",
      `const { DynamoDBStreamsClient, ListStreamsCommand } = require("@aws-sdk/client-dynamodb-streams");
      exports.handler = async () => (await new DynamoDBStreamsClient({}).send(new ListStreamsCommand({}))).Streams;`,
    );
    expect(world.result("f")).toEqual([]);
  });

  it("answers requests, one stream for each, and ends a session after them", () => {
    const world = lambdaWorld();
    world.internet.register("shop.example", (request, reply) =>
      reply({
        status: 201,
        headers: { "x-seen": `${request.method} ${request.url.pathname} ${request.headers.host}` },
        body: request.body,
      }),
    );
    world.define(
      "f",
      `const http2 = require("node:http2");
      exports.handler = async () => {
        const session = http2.connect("https://shop.example");
        const ask = (path, body) => new Promise((resolve, reject) => {
          const stream = session.request({ [http2.constants.HTTP2_HEADER_PATH]: path, [http2.constants.HTTP2_HEADER_METHOD]: "POST" });
          let seen, text = "";
          stream.on("response", (headers) => { seen = [headers[":status"], headers["x-seen"]]; });
          stream.on("data", (chunk) => (text += chunk));
          stream.on("end", () => resolve([...seen, text]));
          stream.on("error", reject);
          stream.end(body);
        });
        const answers = await Promise.all([ask("/a", "one"), ask("/b", "two")]);
        await new Promise((resolve) => session.close(resolve));
        return [answers, session.closed, session.destroyed];
      };`,
    );
    expect(world.result("f")).toEqual([
      [
        [201, "POST /a shop.example", "one"],
        [201, "POST /b shop.example", "two"],
      ],
      true,
      true,
    ]);
  });

  it("fails as Node does when nobody answers by that name, or nobody answers", () => {
    const world = lambdaWorld();
    world.internet.register("slow.example", () => undefined);
    world.define(
      "f",
      `const http2 = require("node:http2");
      const ask = (origin) => new Promise((resolve) => {
        const stream = http2.connect(origin).request({ ":path": "/" });
        stream.on("error", (error) => resolve(error.code ?? error.message));
        stream.setTimeout(3000, () => stream.destroy(new Error("too slow")));
        stream.end();
      });
      exports.handler = async () => [await ask("https://none.example"), await ask("https://slow.example")];`,
    );
    expect(world.result("f")).toEqual(["ENOTFOUND", "too slow"]);
  });
});
