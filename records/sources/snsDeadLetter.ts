// Notifications that SNS could not deliver to a function, whose subscription's dead-letter queue is the spool.
// https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html
import { type JsonObject, own, textMember } from "../json";
import type { DeclaredSources } from "../record";
import { declaredByOrigin } from "./declared";
import { invocationRecord, snsEnvelope } from "./invocationRecord";
import { errorOf, invocationPermissions, launcherPermissions, replayed } from "./replayed";
import type { Received, RecordSource } from "./source";

/**
 * A notification may tell of another function's failure: it is the record of that where the spool itself is subscribed, and what a function
 * missed where somebody declared the function's subscription.
 *
 * The body is the envelope; which subscription it is of stands only in its link to unsubscribe. A subscription with raw delivery leaves
 * no trace of itself: it needs a dead-letter queue of its own.
 */
export const snsDeadLetter: RecordSource = {
  name: "SNS dead letter",
  recognise: (received, declared) =>
    received.direct &&
    snsEnvelope(received.json) !== undefined &&
    (invocationRecord(received) === undefined || isDeclared(subscriptionArn(received.json), declared)),
  parse: (received, declared) => {
    const arns = [subscriptionArn(received.json), textMember(received.json, "TopicArn")];
    return replayed(
      {
        place: declaredByOrigin(received, "SubscriptionArn", arns, declared),
        work: textMember(received.json, "MessageId"),
        replay: replayOf(received),
        error: errorOf("SNS.DeadLetter", null),
      },
      declared,
    );
  },
  replay: replayOf,
  permissions: launcherPermissions,
  replayPermissions: invocationPermissions,
};

/** The event that SNS invokes a function with: two members are spelled otherwise. https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html */
function replayOf({ json }: Received) {
  const { SigningCertURL, UnsubscribeURL, Subject = null, MessageAttributes = {}, ...rest } = json;
  const Sns = { ...rest, Subject, MessageAttributes, SigningCertUrl: SigningCertURL, UnsubscribeUrl: UnsubscribeURL };
  const EventSubscriptionArn = subscriptionArn(json) ?? own(json, "TopicArn");
  const record = { EventSource: "aws:sns", EventVersion: "1.0", EventSubscriptionArn, Sns };
  return { as: "event" as const, payload: JSON.stringify({ Records: [record] }) };
}

function subscriptionArn(envelope: JsonObject): string | undefined {
  const [, arn] = /[?&]SubscriptionArn=([^&]+)/.exec(String(own(envelope, "UnsubscribeURL"))) ?? [];
  return arn && decodeURIComponent(arn);
}

function isDeclared(arn: string | undefined, declared: DeclaredSources): boolean {
  return arn !== undefined && Object.values(declared).some(({ origins }) => origins?.includes(arn));
}
