// SQS queues and their policies, created by the AWS SDK.
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  SetQueueAttributesCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { given, type LiveResourceTypes, liveType } from "./resourceType";

interface QueueArguments {
  readonly name?: string;
  readonly kmsMasterKeyId?: string;
  readonly maxMessageSize?: number;
  readonly messageRetentionSeconds?: number;
  readonly sqsManagedSseEnabled?: boolean;
  readonly visibilityTimeoutSeconds?: number;
}

interface QueuePolicyArguments {
  readonly queueUrl: string;
  readonly policy: string;
}

/** The provider's arguments and the attributes that they stand for. */
const attributeNames = {
  kmsMasterKeyId: "KmsMasterKeyId",
  maxMessageSize: "MaximumMessageSize",
  messageRetentionSeconds: "MessageRetentionPeriod",
  sqsManagedSseEnabled: "SqsManagedSseEnabled",
  visibilityTimeoutSeconds: "VisibilityTimeout",
} as const;

/** The provider sends this one unless told otherwise; the API's own default is 1 MiB. */
const maximumMessageSize = { MaximumMessageSize: "262144" };

export function queueTypes(sqs: SQSClient): LiveResourceTypes {
  return {
    "aws:sqs/queue:Queue": liveType<QueueArguments>({
      knownArguments: [
        "name",
        "kmsMasterKeyId",
        "maxMessageSize",
        "messageRetentionSeconds",
        "sqsManagedSseEnabled",
        "visibilityTimeoutSeconds",
      ],
      async create(inputs, physicalName) {
        const { name = physicalName, ...settings } = inputs;
        const attributes = Object.entries(settings).map(([argument, value]) => [
          attributeNames[argument as keyof typeof attributeNames],
          String(value),
        ]);
        const created = await sqs.send(
          new CreateQueueCommand({
            QueueName: name,
            Attributes: { ...maximumMessageSize, ...Object.fromEntries(attributes) },
          }),
        );
        const url = given("QueueUrl", created.QueueUrl);
        const described = await sqs.send(
          new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ["QueueArn"] }),
        );
        return {
          id: url,
          state: { ...settings, url, name, arn: given("QueueArn", described.Attributes?.QueueArn) },
          remove: () => sqs.send(new DeleteQueueCommand({ QueueUrl: url })),
        };
      },
    }),
    "aws:sqs/queuePolicy:QueuePolicy": liveType<QueuePolicyArguments>({
      knownArguments: ["queueUrl", "policy"],
      async create({ queueUrl, policy }) {
        const set = (Policy: string) =>
          sqs.send(new SetQueueAttributesCommand({ QueueUrl: queueUrl, Attributes: { Policy } }));
        await set(policy);
        return { id: queueUrl, state: { queueUrl, policy }, remove: () => set("") };
      },
    }),
  };
}
