// arn:aws:states:::sqs:sendMessage (Developer Guide: "Send messages to an Amazon SQS queue with Step Functions").
import { isAwsHost } from "../../../awsEndpoint";
import { AwsError } from "../../../service";
import { queryErrorCode } from "../../sqs/errors";
import type { Integration } from "./integration";
import { asText, optimised } from "./optimised";
import { sqs } from "./sdkServices";

const sendMessage = optimised({
  resourceType: "sqs",
  action: "sendMessage",
  patterns: [".waitForTaskToken"],
  supported: [
    "QueueUrl",
    "MessageBody",
    "DelaySeconds",
    "MessageAttributes",
    "MessageDeduplicationId",
    "MessageGroupId",
  ],
  required: ["QueueUrl", "MessageBody"],
  service: sqs,
  calls: { service: "sqs", action: "SendMessage" },
  input: ({ MessageBody, ...others }) => ({ ...others, MessageBody: asText(MessageBody) }),
  answer: ({ MD5OfMessageAttributes, MD5OfMessageBody, MessageId, SequenceNumber }) => ({
    MD5OfMessageAttributes,
    MD5OfMessageBody,
    MessageId,
    SequenceNumber,
  }),
});

/** The host of a queue's URL that no name server knows; the SDK behind this integration sends to that very host. */
function unknownHost(queueUrl: unknown): string | undefined {
  if (typeof queueUrl !== "string" || !URL.canParse(queueUrl)) return undefined;
  const { hostname } = new URL(queueUrl);
  return isAwsHost(hostname) || hostname === "localhost" || /^[\d.]+$/.test(hostname) ? undefined : hostname;
}

export const sqsSendMessage: Integration = {
  ...sendMessage,
  plan: (resource, parameters, world) => {
    const plan = sendMessage.plan(resource, parameters, world);
    const host = unknownHost(plan.call.input.QueueUrl);
    // The SDK behind this integration speaks SQS's older protocol, whose codes differ.
    const failure = ({ code, message, status }: AwsError) =>
      plan.failure(new AwsError(queryErrorCode(code), message, status));
    if (host === undefined) return { ...plan, failure };
    const cause = `Unable to execute HTTP request: ${host}: Name or service not known`;
    return { ...plan, failure: () => ({ error: "SQS.SdkClientException", cause }) };
  },
};
