// How a function's asynchronous invocations are treated: retries, age and destinations, checked as Lambda checks them.
// See API PutFunctionEventInvokeConfig.
import { AwsError } from "../../service";

/** What of it was set; the defaults hold for the rest. */
export interface AsyncConfiguration {
  /** 0 to 2. @default 2 */
  readonly maximumRetryAttempts?: number | undefined;
  /** Seconds, 60 to 21,600. @default 21600 */
  readonly maximumEventAge?: number | undefined;
  /** The ARN of a standard queue, a standard topic, an event bus or a function. */
  readonly onSuccess?: string | undefined;
  /** As `onSuccess`, or the ARN of a bucket. */
  readonly onFailure?: string | undefined;
}

export const asyncDefaults = { maximumRetryAttempts: 2, maximumEventAge: 21_600 } as const;

function wholeNumber(name: string, value: number | undefined, low: number, high: number): void {
  if (value === undefined || (Number.isInteger(value) && value >= low && value <= high)) return;
  throw new AwsError(
    "InvalidParameterValueException",
    `[${name}] must be a whole number from ${low} to ${high}, got ${value}`,
  );
}

/** The developer guide, "Capturing records of Lambda asynchronous invocations": FIFO queues and topics are not taken. */
const standardTargets = /^arn:aws:(sqs|sns|lambda|events):[^:]+:\d{12}:.+(?<!\.fifo)$/;
const bucket = /^arn:aws:s3:::[a-z0-9.-]{3,63}$/;

function destination(name: string, value: string | undefined, buckets: boolean): void {
  if (value === undefined || standardTargets.test(value) || (buckets && bucket.test(value))) return;
  const last = buckets ? "an EventBridge event bus or an S3 bucket" : "an EventBridge event bus";
  const allowed = `the ARN of a standard SQS queue, a standard SNS topic, a Lambda function or ${last} in the simulator`;
  throw new AwsError("InvalidParameterValueException", `[${name}] must be ${allowed}, got ${value}`);
}

export function checkAsyncConfiguration(configuration: AsyncConfiguration): void {
  wholeNumber("MaximumRetryAttempts", configuration.maximumRetryAttempts, 0, 2);
  wholeNumber("MaximumEventAgeInSeconds", configuration.maximumEventAge, 60, 21_600);
  destination("DestinationConfig.OnSuccess.Destination", configuration.onSuccess, false);
  destination("DestinationConfig.OnFailure.Destination", configuration.onFailure, true);
}

/** A permission of the role, and on which resource. */
export interface DestinationRight {
  readonly action: string;
  readonly resource: string;
}

/** What a destination needs of the role. See "Capturing records of Lambda asynchronous invocations". */
export function destinationRights(destinationArn: string): readonly DestinationRight[] {
  const resource = destinationArn;
  switch (destinationArn.split(":")[2]) {
    case "sqs":
      return [{ action: "sqs:SendMessage", resource }];
    case "sns":
      return [{ action: "sns:Publish", resource }];
    case "lambda":
      return [{ action: "lambda:InvokeFunction", resource }];
    case "s3":
      return [
        { action: "s3:PutObject", resource: `${resource}/aws/lambda/async/` },
        { action: "s3:ListBucket", resource },
      ];
    default:
      return [{ action: "events:PutEvents", resource }];
  }
}
