// arn:aws:states:::sns:publish (Developer Guide: "Publish messages to Amazon SNS topics with Step Functions").
import { asText, optimised } from "./optimised";
import { sns } from "./sdkServices";

export const snsPublish = optimised({
  resourceType: "sns",
  action: "publish",
  patterns: [".waitForTaskToken"],
  supported: [
    "TopicArn",
    "TargetArn",
    "PhoneNumber",
    "Message",
    "MessageAttributes",
    "MessageStructure",
    "MessageDeduplicationId",
    "MessageGroupId",
    "Subject",
  ],
  required: ["Message"],
  service: sns,
  calls: { service: "sns", action: "Publish" },
  input: ({ Message, ...others }) => ({ ...others, Message: asText(Message) }),
  contentType: "text/xml",
});
