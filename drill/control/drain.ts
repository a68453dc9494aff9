// The script that drains the dead-letter queues, as a function of its own.
import {
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";

/** Sends what lies in the dead-letter queues back to where it came from, every night and when somebody asks. */
export async function drain(): Promise<{ readonly sent: number }> {
  const sqs = new SQSClient({});
  const queues: readonly (readonly [string | undefined, string | undefined])[] = [
    [process.env.STOCK_DEAD_LETTERS_URL, process.env.STOCK_URL],
    [process.env.SHIPMENT_DEAD_LETTERS_URL, process.env.SHIPMENT_URL],
  ];
  let sent = 0;
  for (const [from, to] of queues) {
    for (;;) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: from,
          MaxNumberOfMessages: 10,
          MessageSystemAttributeNames: ["MessageGroupId"],
        }),
      );
      if (Messages.length === 0) break;
      for (const message of Messages) {
        await sqs.send(new SendMessageCommand({ QueueUrl: to, MessageBody: message.Body, ...groupOf(message) }));
        await sqs.send(new DeleteMessageCommand({ QueueUrl: from, ReceiptHandle: message.ReceiptHandle }));
        sent += 1;
      }
    }
  }
  return { sent };
}

/** A FIFO queue remembers deduplication ids for five minutes: a message that is sent back needs one of its own. */
function groupOf({ Attributes, MessageId }: Message) {
  const group = Attributes?.MessageGroupId;
  return group === undefined ? {} : { MessageGroupId: group, MessageDeduplicationId: `${MessageId}-${Date.now()}` };
}
