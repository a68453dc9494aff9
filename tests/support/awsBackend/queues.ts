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
  readonly contentBasedDeduplication?: boolean;
  readonly fifoQueue?: boolean;
  readonly kmsMasterKeyId?: string;
  readonly maxMessageSize?: number;
  readonly messageRetentionSeconds?: number;
  readonly redrivePolicy?: string;
  readonly sqsManagedSseEnabled?: boolean;
  readonly visibilityTimeoutSeconds?: number;
}

interface QueuePolicyArguments {
  readonly queueUrl: string;
  readonly policy: string;
}

interface RedrivePolicyArguments {
  readonly queueUrl: string;
  readonly redrivePolicy: string;
}

/** The provider's arguments and the attributes that they stand for. */
const attributeNames = {
  contentBasedDeduplication: "ContentBasedDeduplication",
  fifoQueue: "FifoQueue",
  kmsMasterKeyId: "KmsMasterKeyId",
  maxMessageSize: "MaximumMessageSize",
  messageRetentionSeconds: "MessageRetentionPeriod",
  redrivePolicy: "RedrivePolicy",
  sqsManagedSseEnabled: "SqsManagedSseEnabled",
  visibilityTimeoutSeconds: "VisibilityTimeout",
} as const;

/** The provider sends this one unless told otherwise; the API's own default is 1 MiB. */
const maximumMessageSize = { MaximumMessageSize: "262144" };

function setAttributes(sqs: SQSClient, QueueUrl: string, Attributes: Record<string, string>): Promise<unknown> {
  return sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }));
}

export function queueTypes(sqs: SQSClient): LiveResourceTypes {
  return {
    "aws:sqs/queue:Queue": liveType<QueueArguments>({
      knownArguments: [
        "name",
        "contentBasedDeduplication",
        "fifoQueue",
        "kmsMasterKeyId",
        "maxMessageSize",
        "messageRetentionSeconds",
        "redrivePolicy",
        "sqsManagedSseEnabled",
        "visibilityTimeoutSeconds",
      ],
      async create(inputs, physicalName) {
        const { name = `${physicalName}${inputs.fifoQueue ? ".fifo" : ""}`, ...settings } = inputs;
        // A queue that is no FIFO queue may not say so.
        const attributes = Object.entries(settings)
          .filter(([argument, value]) => argument !== "fifoQueue" || value === true)
          .map(([argument, value]) => [attributeNames[argument as keyof typeof attributeNames], String(value)]);
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
        const set = (Policy: string) => setAttributes(sqs, queueUrl, { Policy });
        await set(policy);
        return { id: queueUrl, state: { queueUrl, policy }, remove: () => set("") };
      },
    }),
    "aws:sqs/redrivePolicy:RedrivePolicy": liveType<RedrivePolicyArguments>({
      knownArguments: ["queueUrl", "redrivePolicy"],
      async create({ queueUrl, redrivePolicy }) {
        const set = (RedrivePolicy: string) => setAttributes(sqs, queueUrl, { RedrivePolicy });
        await set(redrivePolicy);
        return { id: queueUrl, state: { queueUrl, redrivePolicy }, remove: () => set("") };
      },
    }),
  };
}
