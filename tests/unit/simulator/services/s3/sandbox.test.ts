// The real S3 client inside a function's sandbox, where it speaks to the bucket's own host.
import { expect, it } from "vitest";
import { S3Service } from "../../../../../simulator/services/s3/s3Service";
import { lambdaWorld } from "../lambda/lambdaWorld";

function evaluate(body: string) {
  const world = lambdaWorld();
  world.gateway.add(new S3Service(world, { authorize: () => undefined }));
  world.call("s3", "CreateBucket", { Bucket: "payloads" });
  world.define(
    "f",
    `const s3 = require("@aws-sdk/client-s3");
    const { Readable } = require("node:stream");
    const client = new s3.S3Client({});
    const Bucket = "payloads";
    exports.handler = async () => { ${body} };`,
  );
  return { world, value: world.result("f") };
}

it("puts, gets as a stream, and lists", () => {
  const { value } = evaluate(`
    await client.send(new s3.PutObjectCommand({ Bucket, Key: "a/ö.json", Body: '{"a":1}', ContentType: "application/json" }));
    const got = await client.send(new s3.GetObjectCommand({ Bucket, Key: "a/ö.json" }));
    const listed = await client.send(new s3.ListObjectsV2Command({ Bucket, Prefix: "a/" }));
    return [await got.Body.transformToString(), got.ContentType, got.ChecksumCRC32 !== undefined, listed.Contents[0].Key];`);
  expect(value).toEqual(['{"a":1}', "application/json", true, "a/ö.json"]);
});

it("reads a body piece by piece, and as bytes", () => {
  const { value } = evaluate(`
    await client.send(new s3.PutObjectCommand({ Bucket, Key: "k", Body: Buffer.from([0, 255, 1, 254]) }));
    const pieces = [];
    for await (const piece of (await client.send(new s3.GetObjectCommand({ Bucket, Key: "k" }))).Body) pieces.push(piece);
    const bytes = await (await client.send(new s3.GetObjectCommand({ Bucket, Key: "k" }))).Body.transformToByteArray();
    return [Buffer.concat(pieces).toString("hex"), Buffer.from(bytes).toString("hex")];`);
  expect(value).toEqual(["00ff01fe", "00ff01fe"]);
});

it("puts a stream, and a large body after 100 Continue without waiting for it in vain", () => {
  const { world, value } = evaluate(`
    const Body = Readable.from([Buffer.from("one "), Buffer.from("two")]);
    await client.send(new s3.PutObjectCommand({ Bucket, Key: "stream", Body, ContentLength: 7 }));
    const before = Date.now();
    await client.send(new s3.PutObjectCommand({ Bucket, Key: "large", Body: "x".repeat(3 * 1024 * 1024) }));
    return Date.now() - before;`);
  expect(value).toBeLessThan(1_000);
  expect(world.call("s3", "GetObject", { Bucket: "payloads", Key: "stream" })).toMatchObject({ Body: "one two" });
});

it("fails by the errors' types", () => {
  const { value } = evaluate(`
    const names = [];
    for (const command of [
      new s3.GetObjectCommand({ Bucket, Key: "none" }),
      new s3.HeadObjectCommand({ Bucket, Key: "none" }),
      new s3.GetObjectCommand({ Bucket: "nowhere", Key: "none" }),
    ]) {
      await client.send(command).catch((error) => names.push(error.name, error.$metadata.httpStatusCode));
    }
    return names;`);
  expect(value).toEqual(["NoSuchKey", 404, "NotFound", 404, "NoSuchBucket", 404]);
});
