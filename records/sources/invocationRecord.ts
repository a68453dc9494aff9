// Lambda's invocation record, which tells of an asynchronous invocation or of a stream's batch, and the envelopes that it comes in.
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
import { isObject, type JsonObject, own, parsed, rawMember } from "../json";
import type { Received } from "./source";

/** An invocation record: its text, and what it stands for. */
export interface InvocationRecord {
  readonly text: string;
  readonly json: JsonObject;
  readonly requestContext: JsonObject;
  /** Where the batch lies in its stream; absent in the record of an asynchronous invocation. */
  readonly batchInfo?: JsonObject;
}

/** The record in a message: bare, in the envelope of SNS, or as the detail of Lambda's event on an EventBridge bus. */
export function invocationRecord({ text, json, direct }: Received): InvocationRecord | undefined {
  if (!direct) return undefined;
  const envelope = snsEnvelope(json);
  if (envelope !== undefined) return recordIn(envelope.message);
  return recordIn(own(json, "source") === "lambda" ? (rawMember(text, "detail") ?? "") : text, json);
}

function recordIn(text: string, whole?: JsonObject): InvocationRecord | undefined {
  const json = whole !== undefined && own(whole, "requestContext") !== undefined ? whole : parsed(text);
  if (!isObject(json)) return undefined;
  const requestContext = own(json, "requestContext");
  if (!isObject(requestContext) || typeof own(requestContext, "functionArn") !== "string") return undefined;
  const info = ["KinesisBatchInfo", "DDBStreamBatchInfo"].map((member) => own(json, member)).find(isObject);
  return { text, json, requestContext, ...(info && { batchInfo: info }) };
}

/** SNS's envelope. https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html */
export function snsEnvelope(json: JsonObject): { readonly topicArn: string; readonly message: string } | undefined {
  const [type, topicArn, message] = [own(json, "Type"), own(json, "TopicArn"), own(json, "Message")];
  if (type !== "Notification" || typeof topicArn !== "string" || typeof message !== "string") return undefined;
  return { topicArn, message };
}
