// Messages of a queue whose consumer failed too often: SQS moved them to the spool, which is the queue's dead-letter queue.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
import { createHash } from "node:crypto";
import { isFifo, parkedAt, senderAttributes } from "../attribute";
import { commandIdIn } from "../commandFailure";
import { Unreadable } from "../json";
import type { BatchReplay } from "../replay";
import { declaredByOrigin } from "./declared";
import { errorOf, invocationPermissions, launcherPermissions, replayed } from "./replayed";
import type { Received, RecordSource } from "./source";

/** The message that it belonged to is gone: a function that changes its visibility is refused. */
export const NO_RECEIPT = "respool";

/**
 * The function gets the message as its event source mapping gave it, in a batch of one. A command's work is named by its own id, so that this is
 * the failure which its function may have recorded before.
 */
export const sqsDeadLetter: RecordSource = {
  name: "SQS dead letter",
  recognise: ({ from, beside }) => from !== undefined && beside === undefined,
  parse: (received, declared) => {
    if (received.fifo !== undefined || isFifo(received.from))
      throw new Unreadable(
        `a message of the FIFO queue ${received.from} must lie in a FIFO dead-letter queue of its own`,
      );
    const place = declaredByOrigin(received, "DeadLetterQueueSourceArn", [received.from], declared);
    const command = declared[place.source]?.commands ? commandIdIn(received.text) : undefined;
    return replayed(
      {
        place,
        work: command ?? messageIdOf(received),
        replay: messageBatch(received),
        error: deadLetterError(received),
      },
      declared,
    );
  },
  replay: messageBatch,
  permissions: launcherPermissions,
  replayPermissions: invocationPermissions,
};

export function messageIdOf({ messageId }: Received): string {
  if (messageId === undefined) throw new Unreadable("[MessageId] of the message is not known");
  return messageId;
}

export function deadLetterError({ message }: Received) {
  const receives = message.Attributes?.ApproximateReceiveCount;
  return errorOf("SQS.DeadLetter", receives === undefined ? null : `received ${receives} times`);
}

/** The event of an SQS mapping with this message alone. https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html#example-standard-queue-message-event */
export function messageBatch(received: Received): BatchReplay {
  const { message, from, queue } = received;
  const eventSourceARN = from ?? arnOfQueue(queue?.url) ?? "";
  const { DeadLetterQueueSourceArn: _, ...attributes } = message.Attributes ?? {};
  const sender = Object.entries(senderAttributes(message)).map(([name, { DataType, StringValue, BinaryValue }]) => [
    name,
    {
      ...(StringValue !== undefined && { stringValue: StringValue }),
      ...(BinaryValue !== undefined && { binaryValue: BinaryValue }),
      stringListValues: [],
      binaryListValues: [],
      dataType: DataType,
    },
  ]);
  const record = {
    messageId: messageIdOf(received),
    receiptHandle: NO_RECEIPT,
    body: received.text,
    attributes: { ...attributes, SentTimestamp: String(parkedAt(message)) },
    messageAttributes: Object.fromEntries(sender),
    md5OfBody: createHash("md5").update(received.text).digest("hex"),
    eventSource: "aws:sqs",
    eventSourceARN,
    awsRegion: eventSourceARN.split(":")[3] ?? "",
  };
  return { as: "batch", payload: JSON.stringify({ Records: [record] }) };
}

/** `https://sqs.<region>.amazonaws.com/<account>/<name>`, in China and elsewhere with another domain. */
function arnOfQueue(url: string | undefined): string | undefined {
  const [, region, domain, account, name] = /^https?:\/\/sqs\.([^.]+)\.([^/]+)\/(\d+)\/([^/]+)$/.exec(url ?? "") ?? [];
  if (region === undefined) return undefined;
  return `arn:${domain?.endsWith(".cn") ? "aws-cn" : "aws"}:sqs:${region}:${account}:${name}`;
}
