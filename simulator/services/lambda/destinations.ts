// Where the records of asynchronous invocations go: destinations, and the older dead-letter queue.
// See "Capturing records of Lambda asynchronous invocations" and "Dead-letter queues" in the developer guide.
import type { CallRequest } from "../../gateway";
import type { Json, JsonObject } from "../../json";
import type { AwsError, Outcome } from "../../service";
import type { World } from "../../world";
import { queueUrl } from "../eventBridge/targetCall";
import type { InvocationResult } from "./executionEnvironment";
import type { FunctionConfiguration } from "./functionConfiguration";

export type Condition = "Success" | "RetriesExhausted" | "EventAgeExceeded" | "ZeroReservedConcurrency";

/** An asynchronous invocation that has come to its end. */
export interface Ended {
  readonly requestId: string;
  /** JSON text. */
  readonly payload: string;
  readonly condition: Condition;
  readonly invokeCount: number;
  /** What the function answered last; undefined when it never ran. */
  readonly result: InvocationResult | undefined;
}

function parsed(text: string): Json {
  return JSON.parse(text) as Json;
}

/** The invocation record, with its members in AWS's order. */
function invocationRecord(functionArn: string, ended: Ended, now: number): JsonObject {
  const { requestId, payload, condition, invokeCount, result } = ended;
  const functionError = result?.ok === false ? { functionError: "Unhandled" } : {};
  return {
    version: "1.0",
    timestamp: new Date(now).toISOString(),
    requestContext: {
      requestId,
      functionArn: `${functionArn}:$LATEST`,
      condition,
      approximateInvokeCount: invokeCount,
    },
    requestPayload: parsed(payload),
    ...(result === undefined
      ? {}
      : {
          responseContext: { statusCode: 200, executedVersion: "$LATEST", ...functionError },
          responsePayload: parsed(result.payload),
        }),
  };
}

function eventEntry(busArn: string, functionArn: string, record: JsonObject, condition: Condition): JsonObject {
  return {
    Source: "lambda",
    DetailType: `Lambda Function Invocation Result - ${condition === "Success" ? "Success" : "Failure"}`,
    Resources: [busArn, `${functionArn}:$LATEST`],
    Detail: JSON.stringify(record),
    EventBusName: busArn,
  };
}

type DestinationCall = Pick<CallRequest, "service" | "action" | "input">;

function destinationCall(to: string, functionArn: string, record: JsonObject, condition: Condition): DestinationCall {
  const text = JSON.stringify(record);
  switch (to.split(":")[2]) {
    case "sqs":
      return { service: "sqs", action: "SendMessage", input: { QueueUrl: queueUrl(to), MessageBody: text } };
    case "sns":
      return { service: "sns", action: "Publish", input: { TopicArn: to, Message: text } };
    case "lambda": {
      const input = { FunctionName: to, InvocationType: "Event", Payload: text };
      return { service: "lambda", action: "Invoke", input };
    }
    default: {
      const Entries = [eventEntry(to, functionArn, record, condition)];
      return { service: "events", action: "PutEvents", input: { Entries } };
    }
  }
}

/** "ErrorMessage: the first 1 KB of the error message"; without a run, what the throttle said. */
function errorAttributes({ requestId, result }: Ended): Record<string, { DataType: string; StringValue: string }> {
  const answer = result === undefined ? undefined : parsed(result.payload);
  const message = (answer as { readonly errorMessage?: Json } | null | undefined)?.errorMessage;
  const errorMessage = result === undefined ? "Rate Exceeded." : typeof message === "string" ? message : "";
  return {
    ErrorCode: { DataType: "Number", StringValue: result === undefined ? "429" : "200" },
    ...(errorMessage === "" ? {} : { ErrorMessage: { DataType: "String", StringValue: errorMessage.slice(0, 1024) } }),
    RequestID: { DataType: "String", StringValue: requestId },
  };
}

function deadLetterCall(to: string, ended: Ended): DestinationCall {
  const MessageAttributes = errorAttributes(ended);
  if (to.split(":")[2] === "sns") {
    return { service: "sns", action: "Publish", input: { TopicArn: to, Message: ended.payload, MessageAttributes } };
  }
  const input = { QueueUrl: queueUrl(to), MessageBody: ended.payload, MessageAttributes };
  return { service: "sqs", action: "SendMessage", input };
}

/** Faults of the receiving service are tried again; AWS does not say how often. */
const attempts = 3;

function failure(outcome: Outcome): string | undefined {
  if (!outcome.ok) return outcome.error.code;
  const { FailedEntryCount, Entries } = outcome.output;
  if (typeof FailedEntryCount !== "number" || FailedEntryCount === 0) return undefined;
  return String((Entries as readonly { readonly ErrorCode?: string }[])[0]?.ErrorCode);
}

function isTransient({ status, code }: AwsError): boolean {
  return status >= 500 || status === 429 || /Throttl|TooManyRequests/.test(code);
}

/** Sends what is left of ended invocations, with the rights of the function's role. */
export class Destinations {
  constructor(private readonly world: World) {}

  send(configuration: FunctionConfiguration, to: string, ended: Ended): void {
    const record = invocationRecord(configuration.arn, ended, this.world.clock.now);
    const call = destinationCall(to, configuration.arn, record, ended.condition);
    this.attempt(configuration, to, call, "DestinationDeliveryFailures", 1);
  }

  deadLetter(configuration: FunctionConfiguration, to: string, ended: Ended): void {
    this.attempt(configuration, to, deadLetterCall(to, ended), "DeadLetterErrors", 1);
  }

  private attempt(
    configuration: FunctionConfiguration,
    to: string,
    call: DestinationCall,
    failureMetric: string,
    attempt: number,
  ): void {
    const principal = { kind: "role", roleArn: configuration.role } as const;
    this.world.gateway.call({ ...call, principal }, (outcome) => {
      const error = failure(outcome);
      if (error === undefined) return;
      if (!outcome.ok && outcome.error.code.startsWith("SimulatorUnsupported")) throw outcome.error;
      const { name } = configuration;
      const dimensions = { FunctionName: name };
      this.world.metrics.put({ namespace: "AWS/Lambda", name: failureMetric, dimensions, values: [1], unit: "Count" });
      this.world.events.append("lambda.DestinationFailed", { function: name, to, error });
      if (outcome.ok || !isTransient(outcome.error) || attempt >= attempts) return;
      this.world.clock.after(attempt * 1000, () => this.attempt(configuration, to, call, failureMetric, attempt + 1));
    });
  }
}
