// Looks at a queue's messages and leaves them where they are.
import { setTimeout as pause } from "node:timers/promises";
import {
  ChangeMessageVisibilityBatchCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import type { QueueMessage } from "../backend";

const batch = 10;
/** Seconds for which a look holds what it has seen: longer than any look takes. */
const hold = 60;
/** Milliseconds after which a look gives up. */
const patience = 30_000;

/** Messages in a queue: visible, in flight or delayed. */
export async function countMessages(sqs: SQSClient, QueueUrl: string): Promise<number> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl,
      AttributeNames: [
        "ApproximateNumberOfMessages",
        "ApproximateNumberOfMessagesNotVisible",
        "ApproximateNumberOfMessagesDelayed",
      ],
    }),
  );
  return Object.values(Attributes).reduce((sum, count) => sum + Number(count), 0);
}

/** Everything in the queue. What it received becomes visible again, with one more receive to its count. */
export async function lookAt(sqs: SQSClient, QueueUrl: string): Promise<readonly QueueMessage[]> {
  const held: Message[] = [];
  const end = Date.now() + patience;
  try {
    for (;;) {
      const expected = await countMessages(sqs, QueueUrl);
      held.push(...(await receive(sqs, QueueUrl)));
      if (held.length >= expected) return held.map(messageOf);
      if (Date.now() > end) throw new Error(`saw ${held.length} of ${expected} messages in ${QueueUrl}`);
      await pause(50);
    }
  } finally {
    await release(sqs, QueueUrl, held);
  }
}

async function receive(sqs: SQSClient, QueueUrl: string): Promise<readonly Message[]> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: batch,
      VisibilityTimeout: hold,
      WaitTimeSeconds: 0,
      MessageAttributeNames: ["All"],
    }),
  );
  return Messages;
}

async function release(sqs: SQSClient, QueueUrl: string, messages: readonly Message[]): Promise<void> {
  for (let start = 0; start < messages.length; start += batch) {
    const Entries = messages
      .slice(start, start + batch)
      .map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle, VisibilityTimeout: 0 }));
    await sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }));
  }
}

function messageOf({ Body, MessageAttributes }: Message): QueueMessage {
  const attributes = Object.entries(MessageAttributes ?? {}).map(([name, { StringValue }]) => [name, StringValue]);
  return { body: Body ?? "", attributes: Object.fromEntries(attributes) as Record<string, string> };
}
