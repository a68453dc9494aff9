// The resource type of the Pulumi AWS provider for data streams.
import type { JsonObject } from "../../json";
import { AwsError, type CreatedResource, type ResourceType } from "../../service";
import type { Streams } from "./streams";

function create(streams: Streams, inputs: JsonObject, physicalName: string): CreatedResource {
  const { encryptionType = "NONE", kmsKeyId, retentionPeriod = 24, shardCount, maxRecordSizeInKib } = inputs;
  const name = typeof inputs.name === "string" ? inputs.name : physicalName;
  if (encryptionType !== "NONE" && encryptionType !== "KMS") {
    throw new AwsError(
      "ValidationException",
      `[encryptionType] must be NONE or KMS, got ${JSON.stringify(encryptionType)}`,
    );
  }
  const metrics = inputs.shardLevelMetrics ?? [];
  if (!Array.isArray(metrics) || metrics.length > 0) {
    throw new AwsError(
      "SimulatorUnsupportedArgument",
      `[shardLevelMetrics] the simulator's Kinesis has the metrics of streams only, got ${JSON.stringify(metrics)}`,
    );
  }
  const { streamMode } = (inputs.streamModeDetails ?? {}) as { readonly streamMode?: string };
  const keyId = typeof kmsKeyId === "string" ? kmsKeyId : undefined;
  const stream = streams.create(
    {
      StreamName: name,
      ...(typeof shardCount === "number" ? { ShardCount: shardCount } : {}),
      ...(streamMode === undefined ? {} : { StreamModeDetails: { StreamMode: streamMode } }),
      ...(typeof maxRecordSizeInKib === "number" ? { MaxRecordSizeInKiB: maxRecordSizeInKib } : {}),
    },
    {
      retentionHours: Number(retentionPeriod),
      ...(encryptionType === "KMS" ? { encryption: { type: encryptionType, keyId } } : {}),
    },
  );
  const tags = inputs.tags ?? {};
  const state = { ...inputs, name, arn: stream.arn, encryptionType, retentionPeriod, tags, tagsAll: tags };
  return { id: stream.arn, state };
}

export function streamResources(streams: Streams): Record<string, ResourceType> {
  return {
    "aws:kinesis/stream:Stream": {
      knownArguments: [
        ...["name", "shardCount", "streamModeDetails", "retentionPeriod", "encryptionType", "kmsKeyId"],
        ...["enforceConsumerDeletion", "maxRecordSizeInKib", "shardLevelMetrics", "tags"],
      ],
      create: (inputs, physicalName) => create(streams, inputs, physicalName),
    },
  };
}
