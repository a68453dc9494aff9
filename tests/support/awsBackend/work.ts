// Gives a deployed program work by the ways that are no execution: events, messages and records.
import { randomUUID } from "node:crypto";
import { PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { PutRecordsCommand } from "@aws-sdk/client-kinesis";
import { InvokeCommand } from "@aws-sdk/client-lambda";
import { PublishCommand } from "@aws-sdk/client-sns";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import type { Backend } from "../backend";
import type { AwsClients } from "./clients";

type Work = Pick<Backend, "invokeAsync" | "putEvent" | "publish" | "putRecords" | "send">;

/** What PutRecords takes at once. */
const largestPut = 500;

/** @param given is told before work is given of which nothing but its effect can be seen: a message can be, in its queue */
export function workOf(clients: AwsClients, given: () => Promise<void>): Work {
  const { eventBridge, kinesis, lambda, sns, sqs } = clients;
  return {
    async invokeAsync(FunctionName, payload) {
      await given();
      const Payload = JSON.stringify(payload);
      await lambda.send(new InvokeCommand({ FunctionName, InvocationType: "Event", Payload }));
    },
    async putEvent(Source, DetailType, detail) {
      await given();
      const Entries = [{ Source, DetailType, Detail: JSON.stringify(detail) }];
      const answer = await eventBridge.send(new PutEventsCommand({ Entries }));
      refuse(answer.FailedEntryCount, answer.Entries);
    },
    async publish(TopicArn, Message) {
      await given();
      await sns.send(new PublishCommand({ TopicArn, Message }));
    },
    async putRecords(StreamName, records) {
      await given();
      for (let at = 0; at < records.length; at += largestPut) {
        const Records = records
          .slice(at, at + largestPut)
          .map(({ key, data }) => ({ PartitionKey: key, Data: Buffer.from(JSON.stringify(data)) }));
        const answer = await kinesis.send(new PutRecordsCommand({ StreamName, Records }));
        refuse(answer.FailedRecordCount, answer.Records);
      }
    },
    async send(QueueUrl, MessageBody, attributes = {}, group) {
      const MessageAttributes = Object.fromEntries(
        Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: "String", StringValue }]),
      );
      const fifo = group === undefined ? {} : { MessageGroupId: group, MessageDeduplicationId: randomUUID() };
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, MessageAttributes, ...fifo }));
    },
  };
}

/** @throws where a call that succeeded as a whole did not take every part of it */
function refuse(
  failed: number | undefined,
  entries: readonly { readonly ErrorCode?: string; readonly ErrorMessage?: string }[] = [],
): void {
  if (!failed) return;
  const texts = entries.flatMap(({ ErrorCode, ErrorMessage }) => (ErrorCode ? [`${ErrorCode}: ${ErrorMessage}`] : []));
  throw new Error(`AWS refused ${failed} of ${entries.length}: ${texts.join("; ")}`);
}
