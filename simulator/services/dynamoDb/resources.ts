// The resource type of the Pulumi AWS provider for tables.
import type { Json, JsonObject } from "../../json";
import { AwsError, type ResourceType } from "../../service";
import type { CreateTableInput, Tables } from "./tables";

interface IndexArguments {
  readonly name: string;
  readonly hashKey?: string;
  readonly rangeKey?: string;
  readonly projectionType?: string;
  readonly nonKeyAttributes?: readonly string[];
}

function keySchema(hashKey: Json | undefined, rangeKey: Json | undefined): NonNullable<CreateTableInput["KeySchema"]> {
  const elements = [{ AttributeName: String(hashKey), KeyType: "HASH" }];
  return rangeKey === undefined ? elements : [...elements, { AttributeName: String(rangeKey), KeyType: "RANGE" }];
}

function indexes(
  given: Json | undefined,
  tableHashKey?: Json,
): NonNullable<CreateTableInput["GlobalSecondaryIndexes"]> {
  return ((given ?? []) as unknown as IndexArguments[]).map((index) => ({
    IndexName: index.name,
    KeySchema: keySchema(index.hashKey ?? tableHashKey, index.rangeKey),
    Projection: { ProjectionType: index.projectionType, NonKeyAttributes: index.nonKeyAttributes },
  }));
}

function streamSpecification({
  streamEnabled,
  streamViewType,
}: JsonObject): Pick<CreateTableInput, "StreamSpecification"> {
  if (streamEnabled !== true) return {};
  return { StreamSpecification: { StreamEnabled: true, StreamViewType: String(streamViewType ?? "") } };
}

function create(tables: Tables, inputs: JsonObject, physicalName: string) {
  const { hashKey, rangeKey, attributes = [], billingMode = "PROVISIONED", ttl } = inputs;
  if (typeof hashKey !== "string") {
    throw new AwsError("ValidationException", `[hashKey] must be an attribute's name, got ${JSON.stringify(hashKey)}`);
  }
  const name = typeof inputs.name === "string" ? inputs.name : physicalName;
  const table = tables.create({
    TableName: name,
    AttributeDefinitions: (attributes as readonly { name: string; type: string }[]).map((attribute) => ({
      AttributeName: attribute.name,
      AttributeType: attribute.type,
    })),
    KeySchema: keySchema(hashKey, rangeKey),
    BillingMode: String(billingMode),
    GlobalSecondaryIndexes: indexes(inputs.globalSecondaryIndexes),
    LocalSecondaryIndexes: indexes(inputs.localSecondaryIndexes, hashKey),
    ProvisionedThroughput: {
      ReadCapacityUnits: Number(inputs.readCapacity ?? 1),
      WriteCapacityUnits: Number(inputs.writeCapacity ?? 1),
    },
    DeletionProtectionEnabled: inputs.deletionProtectionEnabled === true,
    ...streamSpecification(inputs),
  });
  const { attributeName, enabled } = (ttl ?? {}) as { attributeName?: string; enabled?: boolean };
  if (enabled === true) tables.timeToLive(name).set(attributeName);
  const tags = inputs.tags ?? {};
  const stream = tables.streams.enabled(table);
  const streamState = stream === undefined ? {} : { streamArn: stream.arn, streamLabel: stream.label };
  const state = { ...inputs, name, arn: table.description.arn, billingMode, tags, tagsAll: tags, ...streamState };
  return { id: name, state };
}

export function tableResources(tables: Tables): Record<string, ResourceType> {
  return {
    "aws:dynamodb/table:Table": {
      knownArguments: [
        ...["name", "attributes", "billingMode", "hashKey", "rangeKey", "globalSecondaryIndexes"],
        ...["localSecondaryIndexes", "readCapacity", "writeCapacity", "tags", "ttl", "streamEnabled", "streamViewType"],
        ...["serverSideEncryption", "pointInTimeRecovery", "deletionProtectionEnabled", "tableClass"],
      ],
      create: (inputs, physicalName) => create(tables, inputs, physicalName),
    },
  };
}
