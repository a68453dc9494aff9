// Where the records of asynchronous invocations go: destinations, and the older dead-letter queue.
// See "Capturing records of Lambda asynchronous invocations" and "Dead-letter queues" in the developer guide.
import type { Json, JsonObject } from "../../json";
import type { World } from "../../world";
import { bucketCall, type Deliveries, type DestinationCall, queueCall, topicCall } from "./deliveries";
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

/**
 * The invocation record, with its members in AWS's order. Payloads stand in it as they are: parsed and written again, their numbers would be
 * rounded to what JavaScript holds.
 */
function invocationRecord(functionArn: string, ended: Ended, now: number): string {
  const { requestId, payload, condition, invokeCount, result } = ended;
  const functionError = result?.ok === false ? { functionError: "Unhandled" } : {};
  const context = {
    requestId,
    functionArn: `${functionArn}:$LATEST`,
    condition,
    approximateInvokeCount: invokeCount,
  };
  const members = {
    version: JSON.stringify("1.0"),
    timestamp: JSON.stringify(new Date(now).toISOString()),
    requestContext: JSON.stringify(context),
    requestPayload: payload,
    ...(result !== undefined && {
      responseContext: JSON.stringify({ statusCode: 200, executedVersion: "$LATEST", ...functionError }),
      responsePayload: result.payload,
    }),
  };
  return `{${Object.entries(members)
    .map(([name, text]) => `"${name}":${text}`)
    .join(",")}}`;
}

function eventEntry(busArn: string, functionArn: string, record: string, condition: Condition): JsonObject {
  return {
    Source: "lambda",
    DetailType: `Lambda Function Invocation Result - ${condition === "Success" ? "Success" : "Failure"}`,
    Resources: [busArn, `${functionArn}:$LATEST`],
    Detail: record,
    EventBusName: busArn,
  };
}

function destinationCall(
  world: World,
  to: string,
  { name, arn }: FunctionConfiguration,
  record: string,
  condition: Condition,
): DestinationCall {
  switch (to.split(":")[2]) {
    case "sqs":
      return queueCall(to, record);
    case "sns":
      return topicCall(to, record);
    case "s3":
      return bucketCall(world, to, `aws/lambda/async/${name}`, record);
    case "lambda": {
      const input = { FunctionName: to, InvocationType: "Event", Payload: record };
      return { service: "lambda", action: "Invoke", input };
    }
    default: {
      const Entries = [eventEntry(to, arn, record, condition)];
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
  const call = to.split(":")[2] === "sns" ? topicCall : queueCall;
  return call(to, ended.payload, { MessageAttributes });
}

/** Sends what is left of ended invocations. */
export class Destinations {
  constructor(
    private readonly world: World,
    private readonly deliveries: Deliveries,
  ) {}

  send(configuration: FunctionConfiguration, to: string, ended: Ended): void {
    const record = invocationRecord(configuration.arn, ended, this.world.clock.now);
    const call = destinationCall(this.world, to, configuration, record, ended.condition);
    this.deliveries.send(configuration, to, call, "DestinationDeliveryFailures");
  }

  deadLetter(configuration: FunctionConfiguration, to: string, ended: Ended): void {
    this.deliveries.send(configuration, to, deadLetterCall(to, ended), "DeadLetterErrors");
  }
}
