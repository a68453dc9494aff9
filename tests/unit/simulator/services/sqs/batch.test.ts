// The batch operations and their limits.
import { describe, expect, it } from "vitest";
import { sqsWorld } from "./sqsWorld";

const entries = (...ids: string[]) =>
  ids.map((Id) => ({ Id, MessageBody: "x", ReceiptHandle: "y", VisibilityTimeout: 1 }));
const ids = (count: number) => Array.from({ length: count }, (_, index) => String(index));

describe.each(["SendMessageBatch", "DeleteMessageBatch", "ChangeMessageVisibilityBatch"])("%s", (action) => {
  it("takes one to ten entries with distinct, well-formed ids", () => {
    const { createQueue, failure } = sqsWorld();
    const QueueUrl = createQueue("orders");
    const attempt = (Entries: ReturnType<typeof entries>) => failure(action, { QueueUrl, Entries });
    expect(attempt([])).toBe(`EmptyBatchRequest: There should be at least one ${action}RequestEntry in the request.`);
    expect(attempt(entries(...ids(11)))).toBe(
      "TooManyEntriesInBatchRequest: Maximum number of entries per request are 10. You have sent 11.",
    );
    expect(attempt(entries("a", "b", "a"))).toBe("BatchEntryIdsNotDistinct: Id a repeated.");
    for (const id of ["", "a:b", "x".repeat(81)]) {
      expect(attempt(entries(id))).toBe(
        "InvalidBatchEntryId: A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.",
      );
    }
    expect(attempt(entries(...ids(10)))).toBe("no failure");
  });
});

describe("SendMessageBatch", () => {
  it("is at most 1 MiB in all", () => {
    const { sqs, createQueue, call, failure } = sqsWorld();
    const QueueUrl = createQueue("orders");
    const two = (size: number) => [
      { Id: "1", MessageBody: "x".repeat(size) },
      { Id: "2", MessageBody: "x".repeat(1_048_576 - 1000) },
    ];
    call("SendMessageBatch", { QueueUrl, Entries: two(1000) });
    expect(failure("SendMessageBatch", { QueueUrl, Entries: two(1001) })).toBe(
      "BatchRequestTooLong: Batch requests cannot be longer than 1048576 bytes. You have sent 1048577 bytes.",
    );
    expect(sqs.messages(QueueUrl)).toHaveLength(2);
  });

  it("lets one entry fail without the others", () => {
    const { sqs, createQueue, call } = sqsWorld();
    const QueueUrl = createQueue("orders");
    const Entries = [
      { Id: "good", MessageBody: "a" },
      { Id: "bad", MessageBody: "b", DelaySeconds: 1000 },
    ];
    expect(call("SendMessageBatch", { QueueUrl, Entries })).toEqual({
      Successful: [{ Id: "good", MessageId: expect.any(String), MD5OfMessageBody: "0cc175b9c0f1b6a831c399e269772661" }],
      Failed: [
        {
          Id: "bad",
          SenderFault: true,
          Code: "InvalidParameterValueException",
          Message: "Value 1000 for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.",
        },
      ],
    });
    expect(sqs.messages(QueueUrl)).toHaveLength(1);
  });
});

describe("DeleteMessageBatch and ChangeMessageVisibilityBatch", () => {
  it("do what they can and name the entries that failed", () => {
    const { sqs, createQueue, send, receive, call } = sqsWorld();
    const QueueUrl = createQueue("orders");
    send(QueueUrl, "a");
    const ReceiptHandle = receive(QueueUrl)[0]?.ReceiptHandle;
    const both = [
      { Id: "1", ReceiptHandle, VisibilityTimeout: 0 },
      { Id: "2", ReceiptHandle: "nonsense", VisibilityTimeout: 0 },
    ];
    const expected = { Successful: [{ Id: "1" }], Failed: [{ Id: "2", Code: "ReceiptHandleIsInvalid" }] };
    expect(call("ChangeMessageVisibilityBatch", { QueueUrl, Entries: both })).toMatchObject(expected);
    expect(sqs.messages(QueueUrl)[0]?.state).toBe("visible");
    expect(call("DeleteMessageBatch", { QueueUrl, Entries: both })).toMatchObject(expected);
    expect(sqs.messages(QueueUrl)).toEqual([]);
  });
});
