// Deletes messages and gives them back, ten to a call.
import type { SqsApi } from "./aws";
import { errorName } from "./awsErrors";
import type { Log } from "./telemetry";
import { sleep } from "./time";

/** SQS takes at most ten entries a batch. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessageBatch.html */
export const BATCH_SIZE = 10;
const ATTEMPTS = 3;

/** The queue that batches go to, and how. */
export interface BatchTarget {
  readonly sqs: SqsApi;
  readonly log: Log;
  readonly queueUrl: string;
}

/**
 * Deletes messages whose work is confirmed. What SQS refuses is tried again twice; what remains comes back when its visibility timeout ends,
 * and is then found to be done, so that failing here only costs a repetition.
 */
export async function deleteMessages(target: BatchTarget, receiptHandles: readonly string[]): Promise<void> {
  await Promise.all(inBatches(receiptHandles).map((batch) => deleteBatch(target, batch)));
}

async function deleteBatch({ sqs, log, queueUrl }: BatchTarget, receiptHandles: readonly string[]): Promise<void> {
  let left = receiptHandles;
  let reason = "";
  for (let attempt = 0; attempt < ATTEMPTS && left.length > 0; attempt++) {
    if (attempt > 0) await sleep(100 * 2 ** attempt);
    try {
      const entries = left.map((ReceiptHandle, index) => ({ Id: String(index), ReceiptHandle }));
      const { Failed = [] } = await sqs.deleteMessageBatch({ QueueUrl: queueUrl, Entries: entries });
      reason = Failed[0]?.Code ?? "";
      left = Failed.map(({ Id }) => left[Number(Id)]).filter((handle) => handle !== undefined);
    } catch (error) {
      reason = errorName(error);
    }
  }
  if (left.length > 0)
    log.warn("messages could not be deleted and will be delivered again", { count: left.length, reason });
}

/** Makes messages visible at once. One that this fails for comes back by itself when its visibility timeout ends. */
export async function releaseMessages(target: BatchTarget, receiptHandles: readonly string[]): Promise<void> {
  const { sqs, log, queueUrl } = target;
  const calls = inBatches(receiptHandles).map((batch) =>
    sqs.changeMessageVisibilityBatch({
      QueueUrl: queueUrl,
      Entries: batch.map((ReceiptHandle, index) => ({ Id: String(index), ReceiptHandle, VisibilityTimeout: 0 })),
    }),
  );
  const failed = (await Promise.allSettled(calls)).filter((result) => result.status === "rejected");
  if (failed.length > 0)
    log.warn("messages stay invisible until their visibility timeout ends", { reason: errorName(failed[0]?.reason) });
}

function inBatches<T>(items: readonly T[]): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / BATCH_SIZE) }, (_, index) =>
    items.slice(index * BATCH_SIZE, (index + 1) * BATCH_SIZE),
  );
}
