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
  /** As `onSuccess`. */
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
function destination(name: string, value: string | undefined): void {
  if (value === undefined || /^arn:aws:(sqs|sns|lambda|events):[^:]+:\d{12}:.+(?<!\.fifo)$/.test(value)) return;
  const allowed =
    "the ARN of a standard SQS queue, a standard SNS topic, a Lambda function or an EventBridge event bus in the simulator";
  throw new AwsError("InvalidParameterValueException", `[${name}] must be ${allowed}, got ${value}`);
}

export function checkAsyncConfiguration(configuration: AsyncConfiguration): void {
  wholeNumber("MaximumRetryAttempts", configuration.maximumRetryAttempts, 0, 2);
  wholeNumber("MaximumEventAgeInSeconds", configuration.maximumEventAge, 60, 21_600);
  destination("DestinationConfig.OnSuccess.Destination", configuration.onSuccess);
  destination("DestinationConfig.OnFailure.Destination", configuration.onFailure);
}

/** Which of the role's permissions a destination needs. See "Capturing records of Lambda asynchronous invocations". */
export function destinationAction(destinationArn: string): string {
  const service = destinationArn.split(":")[2] as "sqs" | "sns" | "lambda" | "events";
  return { sqs: "sqs:SendMessage", sns: "sns:Publish", lambda: "lambda:InvokeFunction", events: "events:PutEvents" }[
    service
  ];
}
