// Whose work a message of a FIFO queue is that a redrive sent to its queue again: which of them really were.
import { workIdentity } from "./executionName";
import type { RespoolAttribute } from "./record";

/** Work that a message was sent again for. */
export interface SentAgain {
  readonly id: string;
  readonly generation: number;
}

/** The deduplication id under which a redrive sends a message to its FIFO queue again: of each generation another. */
export function deduplicationIdOf(source: string, { id, generation }: SentAgain): string {
  return `${workIdentity(source, id).id}-${generation}`;
}

/**
 * The work that the attribute `respool` of a message names, where the message was sent again under the deduplication id that goes with it.
 * A message that a consumer forwards with all its attributes, or one of a standard queue, is work of its own.
 *
 * @param source the logical source of the queue
 * @param deduplicationId what SQS says of the message
 * @param failedId the id of a message that was moved to a dead-letter queue. SQS makes it the deduplication id there, so that nothing is
 * left to check the attribute by
 * (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html)
 */
export function sentAgain(
  source: string,
  { id, generation }: RespoolAttribute,
  deduplicationId: string | undefined,
  failedId?: string,
): SentAgain | undefined {
  if (deduplicationId === undefined || !id || !generation) return undefined;
  const work = { id, generation };
  return [deduplicationIdOf(source, work), failedId].includes(deduplicationId) ? work : undefined;
}
