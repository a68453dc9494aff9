// Failures that no execution failed at, as AWS writes them into queues and buckets, for unit tests.
import type { ReceivedMessage } from "../../records/attribute";

const REGION = "eu-west-1:123456789012";
export const LAUNCHER_ARN = `arn:aws:states:${REGION}:stateMachine:reprocess-launcher`;
export const NOTIFY_ARN = `arn:aws:lambda:${REGION}:function:notify`;
export const COUNT_ARN = `arn:aws:lambda:${REGION}:function:count`;
export const ORDERS_QUEUE_ARN = `arn:aws:sqs:${REGION}:orders`;
export const TOPIC_ARN = `arn:aws:sns:${REGION}:news`;
export const SUBSCRIPTION_ARN = `${TOPIC_ARN}:11b6e6c5-3fb9-4b6c-8c9c-6f6d5a6e0c11`;
const SCHEDULE_ARN = `arn:aws:scheduler:${REGION}:schedule/default/nightly`;
export const STREAM_ARN = `arn:aws:kinesis:${REGION}:stream/clicks`;
export const TABLE_STREAM_ARN = `arn:aws:dynamodb:${REGION}:table/books/stream/2026-01-01T00:00:00.000`;
export const BUCKET = "spool-bucket";

/** A launcher, and sources that it replays. */
export const replayedSources = {
  notify: { stateMachineArn: LAUNCHER_ARN, origins: [NOTIFY_ARN, SUBSCRIPTION_ARN, SCHEDULE_ARN] },
  count: { stateMachineArn: LAUNCHER_ARN, origins: [COUNT_ARN] },
  orders: { stateMachineArn: LAUNCHER_ARN, origins: [ORDERS_QUEUE_ARN] },
  adopted: { stateMachineArn: LAUNCHER_ARN },
  launcher: { stateMachineArn: LAUNCHER_ARN, launches: true as const },
};

export const standardQueue = { url: `https://sqs.eu-west-1.amazonaws.com/123456789012/old-dead`, source: "adopted" };
export const fifoQueue = { url: `https://sqs.eu-west-1.amazonaws.com/123456789012/old-dead.fifo`, source: "adopted" };

const text = (StringValue: string) => ({ DataType: "String", StringValue });

/** A message as SQS gives it. */
export function received(body: unknown, parts: Partial<ReceivedMessage> = {}): ReceivedMessage {
  const { Attributes, ...others } = parts;
  return {
    MessageId: "message-1",
    Body: typeof body === "string" ? body : JSON.stringify(body),
    Attributes: { SentTimestamp: "1772366300000", ApproximateReceiveCount: "3", ...Attributes },
    ...others,
  };
}

/** Lambda's record of an asynchronous invocation that failed, with the event as this text. */
export function destinationRecord(requestPayload: string, changes: { readonly condition?: string } = {}): string {
  const record = {
    version: "1.0",
    timestamp: "2026-03-01T11:59:00.000Z",
    requestContext: {
      requestId: "request-1",
      functionArn: `${NOTIFY_ARN}:$LATEST`,
      condition: "RetriesExhausted",
      approximateInvokeCount: 3,
      ...changes,
    },
    requestPayload: "HERE",
    responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
    responsePayload: { errorType: "ProviderDown", errorMessage: "503", trace: [] },
  };
  return JSON.stringify(record).replace('"HERE"', () => requestPayload);
}

/** SNS's envelope around a text. */
export function snsEnvelope(Message: string, changes: object = {}) {
  return {
    Type: "Notification",
    MessageId: "sns-1",
    TopicArn: TOPIC_ARN,
    Message,
    Timestamp: "2026-03-01T11:59:00.000Z",
    SignatureVersion: "1",
    Signature: "signature",
    SigningCertURL: "https://sns.eu-west-1.amazonaws.com/cert.pem",
    UnsubscribeURL: `https://sns.eu-west-1.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=${SUBSCRIPTION_ARN}`,
    ...changes,
  };
}

/** Lambda's record of a batch that failed, without the records. */
export function streamRecord(kind: "kinesis" | "dynamodb" = "kinesis") {
  const info = {
    shardId: "shardId-000000000000",
    startSequenceNumber: "100",
    endSequenceNumber: "102",
    batchSize: 3,
    streamArn: kind === "kinesis" ? STREAM_ARN : TABLE_STREAM_ARN,
  };
  return {
    requestContext: {
      requestId: "request-2",
      functionArn: COUNT_ARN,
      condition: "RetryAttemptsExhausted",
      approximateInvokeCount: 2,
    },
    responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
    version: "1.0",
    timestamp: "2026-03-01T11:59:00.000Z",
    [kind === "kinesis" ? "KinesisBatchInfo" : "DDBStreamBatchInfo"]: info,
  };
}

export const OBJECT_KEY = "aws/lambda/esm-1/shardId-000000000000/2026/03/01/2026-03-01T11.59.00-uuid";

/** What the spool's rule writes when Lambda has put an object into the bucket. */
export function objectCreated(bucket = BUCKET, key = OBJECT_KEY) {
  const detail = { version: "0", bucket: { name: bucket }, object: { key, size: 1000, sequencer: "1" } };
  return { respool: 1, object: { version: "0", id: "e-1", "detail-type": "Object Created", source: "aws.s3", detail } };
}

/** An event on a bus. */
export const busEvent = {
  version: "0",
  id: "event-1",
  "detail-type": "OrderPlaced",
  source: "bookshop",
  account: "123456789012",
  time: "2026-03-01T11:59:00Z",
  region: "eu-west-1",
  resources: [],
  detail: { order: 1 },
};

/** What EventBridge says about an event that it could not deliver. */
export function eventBridgeAttributes(targetArn = NOTIFY_ARN) {
  return {
    RULE_ARN: text(`arn:aws:events:${REGION}:rule/placed`),
    TARGET_ARN: text(targetArn),
    ERROR_CODE: text("NO_PERMISSIONS"),
    ERROR_MESSAGE: text("not allowed"),
    EXHAUSTED_RETRY_CONDITION: text("MaximumRetryAttempts"),
    RETRY_ATTEMPTS: text("3"),
  };
}

/** What Scheduler says about an invocation that it could not make. */
export function schedulerAttributes(truncated = "false") {
  return {
    SCHEDULE_ARN: text(SCHEDULE_ARN),
    TARGET_ARN: text(NOTIFY_ARN),
    EXECUTION_ID: text("invocation-1"),
    SCHEDULED_TIME: text("2026-03-01T11:59:00Z"),
    ERROR_CODE: text("AccessDenied"),
    ERROR_MESSAGE: text("not allowed"),
    IS_PAYLOAD_TRUNCATED: text(truncated),
  };
}

/** What Lambda says about an event in its function's dead-letter queue. */
export const lambdaDeadLetterAttributes = {
  RequestID: text("request-3"),
  ErrorCode: { DataType: "Number", StringValue: "200" },
  ErrorMessage: text("503"),
};
