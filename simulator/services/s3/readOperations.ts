// Operations that read objects: GetObject, HeadObject, ListObjectsV2.
import type { Iam } from "../../iam";
import type { Json, JsonObject } from "../../json";
import { type Operation, operation } from "../../service";
import { bodyMembers } from "./body";
import type { Bucket, StoredObject } from "./bucket";
import type { Buckets } from "./buckets";
import { type ConditionInput, checkRead, rangeOf } from "./conditions";
import { requireKey } from "./encryption";
import { invalidArgument, noSuchKey, notFound, refuseUnknown } from "./errors";
import type { Objects } from "./objects";

export interface ObjectInput extends ConditionInput {
  readonly Bucket: string;
  readonly Key: string;
}

interface ReadInput extends ObjectInput {
  readonly Range?: string;
  readonly ChecksumMode?: string;
}

interface ListInput {
  readonly Bucket: string;
  readonly Prefix?: string;
  readonly Delimiter?: string;
  readonly MaxKeys?: number;
  readonly ContinuationToken?: string;
  readonly StartAfter?: string;
}

const readMembers = [
  ...["Bucket", "Key", "IfMatch", "IfNoneMatch", "IfModifiedSince", "IfUnmodifiedSince", "Range", "ChecksumMode"],
  "ExpectedBucketOwner",
];
const listMembers = [
  ...["Bucket", "Prefix", "Delimiter", "MaxKeys", "ContinuationToken", "StartAfter", "FetchOwner"],
  "ExpectedBucketOwner",
];
const largestPage = 1_000;

function details({ bytes, contentType, headers, metadata, modifiedAt, checksums }: StoredObject, input: ReadInput) {
  // Checksums are of the whole object.
  const isWhole = input.Range === undefined && input.ChecksumMode === "ENABLED";
  const sums = isWhole && Object.keys(checksums).length > 0 ? { ...checksums, ChecksumType: "FULL_OBJECT" } : {};
  return {
    AcceptRanges: "bytes",
    ContentLength: bytes.length,
    ContentType: contentType,
    LastModified: new Date(modifiedAt).toISOString(),
    ...headers,
    ...sums,
    Metadata: metadata,
  };
}

function read(
  objects: Objects,
  bucket: Bucket,
  object: StoredObject,
  input: ReadInput,
): Record<string, Json | undefined> {
  checkRead(input, object);
  const whole = { ...details(object, input), ...objects.describe(bucket, object) };
  const range = rangeOf(input.Range, object.bytes.length);
  if (range === undefined) return whole;
  const ContentRange = `bytes ${range.first}-${range.last}/${object.bytes.length}`;
  return { ...whole, ContentLength: range.last - range.first + 1, ContentRange };
}

/** In the order of their UTF-8 bytes, as S3 lists. */
function sortedKeys(bucket: Bucket): string[] {
  return [...bucket.objects.keys()].sort((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)));
}

function isAfter(key: string, marker: string): boolean {
  return Buffer.compare(Buffer.from(key), Buffer.from(marker)) > 0;
}

function entry({ key, bytes, etag, modifiedAt }: StoredObject): JsonObject {
  const LastModified = new Date(modifiedAt).toISOString();
  return { Key: key, LastModified, ETag: etag, Size: bytes.length, StorageClass: "STANDARD" };
}

/** Keys, and what they have in common up to the delimiter; each counts as one. */
function page(bucket: Bucket, input: ListInput): JsonObject {
  const { Prefix: prefix = "", Delimiter: delimiter = "", MaxKeys: asked = largestPage } = input;
  if (!Number.isInteger(asked) || asked < 0)
    throw invalidArgument("Provided max-keys not an integer or within integer range");
  const limit = Math.min(asked, largestPage);
  const { ContinuationToken: token, StartAfter: after = "" } = input;
  const marker = Buffer.from(token ?? "", "base64").toString("utf8");
  const Contents: JsonObject[] = [];
  const prefixes = new Set<string>();
  let last = "";
  let more = false;
  for (const key of sortedKeys(bucket)) {
    if (!key.startsWith(prefix)) continue;
    const cut = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
    const common = cut < 0 ? undefined : key.slice(0, cut + delimiter.length);
    const name = common ?? key;
    if (token === undefined ? !isAfter(key, after) : !isAfter(name, marker)) continue;
    if (common !== undefined && prefixes.has(common)) continue;
    if (Contents.length + prefixes.size >= limit) {
      more = limit > 0;
      break;
    }
    last = name;
    if (common === undefined) Contents.push(entry(bucket.objects.get(key) as StoredObject));
    else prefixes.add(common);
  }
  const next = more ? { NextContinuationToken: Buffer.from(last).toString("base64") } : {};
  return {
    Name: bucket.name,
    Prefix: prefix,
    MaxKeys: limit,
    KeyCount: Contents.length + prefixes.size,
    IsTruncated: more,
    ...(delimiter === "" ? {} : { Delimiter: delimiter }),
    ...(token === undefined ? {} : { ContinuationToken: token }),
    ...(after === "" ? {} : { StartAfter: after }),
    ...next,
    ...(Contents.length === 0 ? {} : { Contents }),
    ...(prefixes.size === 0 ? {} : { CommonPrefixes: [...prefixes].map((Prefix) => ({ Prefix })) }),
  };
}

export function readOperations(buckets: Buckets, objects: Objects, iam: Iam): Record<string, Operation> {
  return {
    GetObject: operation<ReadInput>({
      authorize: ({ Bucket: name, Key }) => buckets.onRead(name, Key),
      handle: (input, call) => {
        refuseUnknown("GetObject", input, readMembers);
        const bucket = buckets.get(input.Bucket);
        const object = bucket.objects.get(input.Key);
        if (object === undefined) throw noSuchKey();
        requireKey(iam, call, object.encryption, "kms:Decrypt");
        const answer = read(objects, bucket, object, input);
        const range = rangeOf(input.Range, object.bytes.length);
        const bytes = range === undefined ? object.bytes : object.bytes.subarray(range.first, range.last + 1);
        return { ...answer, ...bodyMembers(bytes) };
      },
    }),
    HeadObject: operation<ReadInput>({
      authorize: ({ Bucket: name, Key }) => buckets.onRead(name, Key),
      handle: (input) => {
        refuseUnknown("HeadObject", input, readMembers);
        const bucket = buckets.find(input.Bucket);
        const object = bucket?.objects.get(input.Key);
        if (bucket === undefined || object === undefined) throw notFound();
        return read(objects, bucket, object, input);
      },
    }),
    ListObjectsV2: operation<ListInput>({
      authorize: ({ Bucket: name, Prefix = "" }) => [buckets.onBucket("s3:ListBucket", name, { "s3:prefix": Prefix })],
      handle: (input) => {
        refuseUnknown("ListObjectsV2", input, listMembers);
        return page(buckets.get(input.Bucket), input);
      },
    }),
  };
}
