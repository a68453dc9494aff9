// Operations that change objects: PutObject, CopyObject, DeleteObject, DeleteObjects.
import type { Iam } from "../../iam";
import type { JsonObject } from "../../json";
import { AwsError, type Call, type Operation, operation } from "../../service";
import type { StoredObject } from "./bucket";
import type { Buckets } from "./buckets";
import { checksumMembers } from "./checksums";
import { checkWrite } from "./conditions";
import { requireKey } from "./encryption";
import { invalidArgument, malformedXml, noSuchKey, refuseUnknown } from "./errors";
import { changeBy, defaultContentType, type EncryptionInput, headersOf, type Objects } from "./objects";
import type { ObjectInput } from "./readOperations";

interface PutInput extends ObjectInput, EncryptionInput {}

interface CopyInput extends PutInput {
  /** "/bucket/key", encoded as in a URL. */
  readonly CopySource: string;
  readonly MetadataDirective?: string;
  readonly ContentType?: string;
  readonly Metadata?: Readonly<Record<string, string>>;
}

interface DeleteObjectsInput {
  readonly Bucket: string;
  readonly Delete?: { readonly Objects?: readonly { readonly Key?: string }[]; readonly Quiet?: boolean };
}

const common = [
  ...["Bucket", "Key", "ContentType", "CacheControl", "ContentDisposition", "ContentEncoding", "ContentLanguage"],
  ...["Expires", "Metadata", "ServerSideEncryption", "SSEKMSKeyId", "BucketKeyEnabled", "StorageClass", "ACL"],
  ...["IfMatch", "IfNoneMatch", "ExpectedBucketOwner"],
];
const putMembers = [...common, "Body", "BodyBase64", "ContentMD5", ...checksumMembers];
const copyMembers = [...common, "CopySource", "MetadataDirective", "ExpectedSourceBucketOwner"];
const mostDeleted = 1_000;

function sourceOf(text: string): { readonly bucket: string; readonly key: string } {
  const [path = "", query] = text.split("?");
  const [, bucket, key] = /^\/?([^/]+)\/(.+)$/s.exec(decodeURIComponent(path)) ?? [];
  if (bucket === undefined || key === undefined) {
    throw invalidArgument("Copy Source must mention the source bucket and key: sourcebucket/sourcekey");
  }
  if (query !== undefined) refuseUnknown("CopyObject", { [query]: text }, copyMembers);
  return { bucket, key };
}

function sums({ checksums }: StoredObject): JsonObject {
  return Object.keys(checksums).length === 0 ? {} : { ...checksums, ChecksumType: "FULL_OBJECT" };
}

/** What a copy has instead of its source's. */
function replacement(input: CopyInput): Pick<StoredObject, "metadata" | "contentType" | "headers"> {
  const { Metadata: metadata = {}, ContentType: contentType = defaultContentType } = input;
  return { metadata, contentType, headers: headersOf(input as unknown as JsonObject) };
}

function copy(buckets: Buckets, objects: Objects, iam: Iam, input: CopyInput, call: Call): JsonObject {
  refuseUnknown("CopyObject", input, copyMembers);
  const { bucket: from, key } = sourceOf(input.CopySource);
  const source = buckets.get(from).objects.get(key);
  if (source === undefined) throw noSuchKey();
  const bucket = buckets.get(input.Bucket);
  checkWrite(input, bucket.objects.get(input.Key));
  const replaces = input.MetadataDirective === "REPLACE";
  if (!replaces && from === input.Bucket && key === input.Key && input.ServerSideEncryption === undefined) {
    const message =
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.";
    throw new AwsError("InvalidRequest", message);
  }
  const encryption = objects.encryptionFor(bucket, input);
  requireKey(iam, call, source.encryption, "kms:Decrypt");
  requireKey(iam, call, encryption, "kms:GenerateDataKey");
  const stored = objects.store(
    bucket,
    {
      ...source,
      key: input.Key,
      modifiedAt: buckets.world.clock.now,
      encryption,
      ...(replaces ? replacement(input) : {}),
    },
    "s3:ObjectCreated:Copy",
    "CopyObject",
    changeBy(call),
  );
  const result = { ETag: stored.etag, LastModified: new Date(stored.modifiedAt).toISOString(), ...sums(stored) };
  return { ...objects.describe(bucket, stored), CopyObjectResult: result };
}

/** Each key is allowed or refused on its own, in the answer. */
function deleteAll(buckets: Buckets, objects: Objects, iam: Iam, input: DeleteObjectsInput, call: Call): JsonObject {
  refuseUnknown("DeleteObjects", input, ["Bucket", "Delete", "ContentMD5", "ExpectedBucketOwner", ...checksumMembers]);
  const { Objects: given = [], Quiet: quiet = false } = input.Delete ?? {};
  if (given.length < 1 || given.length > mostDeleted) throw malformedXml();
  const bucket = buckets.get(input.Bucket);
  const Deleted: JsonObject[] = [];
  const Errors: JsonObject[] = [];
  for (const { Key: key = "", ...more } of given) {
    refuseUnknown("DeleteObjects", more, ["Key"]);
    try {
      iam.authorize(call, buckets.onObject("s3:DeleteObject", bucket.name, key));
      objects.delete(bucket, key, changeBy(call));
      Deleted.push({ Key: key });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      Errors.push({ Key: key, Code: error.code, Message: error.message });
    }
  }
  return { ...(quiet || Deleted.length === 0 ? {} : { Deleted }), ...(Errors.length === 0 ? {} : { Errors }) };
}

export function writeOperations(buckets: Buckets, objects: Objects, iam: Iam): Record<string, Operation> {
  const onWrite = ({ Bucket: name, Key, ServerSideEncryption }: PutInput) =>
    buckets.onWrite(name, Key, ServerSideEncryption);
  return {
    PutObject: operation<PutInput>({
      authorize: onWrite,
      handle: (input, call) => {
        refuseUnknown("PutObject", input, putMembers);
        const bucket = buckets.get(input.Bucket);
        checkWrite(input, bucket.objects.get(input.Key));
        requireKey(iam, call, objects.encryptionFor(bucket, input), "kms:GenerateDataKey");
        const stored = objects.put(bucket, input as unknown as JsonObject, changeBy(call));
        return { ...objects.describe(bucket, stored), ...sums(stored) };
      },
    }),
    CopyObject: operation<CopyInput>({
      authorize: (input) => {
        const { bucket, key } = sourceOf(input.CopySource);
        return [...buckets.onRead(bucket, key), ...onWrite(input)];
      },
      handle: (input, call) => copy(buckets, objects, iam, input, call),
    }),
    DeleteObject: operation<ObjectInput>({
      authorize: ({ Bucket: name, Key }) => [buckets.onObject("s3:DeleteObject", name, Key)],
      handle: (input, call) => {
        refuseUnknown("DeleteObject", input, ["Bucket", "Key", "IfMatch", "ExpectedBucketOwner"]);
        const bucket = buckets.get(input.Bucket);
        checkWrite(input, bucket.objects.get(input.Key));
        objects.delete(bucket, input.Key, changeBy(call));
        return {};
      },
    }),
    DeleteObjects: operation<DeleteObjectsInput>({
      authorize: () => [],
      handle: (input, call) => deleteAll(buckets, objects, iam, input, call),
    }),
  };
}
