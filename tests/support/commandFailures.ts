// Commands that failed, as their function and SQS bring them into the spool, for unit tests.
import { createHash } from "node:crypto";
import type { CommandFailureBody } from "../../records/commandFailure";
import { ORDERS_QUEUE_ARN } from "./foreignFailures";

export const COMMAND_ID = "0199d9c4-7a54-7c1e-9a3b-5c1d2e3f4a5b";

/** The body of a command's message; `data` is JSON text. */
export function envelopeOf(data = '{"isbn":"1"}', changes: object = {}): string {
  const envelope = { respoolCommand: 1, id: COMMAND_ID, name: "placeOrder", time: "2026-03-01T11:58:00.000Z" };
  return `${JSON.stringify({ ...envelope, ...changes }).slice(0, -1)},"data":${data}}`;
}

/** The message as SQS's mapping gives it, without its receipt handle. */
export function commandMessage(body = envelopeOf()): CommandFailureBody["message"] {
  return {
    messageId: "message-1",
    body,
    attributes: {
      ApproximateReceiveCount: "5",
      SentTimestamp: "1772366300000",
      SenderId: "AIDA",
      ApproximateFirstReceiveTimestamp: "1772366300001",
    },
    messageAttributes: { correlationId: { stringValue: "c-1", dataType: "String" } },
    md5OfBody: createHash("md5").update(body).digest("hex"),
    eventSource: "aws:sqs",
    eventSourceARN: ORDERS_QUEUE_ARN,
    awsRegion: "eu-west-1",
  };
}

/** What the function writes. */
export function commandFailure(changes: object = {}) {
  return {
    respool: 1,
    kind: "failed",
    source: "orders",
    command: { id: COMMAND_ID, name: "placeOrder" },
    generation: 0,
    attempts: 5,
    failedAt: "2026-03-01T11:59:00.000Z",
    error: { name: "ProviderDown", cause: '{"errorType":"ProviderDown"}' },
    message: commandMessage(),
    ...changes,
  };
}
