// Who may reach a spool's queues: nobody without TLS, EventBridge's rules of this spool, and topics of the account for their dead letters.
import { createHash } from "node:crypto";
import { parseQueueArn } from "./queueArn";

/** The AWS provider adds 26 characters to a rule's name prefix, and a rule's name has 64 at most. */
const longestPrefix = 38;

/**
 * What the names of a spool's safety-net rules begin with. A queue has one policy, written before the rules exist, and rules of other
 * stacks may come at any time: so the policy knows them by name. A queue name that is too long is cut, and its hash keeps the
 * prefix its own.
 */
export function safetyNetRulePrefix(queueName: string): string {
  const prefix = `${queueName}-`;
  if (prefix.length <= longestPrefix) {
    return prefix;
  }
  const hash = createHash("sha256").update(queueName).digest("hex").slice(0, 8);
  return `${queueName.slice(0, longestPrefix - hash.length - 2)}-${hash}-`;
}

/** The policy of the spool queue. */
export function spoolQueuePolicy(queueArn: string): string {
  const { partition, region, accountId, queueName } = parseQueueArn("queueArn", queueArn);
  // The ARN of a rule that is not on the default bus names the bus first.
  const rules = ["", "*/"].map(
    (bus) => `arn:${partition}:events:${region}:${accountId}:rule/${bus}${safetyNetRulePrefix(queueName)}*`,
  );
  return document([
    tlsOnly(queueArn),
    {
      Sid: "SafetyNet",
      Effect: "Allow",
      Principal: { Service: "events.amazonaws.com" },
      Action: "sqs:SendMessage",
      Resource: queueArn,
      Condition: { ArnLike: { "aws:SourceArn": rules } },
    },
    // The spool is the dead-letter queue of subscriptions, too: https://docs.aws.amazon.com/sns/latest/dg/sns-configure-dead-letter-queue.html
    {
      Sid: "DeadLettersOfTopics",
      Effect: "Allow",
      Principal: { Service: "sns.amazonaws.com" },
      Action: "sqs:SendMessage",
      Resource: queueArn,
      Condition: { ArnLike: { "aws:SourceArn": `arn:${partition}:sns:${region}:${accountId}:*` } },
    },
  ]);
}

/** The policy of the poison queue: callers use their own identity's rights. */
export function poisonQueuePolicy(queueArn: string): string {
  return document([tlsOnly(queueArn)]);
}

// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-security-best-practices.html#enforce-encryption-data-in-transit
function tlsOnly(queueArn: string) {
  return {
    Sid: "TlsOnly",
    Effect: "Deny",
    Principal: "*",
    Action: "sqs:*",
    Resource: queueArn,
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
}

function document(statements: readonly object[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}
