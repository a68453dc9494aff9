// DynamoDB tables, created by the AWS SDK.
import {
  type BillingMode,
  CreateTableCommand,
  DeleteTableCommand,
  type DynamoDBClient,
  type ScalarAttributeType,
  type StreamViewType,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import { given, type LiveResourceTypes, liveType, only } from "./resourceType";

interface TableArguments {
  readonly name?: string;
  readonly attributes: readonly { readonly name: string; readonly type: ScalarAttributeType }[];
  readonly billingMode?: BillingMode;
  readonly deletionProtectionEnabled?: boolean;
  readonly hashKey: string;
  readonly rangeKey?: string;
  readonly streamEnabled?: boolean;
  readonly streamViewType?: StreamViewType;
  readonly ttl?: { readonly attributeName?: string; readonly enabled?: boolean };
}

const knownArguments = [
  "name",
  "attributes",
  "billingMode",
  "deletionProtectionEnabled",
  "hashKey",
  "rangeKey",
  "streamEnabled",
  "streamViewType",
  "ttl",
] as const satisfies readonly (keyof TableArguments)[];

export function tableTypes(dynamoDb: DynamoDBClient): LiveResourceTypes {
  return {
    "aws:dynamodb/table:Table": liveType<TableArguments>({
      knownArguments,
      async create(inputs, physicalName) {
        // What a test deploys, it takes down again.
        only("deletionProtectionEnabled", inputs.deletionProtectionEnabled, [false]);
        const TableName = inputs.name ?? physicalName;
        const { TableDescription } = await dynamoDb.send(new CreateTableCommand({ TableName, ...settings(inputs) }));
        await waitUntilTableExists({ client: dynamoDb, maxWaitTime: 120, minDelay: 1 }, { TableName });
        const { attributeName: AttributeName, enabled: Enabled } = inputs.ttl ?? {};
        if (Enabled === true) {
          const TimeToLiveSpecification = { AttributeName, Enabled };
          await dynamoDb.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }));
        }
        const arn = given("TableArn", TableDescription?.TableArn);
        const stream = inputs.streamEnabled
          ? { streamArn: given("LatestStreamArn", TableDescription?.LatestStreamArn) }
          : {};
        return {
          id: TableName,
          state: { name: TableName, arn, ...stream },
          remove: () => dynamoDb.send(new DeleteTableCommand({ TableName })),
        };
      },
    }),
  };
}

function settings({ attributes, billingMode, hashKey, rangeKey, streamEnabled, streamViewType }: TableArguments) {
  only("billingMode", billingMode, ["PAY_PER_REQUEST"]);
  return {
    AttributeDefinitions: attributes.map(({ name, type }) => ({ AttributeName: name, AttributeType: type })),
    BillingMode: billingMode,
    KeySchema: [
      { AttributeName: hashKey, KeyType: "HASH" as const },
      ...(rangeKey === undefined ? [] : [{ AttributeName: rangeKey, KeyType: "RANGE" as const }]),
    ],
    StreamSpecification: streamEnabled ? { StreamEnabled: true, StreamViewType: streamViewType } : undefined,
  };
}
