// The Pulumi AWS provider's buckets.
import type { Json, JsonObject } from "../../json";
import type { ResourceType } from "../../service";
import type { Bucket } from "./bucket";
import { setPolicy } from "./bucketPolicies";
import type { Buckets } from "./buckets";
import { unsupported } from "./errors";
import type { LifecycleRuleInput } from "./lifecycleRules";
import { apiShape } from "./resourceArguments";
import type { BucketSettings, EncryptionRuleInput } from "./settings";

/** The Global Reference's ids of S3's hosted zones are of no use here: nothing resolves names. */
function bucketState({ name, arn }: Bucket, inputs: JsonObject, region: string): JsonObject {
  const tags = inputs.tags ?? {};
  return {
    ...inputs,
    arn,
    bucket: name,
    bucketDomainName: `${name}.s3.amazonaws.com`,
    bucketRegionalDomainName: `${name}.s3.${region}.amazonaws.com`,
    bucketRegion: region,
    region,
    forceDestroy: inputs.forceDestroy ?? false,
    tags,
    tagsAll: tags,
  };
}

/** The older form of rules, given with the bucket itself. */
function olderRule(given: JsonObject): LifecycleRuleInput {
  const { enabled, prefix, abortIncompleteMultipartUploadDays: abortDays, ...rest } = given;
  return {
    ...(apiShape(rest) as LifecycleRuleInput),
    Status: enabled === true ? "Enabled" : "Disabled",
    Filter: { Prefix: typeof prefix === "string" ? prefix : "" },
    ...(typeof abortDays === "number" ? { AbortIncompleteMultipartUpload: { DaysAfterInitiation: abortDays } } : {}),
  };
}

/** A structure that older versions of the provider gave as a list of one. */
function only(value: Json | undefined): JsonObject | undefined {
  const found = Array.isArray(value) ? (value[0] as Json | undefined) : value;
  return typeof found === "object" && found !== null ? (found as JsonObject) : undefined;
}

function configure(bucket: Bucket, inputs: JsonObject, settings: BucketSettings, accountId: string): void {
  const { acl, policy, objectLockEnabled } = inputs;
  if (acl !== undefined && acl !== "private") throw unsupported("acl", acl, "private");
  if (objectLockEnabled === true) throw unsupported("objectLockEnabled", objectLockEnabled, "false");
  if (typeof policy === "string") setPolicy(bucket, policy, accountId);
  const encryption = only(inputs.serverSideEncryptionConfiguration ?? inputs.serverSideEncryptionConfigurations);
  const rule = encryption?.rule ?? (encryption?.rules as readonly Json[] | undefined)?.[0];
  if (rule !== undefined) settings.setEncryption(bucket, [apiShape(rule) as EncryptionRuleInput]);
  const versioning = only(inputs.versioning ?? inputs.versionings);
  if (versioning?.enabled === true) settings.setVersioning(bucket, "Enabled");
  const rules = (inputs.lifecycleRules ?? []) as readonly JsonObject[];
  if (rules.length > 0) settings.setLifecycle(bucket, rules.map(olderRule));
}

function bucketType(buckets: Buckets, settings: BucketSettings, more: readonly string[]): ResourceType {
  const known = ["bucket", "bucketPrefix", "acl", "policy", "forceDestroy", "tags", "lifecycleRules"];
  const { accountId, region } = buckets.world;
  return {
    knownArguments: [...known, "objectLockEnabled", ...more],
    create: (inputs, physicalName) => {
      const automatic = `${typeof inputs.bucketPrefix === "string" ? inputs.bucketPrefix : ""}${physicalName}`;
      const bucket = buckets.create(typeof inputs.bucket === "string" ? inputs.bucket : automatic.toLowerCase());
      configure(bucket, inputs, settings, accountId);
      return { id: bucket.name, state: bucketState(bucket, inputs, region) };
    },
  };
}

export function bucketResources(buckets: Buckets, settings: BucketSettings): Record<string, ResourceType> {
  return {
    "aws:s3/bucket:Bucket": bucketType(buckets, settings, ["serverSideEncryptionConfiguration", "versioning"]),
    "aws:s3/bucketV2:BucketV2": bucketType(buckets, settings, ["serverSideEncryptionConfigurations", "versionings"]),
  };
}
