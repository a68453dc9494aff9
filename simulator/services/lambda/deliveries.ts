// Sends what Lambda has to say to a queue, a topic, a bucket, a function or a bus, with the rights of the function's role.
import type { CallRequest } from "../../gateway";
import type { AwsError, Outcome } from "../../service";
import type { World } from "../../world";
import { queueUrl } from "../eventBridge/targetCall";
import type { FunctionConfiguration } from "./functionConfiguration";

export type DestinationCall = Pick<CallRequest, "service" | "action" | "input">;

export function queueCall(queueArn: string, text: string, more: CallRequest["input"] = {}): DestinationCall {
  return { service: "sqs", action: "SendMessage", input: { QueueUrl: queueUrl(queueArn), MessageBody: text, ...more } };
}

export function topicCall(topicArn: string, text: string, more: CallRequest["input"] = {}): DestinationCall {
  return { service: "sns", action: "Publish", input: { TopicArn: topicArn, Message: text, ...more } };
}

/**
 * Lambda names its objects `<prefix>/yyyy/mm/dd/yyyy-mm-ddTHH.MM.SS-<random UUID>`.
 *
 * @param prefix without a slash at its end
 */
export function bucketCall(world: World, bucketArn: string, prefix: string, text: string): DestinationCall {
  const time = new Date(world.clock.now).toISOString().slice(0, 19).replaceAll(":", ".");
  const Key = `${prefix}/${time.slice(0, 10).replaceAll("-", "/")}/${time}-${world.random.uuid()}`;
  const Bucket = bucketArn.slice("arn:aws:s3:::".length);
  return { service: "s3", action: "PutObject", input: { Bucket, Key, Body: text } };
}

/** Faults of the receiving service are tried again; AWS does not say how often. */
const attempts = 3;

function failure(outcome: Outcome): string | undefined {
  if (!outcome.ok) return outcome.error.code;
  const { FailedEntryCount, Entries } = outcome.output;
  if (typeof FailedEntryCount !== "number" || FailedEntryCount === 0) return undefined;
  return String((Entries as readonly { readonly ErrorCode?: string }[])[0]?.ErrorCode);
}

export function isTransient({ status, code }: AwsError): boolean {
  return status >= 500 || status === 429 || /Throttl|TooManyRequests/.test(code);
}

export type FailureMetric = "DestinationDeliveryFailures" | "DeadLetterErrors";

/** What cannot be delivered is lost, but for a metric and an event of the log. */
export class Deliveries {
  constructor(private readonly world: World) {}

  send(configuration: FunctionConfiguration, to: string, call: DestinationCall, metric: FailureMetric): void {
    this.attempt(configuration, to, call, metric, 1);
  }

  private attempt(
    configuration: FunctionConfiguration,
    to: string,
    call: DestinationCall,
    metric: FailureMetric,
    attempt: number,
  ): void {
    const principal = { kind: "role", roleArn: configuration.role } as const;
    this.world.gateway.call({ ...call, principal }, (outcome) => {
      const error = failure(outcome);
      if (error === undefined) return;
      if (!outcome.ok && outcome.error.code.startsWith("SimulatorUnsupported")) throw outcome.error;
      const { name } = configuration;
      const dimensions = { FunctionName: name };
      this.world.metrics.put({ namespace: "AWS/Lambda", name: metric, dimensions, values: [1], unit: "Count" });
      this.world.events.append("lambda.DestinationFailed", { function: name, to, error });
      if (outcome.ok || !isTransient(outcome.error) || attempt >= attempts) return;
      this.world.clock.after(attempt * 1000, () => this.attempt(configuration, to, call, metric, attempt + 1));
    });
  }
}
