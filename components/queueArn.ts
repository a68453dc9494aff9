// ARNs of SQS queues, taken apart, and the URLs that follow from them.

export interface QueueArn {
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
  readonly queueName: string;
}

const queueArn = /^arn:([a-z-]+):sqs:([a-z0-9-]+):(\d{12}):([A-Za-z0-9_-]{1,80}|[A-Za-z0-9_-]{1,75}\.fifo)$/;

/** @throws when the text is no ARN of a queue */
export function parseAnyQueueArn(argument: string, arn: string): QueueArn {
  const parsed = parsedArn(arn);
  if (parsed === undefined) {
    throw new Error(`[${argument}] must be the ARN of an SQS queue, got ${JSON.stringify(arn)}`);
  }
  return parsed;
}

/** @throws when the text is no ARN of a standard queue */
export function parseQueueArn(argument: string, arn: string): QueueArn {
  const parsed = parsedArn(arn);
  if (parsed === undefined || parsed.queueName.endsWith(".fifo")) {
    throw new Error(`[${argument}] must be the ARN of a standard SQS queue, got ${JSON.stringify(arn)}`);
  }
  return parsed;
}

function parsedArn(arn: string): QueueArn | undefined {
  const [, partition, region, accountId, queueName] = queueArn.exec(arn) ?? [];
  return partition === undefined || region === undefined || accountId === undefined || queueName === undefined
    ? undefined
    : { partition, region, accountId, queueName };
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-message-identifiers.html */
export function queueUrlOf({ partition, region, accountId, queueName }: QueueArn): string {
  const domain = partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";
  return `https://sqs.${region}.${domain}/${accountId}/${queueName}`;
}
