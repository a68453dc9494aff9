// The Pulumi AWS provider's resources that set something of a bucket.
import type { Json, JsonObject } from "../../json";
import { AwsError, type ResourceType } from "../../service";
import { allBlocked, type Bucket, type PublicAccessBlock } from "./bucket";
import { setPolicy } from "./bucketPolicies";
import type { Buckets } from "./buckets";
import { unsupported } from "./errors";
import type { LifecycleRuleInput } from "./lifecycleRules";
import type { NotificationConfigurationInput } from "./notificationSettings";
import { apiShape, required } from "./resourceArguments";
import type { BucketSettings, EncryptionRuleInput } from "./settings";

function list(value: Json | undefined): readonly JsonObject[] {
  return (Array.isArray(value) ? value : []) as readonly JsonObject[];
}

/** What the provider makes of `queues`, `topics` and `lambdaFunctions`. */
function destinations(value: Json | undefined, name: string, argument: string): readonly JsonObject[] {
  return list(value).map(({ id, events, filterPrefix, filterSuffix, ...rest }, index) => {
    const unknown = Object.keys(rest).find((each) => each !== argument);
    if (unknown !== undefined)
      throw unsupported(unknown, rest[unknown], `id, events, filterPrefix, filterSuffix, ${argument}`);
    const rules = Object.entries({ Prefix: filterPrefix, Suffix: filterSuffix });
    const FilterRules = rules.flatMap(([Name, Value]) =>
      Value === undefined || Value === "" ? [] : [{ Name, Value }],
    );
    const filter = FilterRules.length === 0 ? {} : { Filter: { Key: { FilterRules } } };
    return {
      Id: id ?? `${name}-${argument}-${index + 1}`,
      Events: events,
      ...filter,
      ...(apiShape(rest) as JsonObject),
    };
  });
}

function notificationConfiguration(inputs: JsonObject, name: string): NotificationConfigurationInput {
  return {
    QueueConfigurations: destinations(inputs.queues, name, "queueArn"),
    TopicConfigurations: destinations(inputs.topics, name, "topicArn"),
    LambdaFunctionConfigurations: destinations(inputs.lambdaFunctions, name, "lambdaFunctionArn"),
    ...(inputs.eventbridge === true ? { EventBridgeConfiguration: {} } : {}),
  } as NotificationConfigurationInput;
}

function publicAccess(inputs: JsonObject): Partial<PublicAccessBlock> {
  const shaped = apiShape(inputs) as Record<string, Json>;
  return Object.fromEntries(Object.keys(allBlocked).map((name) => [name, shaped[name] === true]));
}

export function settingResources(buckets: Buckets, settings: BucketSettings): Record<string, ResourceType> {
  const { accountId, region } = buckets.world;
  /** One such resource a bucket: its id is the bucket's name. */
  const setting = (
    known: readonly string[],
    set: (bucket: Bucket, inputs: JsonObject, physicalName: string) => void,
  ): ResourceType => ({
    knownArguments: ["bucket", ...known],
    create: (inputs, physicalName) => {
      const name = required(inputs, "bucket");
      set(buckets.get(name), inputs, physicalName);
      return { id: name, state: { ...inputs, bucket: name, region } };
    },
  });
  const encryption = setting(["rules", "expectedBucketOwner"], (bucket, { rules }) =>
    settings.setEncryption(bucket, apiShape(list(rules)) as readonly EncryptionRuleInput[]),
  );
  const lifecycle = setting(
    ["rules", "expectedBucketOwner", "transitionDefaultMinimumObjectSize"],
    (bucket, { rules }) => settings.setLifecycle(bucket, apiShape(list(rules)) as readonly LifecycleRuleInput[]),
  );
  const versioning = setting(["versioningConfiguration", "expectedBucketOwner"], (bucket, inputs) => {
    const { status } = (inputs.versioningConfiguration ?? {}) as { readonly status?: string };
    settings.setVersioning(bucket, status ?? "Enabled");
  });
  return {
    "aws:s3/bucketPolicy:BucketPolicy": setting(["policy"], (bucket, { policy }) => {
      const text = typeof policy === "string" ? policy : JSON.stringify(policy);
      if (text === undefined) throw new AwsError("MalformedPolicy", "[policy] must be given");
      setPolicy(bucket, text, accountId);
    }),
    "aws:s3/bucketNotification:BucketNotification": setting(
      ["eventbridge", "queues", "topics", "lambdaFunctions"],
      (bucket, inputs, name) => settings.setNotifications(bucket, notificationConfiguration(inputs, name)),
    ),
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": setting(
      ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets", "skipDestroy"],
      (bucket, inputs) => settings.setPublicAccess(bucket, publicAccess(inputs)),
    ),
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": setting(["rule"], (bucket, { rule }) =>
      settings.setOwnership(bucket, (rule as { readonly objectOwnership?: string } | undefined)?.objectOwnership),
    ),
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": encryption,
    "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2": encryption,
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": lifecycle,
    "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2": lifecycle,
    "aws:s3/bucketVersioning:BucketVersioning": versioning,
    "aws:s3/bucketVersioningV2:BucketVersioningV2": versioning,
  };
}
