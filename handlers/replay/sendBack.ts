// Sends a message to its FIFO queue again, in its group, where its consumer finds it as any other.
import { withRespool } from "../../records/attribute";
import type { MessageReplay, ReplayContext } from "../../records/replay";
import { deduplicationIdOf } from "../../records/sentAgain";
import type { SqsApi } from "../aws";
import { named } from "./named";

/**
 * The deduplication id is a new one for each generation, since SQS remembers the old one for five minutes, and the same for each attempt
 * of one, so that a repeated attempt is swallowed. The attribute `respool` keeps the work's id and generation, should it fail again.
 *
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-messagededuplicationid-property.html
 */
export async function sendBack(
  sqs: Pick<SqsApi, "sendMessage">,
  queueUrl: string | undefined,
  { groupId, attributes }: MessageReplay,
  body: string,
  { id, source, generation }: ReplayContext,
): Promise<void> {
  if (queueUrl === undefined) throw named("UndeclaredSource", `[targets.${source}] must have a queueUrl, got none`);
  await sqs.sendMessage({
    QueueUrl: queueUrl,
    MessageBody: body,
    MessageGroupId: groupId,
    MessageDeduplicationId: deduplicationIdOf(source, { id, generation }),
    MessageAttributes: { ...withRespool(attributes, { id, generation }) },
  });
}
