// How many messages a queue holds.
import type { SqsApi } from "../aws";

const COUNTS = [
  "ApproximateNumberOfMessages",
  "ApproximateNumberOfMessagesNotVisible",
  "ApproximateNumberOfMessagesDelayed",
] as const;

/** Visible or not: approximate, as SQS counts. */
export async function countMessages(sqs: Pick<SqsApi, "getQueueAttributes">, queueUrl: string): Promise<number> {
  const { Attributes = {} } = await sqs.getQueueAttributes({ QueueUrl: queueUrl, AttributeNames: [...COUNTS] });
  return COUNTS.reduce((sum, name) => sum + Number(Attributes[name] ?? 0), 0);
}
