// The Pulumi AWS provider's objects, with their content as text.
import type { JsonObject } from "../../json";
import type { ResourceType } from "../../service";
import type { Buckets } from "./buckets";
import { byOperator, type Objects } from "./objects";
import { apiShape, required } from "./resourceArguments";

const headers = [
  ...["contentType", "cacheControl", "contentDisposition", "contentEncoding", "contentLanguage", "metadata"],
  ...["serverSideEncryption", "bucketKeyEnabled", "storageClass", "acl"],
];

/** https://www.pulumi.com/registry/packages/aws/api-docs/s3/bucketobjectv2/ */
function objectType(buckets: Buckets, objects: Objects): ResourceType {
  return {
    knownArguments: ["bucket", "key", "content", "kmsKeyId", "forceDestroy", "tags", ...headers],
    create: (inputs) => {
      const bucket = buckets.get(required(inputs, "bucket"));
      const key = required(inputs, "key");
      const { acl, ...given } = Object.fromEntries(headers.map((name) => [name, inputs[name]]));
      const members: JsonObject = {
        ...(apiShape(given as JsonObject) as JsonObject),
        // Names of metadata are the user's own.
        Metadata: inputs.metadata,
        ...(typeof acl === "string" ? { ACL: acl } : {}),
        ...(typeof inputs.kmsKeyId === "string"
          ? { ServerSideEncryption: "aws:kms", SSEKMSKeyId: inputs.kmsKeyId }
          : {}),
        Key: key,
        Body: typeof inputs.content === "string" ? inputs.content : "",
      };
      const stored = objects.put(bucket, members, byOperator(buckets.world.random.uuid()));
      const { contentType, etag } = stored;
      const tags = inputs.tags ?? {};
      const state = { ...inputs, arn: bucket.arnOf(key), contentType, etag: etag.slice(1, -1), tagsAll: tags };
      return { id: `${bucket.name}/${key}`, state };
    },
  };
}

export function objectResources(buckets: Buckets, objects: Objects): Record<string, ResourceType> {
  return {
    "aws:s3/bucketObject:BucketObject": objectType(buckets, objects),
    "aws:s3/bucketObjectv2:BucketObjectv2": objectType(buckets, objects),
  };
}
