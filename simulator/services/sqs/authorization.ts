// What a call on a queue needs: the queue's permission, and those of the key that encrypts its messages.
import type { PolicyDocument } from "../../iam";
import type { Authorization } from "../../service";
import type { World } from "../../world";
import { unsupported } from "./errors";
import type { Queue } from "./queue";
import type { Queues } from "./queues";

/** AWS: "Amazon SQS Key management", "Configuring KMS permissions". */
const keyActions: Readonly<Record<string, readonly string[]>> = {
  SendMessage: ["kms:GenerateDataKey", "kms:Decrypt"],
  ReceiveMessage: ["kms:Decrypt"],
};

/**
 * The policy of a customer's key, which is made elsewhere and taken as right: it leaves roles to their own policies, as
 * the default key policy does, and lets the services use it that send to queues.
 */
const keyPolicy: PolicyDocument = {
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Principal: { Service: ["events.amazonaws.com", "s3.amazonaws.com", "sns.amazonaws.com"] },
      Action: ["kms:GenerateDataKey", "kms:Decrypt"],
      Resource: "*",
    },
  ],
};

/**
 * The ARN of a queue's key; undefined for SQS's own, which whoever may use the queue may use, too.
 * Throws for another alias: only its key could be authorized.
 */
export function keyArn(world: Pick<World, "accountId" | "region">, key: string | undefined): string | undefined {
  if (key === undefined || key.endsWith("alias/aws/sqs")) return undefined;
  if (/(^|:)alias\//.test(key)) throw unsupported("KmsMasterKeyId", key, "give the key's ID or ARN");
  return key.startsWith("arn:") ? key : `arn:aws:kms:${world.region}:${world.accountId}:key/${key}`;
}

/** @param action without the service, such as "SendMessage" */
export function onQueueArn(
  queues: Queues,
  action: string,
  queueArn: string,
  queue: Queue | undefined = queues.byArn(queueArn),
): Authorization[] {
  const resourcePolicy = queue?.settings.policy;
  const needed = { action: `sqs:${action}`, resource: queueArn };
  const key = keyArn(queues.world, queue?.settings.key);
  const ofKey = key === undefined ? [] : (keyActions[action] ?? []);
  return [
    resourcePolicy === undefined ? needed : { ...needed, resourcePolicy },
    ...ofKey.map((kmsAction) => ({ action: kmsAction, resource: key as string, resourcePolicy: keyPolicy })),
  ];
}

/** What a call on a queue needs; the queue's own policy counts, too. */
export function onQueue(queues: Queues, action: string, url: string | undefined): Authorization[] {
  return onQueueArn(queues, action, queues.arnOf(url), url === undefined ? undefined : queues.find(url));
}
