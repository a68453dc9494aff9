// The real S3 client talks to a simulation over loopback.
import { Readable } from "node:stream";
import {
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketLocationCommand,
  GetBucketNotificationConfigurationCommand,
  GetObjectAclCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  NoSuchBucket,
  NoSuchKey,
  NotFound,
  PutBucketLifecycleConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Listener, listen, Simulation } from "../../../../../simulator";

const credentials = { accessKeyId: "AKIA", secretAccessKey: "secret" };
const Bucket = "payloads";
let simulation: Simulation;
let listener: Listener;
let s3: S3Client;

beforeEach(async () => {
  simulation = new Simulation();
  listener = await listen(simulation);
  s3 = new S3Client({ region: "eu-central-1", endpoint: listener.url, credentials, maxAttempts: 1 });
  await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: "eu-central-1" } }));
});

afterEach(async () => {
  s3.destroy();
  await listener.close();
});

const put = (Key: string, Body: string | Uint8Array, more: object = {}) =>
  s3.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
const text = async (Key: string, more: object = {}) => {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key, ...more }));
  return Body?.transformToString();
};

describe("the S3 client", () => {
  it("makes and finds buckets", async () => {
    await expect(s3.send(new HeadBucketCommand({ Bucket }))).resolves.toMatchObject({ BucketRegion: "eu-central-1" });
    const { LocationConstraint } = await s3.send(new GetBucketLocationCommand({ Bucket }));
    expect(LocationConstraint).toBe("eu-central-1");
    const { Buckets } = await s3.send(new ListBucketsCommand({}));
    expect(Buckets).toEqual([{ Name: Bucket, CreationDate: expect.any(Date) }]);
    await expect(s3.send(new HeadBucketCommand({ Bucket: "none" }))).rejects.toThrow(NotFound);
    await expect(s3.send(new CreateBucketCommand({ Bucket }))).rejects.toMatchObject({
      name: "BucketAlreadyOwnedByYou",
    });
    await expect(s3.send(new CreateBucketCommand({ Bucket: "No" }))).rejects.toMatchObject({
      name: "InvalidBucketName",
    });
  });

  it("gives back what it stored, with its metadata, its type and its checksum", async () => {
    const stored = await put("orders/ä b+c.json", '{"a":"ü"}', {
      ContentType: "application/json",
      CacheControl: "no-store",
      Metadata: { source: "charge-card" },
    });
    expect(stored).toMatchObject({
      ETag: expect.stringMatching(/^"[0-9a-f]{32}"$/),
      ChecksumCRC32: expect.any(String),
      ServerSideEncryption: "AES256",
    });
    const read = await s3.send(new GetObjectCommand({ Bucket, Key: "orders/ä b+c.json" }));
    expect(await read.Body?.transformToString()).toBe('{"a":"ü"}');
    expect(read).toMatchObject({
      ETag: stored.ETag,
      ContentLength: 10,
      ContentType: "application/json",
      CacheControl: "no-store",
      Metadata: { source: "charge-card" },
      ChecksumCRC32: stored.ChecksumCRC32,
    });
    expect(Number(read.LastModified)).toBe(Math.floor(simulation.clock.now / 1000) * 1000);
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: "orders/ä b+c.json" }));
    expect(head).toMatchObject({ ETag: stored.ETag, ContentLength: 10, Metadata: { source: "charge-card" } });
  });

  it("keeps bytes that are no text, and takes streams in aws-chunked encoding", async () => {
    const bytes = Uint8Array.from({ length: 70_000 }, (_, index) => (index * 7) % 256);
    await put("bytes", bytes);
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: "bytes" }));
    expect(Buffer.from((await Body?.transformToByteArray()) ?? []).equals(Buffer.from(bytes))).toBe(true);
    const stream = Readable.from([Buffer.from(bytes.subarray(0, 30_000)), Buffer.from(bytes.subarray(30_000))]);
    const sent = new PutObjectCommand({ Bucket, Key: "stream", Body: stream, ContentLength: bytes.length });
    const stored = await s3.send(sent);
    expect(stored.ChecksumCRC32).toEqual(expect.any(String));
    const again = await s3.send(new GetObjectCommand({ Bucket, Key: "stream" }));
    expect(Buffer.from((await again.Body?.transformToByteArray()) ?? []).equals(Buffer.from(bytes))).toBe(true);
    expect(again.ContentEncoding).toBeUndefined();
  });

  it("takes a body of several megabytes after 100 Continue", async () => {
    const body = "x".repeat(3 * 1024 * 1024);
    await put("large", body);
    expect((await text("large"))?.length).toBe(body.length);
  });

  it("refuses a body that is not what its checksum says", async () => {
    await expect(put("a", "text", { ChecksumSHA256: Buffer.alloc(32).toString("base64") })).rejects.toMatchObject({
      name: "BadDigest",
      message: "The SHA256 you specified did not match the calculated checksum.",
    });
    await expect(put("a", "text", { ChecksumAlgorithm: "CRC32C" })).resolves.toHaveProperty("ChecksumCRC32C");
    await expect(put("a", "text", { ChecksumAlgorithm: "SHA1" })).resolves.toHaveProperty("ChecksumSHA1");
  });

  it("reads ranges", async () => {
    await put("digits", "0123456789");
    expect(await text("digits", { Range: "bytes=2-4" })).toBe("234");
    expect(await text("digits", { Range: "bytes=7-" })).toBe("789");
    expect(await text("digits", { Range: "bytes=-2" })).toBe("89");
    const part = await s3.send(new GetObjectCommand({ Bucket, Key: "digits", Range: "bytes=8-20" }));
    expect(part).toMatchObject({ ContentRange: "bytes 8-9/10", ContentLength: 2, $metadata: { httpStatusCode: 206 } });
    await part.Body?.transformToString();
    await expect(text("digits", { Range: "bytes=10-" })).rejects.toMatchObject({ name: "InvalidRange" });
  });

  it("writes and reads on conditions", async () => {
    const { ETag } = await put("once", "first", { IfNoneMatch: "*" });
    await expect(put("once", "second", { IfNoneMatch: "*" })).rejects.toMatchObject({
      name: "PreconditionFailed",
      $metadata: { httpStatusCode: 412 },
    });
    await expect(put("once", "second", { IfMatch: '"other"' })).rejects.toMatchObject({ name: "PreconditionFailed" });
    await expect(put("none", "x", { IfMatch: ETag })).rejects.toThrow(NoSuchKey);
    await put("once", "second", { IfMatch: ETag });
    expect(await text("once")).toBe("second");
    await expect(text("once", { IfMatch: ETag })).rejects.toMatchObject({ name: "PreconditionFailed" });
    const current = (await s3.send(new HeadObjectCommand({ Bucket, Key: "once" }))).ETag;
    await expect(text("once", { IfNoneMatch: current })).rejects.toMatchObject({ $metadata: { httpStatusCode: 304 } });
  });

  it("answers errors that the client knows by their types", async () => {
    await expect(text("none")).rejects.toThrow(NoSuchKey);
    await expect(text("none")).rejects.toMatchObject({ message: "The specified key does not exist.", Key: "none" });
    await expect(s3.send(new HeadObjectCommand({ Bucket, Key: "none" }))).rejects.toThrow(NotFound);
    const elsewhere = s3.send(new PutObjectCommand({ Bucket: "none", Key: "a", Body: "x" }));
    await expect(elsewhere).rejects.toThrow(NoSuchBucket);
    await expect(s3.send(new ListObjectsV2Command({ Bucket: "none" }))).rejects.toThrow(
      "The specified bucket does not exist",
    );
  });

  it("lists by prefix, by delimiter and in pages", async () => {
    for (const key of ["b/2", "a", "b/1", "c/x/1", "c/y"]) await put(key, key);
    const all = await s3.send(new ListObjectsV2Command({ Bucket }));
    expect(all.Contents?.map(({ Key }) => Key)).toEqual(["a", "b/1", "b/2", "c/x/1", "c/y"]);
    expect(all).toMatchObject({ KeyCount: 5, IsTruncated: false });
    const folders = await s3.send(new ListObjectsV2Command({ Bucket, Delimiter: "/" }));
    expect(folders.Contents?.map(({ Key }) => Key)).toEqual(["a"]);
    expect(folders.CommonPrefixes).toEqual([{ Prefix: "b/" }, { Prefix: "c/" }]);
    const first = await s3.send(new ListObjectsV2Command({ Bucket, Delimiter: "/", MaxKeys: 2 }));
    expect(first).toMatchObject({ IsTruncated: true, CommonPrefixes: [{ Prefix: "b/" }] });
    const rest = new ListObjectsV2Command({ Bucket, Delimiter: "/", ContinuationToken: first.NextContinuationToken });
    expect((await s3.send(rest)).CommonPrefixes).toEqual([{ Prefix: "c/" }]);
    const after = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: "b/", StartAfter: "b/1" }));
    expect(after.Contents).toEqual([
      { Key: "b/2", Size: 3, ETag: expect.any(String), LastModified: expect.any(Date), StorageClass: "STANDARD" },
    ]);
    expect((await s3.send(new ListObjectsV2Command({ Bucket, Prefix: "z" }))).Contents).toBeUndefined();
  });

  it("copies and deletes", async () => {
    await put("from", "text", { Metadata: { a: "1" } });
    const copied = await s3.send(new CopyObjectCommand({ Bucket, Key: "to", CopySource: `${Bucket}/from` }));
    expect(copied.CopyObjectResult?.ETag).toMatch(/^"[0-9a-f]{32}"$/);
    expect((await s3.send(new HeadObjectCommand({ Bucket, Key: "to" }))).Metadata).toEqual({ a: "1" });
    const replaced = { MetadataDirective: "REPLACE" as const, ContentType: "text/plain", CacheControl: "no-store" };
    await s3.send(new CopyObjectCommand({ Bucket, Key: "to", CopySource: `${Bucket}/from`, ...replaced }));
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: "to" }));
    expect(head).toMatchObject({ Metadata: {}, ContentType: "text/plain", CacheControl: "no-store" });
    const missing = new CopyObjectCommand({ Bucket, Key: "to", CopySource: `${Bucket}/none` });
    await expect(s3.send(missing)).rejects.toThrow(NoSuchKey);
    await s3.send(new DeleteObjectCommand({ Bucket, Key: "from" }));
    await s3.send(new DeleteObjectCommand({ Bucket, Key: "from" }));
    const { Deleted } = await s3.send(
      new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: "to" }, { Key: "none" }] } }),
    );
    expect(Deleted).toEqual([{ Key: "to" }, { Key: "none" }]);
    expect(simulation.s3.contents(Bucket).size).toBe(0);
  });

  it("sets and reads back settings", async () => {
    await s3.send(
      new PutBucketNotificationConfigurationCommand({
        Bucket,
        NotificationConfiguration: { EventBridgeConfiguration: {} },
      }),
    );
    const configuration = await s3.send(new GetBucketNotificationConfigurationCommand({ Bucket }));
    expect(configuration.EventBridgeConfiguration).toEqual({});
    const Rules = [{ ID: "old", Status: "Enabled" as const, Filter: { Prefix: "a/" }, Expiration: { Days: 30 } }];
    await s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }));
    const { Expiration } = await put("a/1", "x");
    expect(Expiration).toBe('expiry-date="Thu, 05 Feb 2026 00:00:00 GMT", rule-id="old"');
  });

  it("refuses by name what the simulator lacks", async () => {
    const acl = s3.send(new GetObjectAclCommand({ Bucket, Key: "a" }));
    await expect(acl).rejects.toThrow(/^the simulator does not have s3:GetObjectAcl; it has CopyObject/);
    const multipart = s3.send(new CreateMultipartUploadCommand({ Bucket, Key: "a" }));
    await expect(multipart).rejects.toThrow("the simulator does not have s3:CreateMultipartUpload");
    await expect(put("a", "x", { Tagging: "a=1" })).rejects.toThrow(
      /^the simulator's PutObject does not have \[x-amz-tagging\], got "a=1"/,
    );
    await expect(put("a", "x", { StorageClass: "GLACIER" })).rejects.toThrow(
      'the simulator\'s S3 does not have [StorageClass] "GLACIER"; it has STANDARD',
    );
    await expect(text("a", { VersionId: "1" })).rejects.toThrow("[VersionId]");
  });

  it("refuses who takes the bucket for somebody else's", async () => {
    await put("a", "x");
    const strange = s3.send(new HeadObjectCommand({ Bucket, Key: "a", ExpectedBucketOwner: "999999999999" }));
    await expect(strange).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
  });
});
