// What becomes of the records of a stream when a function fails: retries, splits, partial responses, failure records.
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../../../../simulator/json";
import { AwsError } from "../../../../../../simulator/service";
import { arnOf, minute } from "../lambdaAccount";
import { failing, reader, type StreamAccount, streamAccount } from "./streamAccount";

/** Reports the records that are bad. */
const reporting = reader(`return { batchItemFailures: numbers
  .filter((_, index) => data[index].includes("bad")).map((itemIdentifier) => ({ itemIdentifier })) };`);
const partial = { functionResponseTypes: ["ReportBatchItemFailures"] };
const to = (destinationArn: string) => ({ destinationConfig: { onFailure: { destinationArn } } });
const bodies = (account: StreamAccount) =>
  account.receive("dead").map(({ Body = "" }) => JSON.parse(Body) as JsonObject);
/** Puts all before the mapping reads. */
const put = (account: StreamAccount, ...all: string[]) => all.map((data) => account.stream.put(data));

describe("A stream mapping whose function fails", () => {
  it("tries the batch again until it succeeds, and holds what comes after it back", () => {
    const account = streamAccount("kinesis", reader("if (calls < 4) throw new Error('no');"));
    put(account, "a", "b");
    account.map({ batchSize: 1 });
    account.runUntilQuiet();
    expect(account.batches()).toEqual([["a"], ["a"], ["a"], ["a"], ["b"]]);
  });

  it("waits longer before each attempt: eight in the first minute, as recorded", () => {
    const account = streamAccount("kinesis", failing);
    put(account, "bad");
    account.map();
    account.run(minute);
    expect(account.batches()).toHaveLength(8);
  });

  it("gives the batch up after its retries, and leaves a record in a queue, with AWS's members in AWS's order", () => {
    const account = streamAccount("kinesis", failing);
    const [first, last] = put(account, "bad", "b");
    put(account, "c");
    account.map({ batchSize: 2, maximumRetryAttempts: 1, ...to(account.queue("dead")) });
    account.runUntilQuiet();
    expect(account.batches()).toEqual([["bad", "b"], ["bad", "b"], ["c"]]);
    const [record] = bodies(account);
    const expected = {
      requestContext: {
        requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        functionArn: arnOf("lambda", "function:f"),
        condition: "RetryAttemptsExhausted",
        approximateInvokeCount: 2,
      },
      responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
      version: "1.0",
      timestamp: expect.stringMatching(/^2026-01-01T00:00:0\d\.\d{3}Z$/),
      KinesisBatchInfo: {
        shardId: "shard-1",
        startSequenceNumber: first,
        endSequenceNumber: last,
        approximateArrivalOfFirstRecord: "2026-01-01T00:00:00.000Z",
        approximateArrivalOfLastRecord: "2026-01-01T00:00:00.000Z",
        batchSize: 2,
        streamArn: account.stream.arn,
      },
    };
    expect(record).toEqual(expected);
    const members = (value: unknown) => Object.keys(value as object);
    expect(members(record)).toEqual(members(expected));
    for (const name of ["requestContext", "responseContext", "KinesisBatchInfo"] as const) {
      expect(members(record?.[name])).toEqual(members(expected[name]));
    }
  });

  it("tells a topic the same of a table's stream, whose arrivals are known to the second", () => {
    const account = streamAccount("dynamodb", failing);
    const TopicArn = String(account.create("aws:sns/topic:Topic", { name: "t" }).arn);
    const Endpoint = account.queue("dead");
    const Attributes = { RawMessageDelivery: "true" };
    account.call("sns", "Subscribe", { TopicArn, Protocol: "sqs", Endpoint, Attributes });
    put(account, "bad");
    account.map({ maximumRetryAttempts: 0, ...to(TopicArn) });
    account.runUntilQuiet();
    expect(bodies(account)).toMatchObject([
      {
        requestContext: { condition: "RetryAttemptsExhausted", approximateInvokeCount: 1 },
        DDBStreamBatchInfo: { approximateArrivalOfFirstRecord: "2026-01-01T00:00:00Z", batchSize: 1 },
      },
    ]);
  });

  it("puts the records themselves into a bucket", () => {
    const account = streamAccount("kinesis", failing);
    const [sequenceNumber] = put(account, "bad");
    const uuid = account.map({ maximumRetryAttempts: 0, ...to("arn:aws:s3:::failures") });
    account.runUntilQuiet();
    const [object] = account.stored;
    expect(account.stored).toHaveLength(1);
    expect(object?.Bucket).toBe("failures");
    const time = "2026-01-01T00\\.00\\.\\d\\d";
    expect(object?.Key).toMatch(new RegExp(`^aws/lambda/${uuid}/shard-1/2026/01/01/${time}-[0-9a-f-]{36}$`));
    const record = JSON.parse(object?.Body ?? "") as { payload: JsonObject; KinesisBatchInfo: JsonObject };
    expect(Object.keys(record).at(-1)).toBe("payload");
    expect(record.KinesisBatchInfo).toMatchObject({ startSequenceNumber: sequenceNumber });
    expect(record.payload).toMatchObject({
      Records: [{ kinesis: { sequenceNumber, data: "YmFk" }, invokeIdentityArn: "arn:aws:iam::123456789012:role/r" }],
    });
  });

  it("tries a destination that cannot be reached three times, and then loses the record", () => {
    const account = streamAccount("kinesis", failing);
    put(account, "bad");
    account.map({ maximumRetryAttempts: 0, ...to("arn:aws:s3:::broken") });
    account.runUntilQuiet();
    expect(account.metric("DestinationDeliveryFailures", "f")).toBe(3);
    expect(account.log("lambda.BatchDiscarded")).toMatchObject([{ records: 1, condition: "RetryAttemptsExhausted" }]);
    put(account, "b");
    account.runUntilQuiet();
    expect(account.batches().at(-1)).toEqual(["b"]);
  });

  it("does not count throttles as attempts", () => {
    const account = streamAccount("kinesis", failing);
    account.call("lambda", "PutFunctionConcurrency", { FunctionName: "f", ReservedConcurrentExecutions: 0 });
    put(account, "bad");
    account.map({ maximumRetryAttempts: 1, ...to(account.queue("dead")) });
    account.run(10 * minute);
    expect(account.metric("Throttles", "f")).toBeGreaterThan(5);
    account.call("lambda", "DeleteFunctionConcurrency", { FunctionName: "f" });
    account.runUntilQuiet();
    expect(account.batches()).toEqual([["bad"], ["bad"]]);
    expect(bodies(account)).toMatchObject([{ requestContext: { approximateInvokeCount: 2 } }]);
  });

  it("loses what the stream keeps no longer", () => {
    const account = streamAccount("dynamodb", failing);
    put(account, "bad", "b");
    account.map(to(account.queue("dead")));
    account.run(minute);
    account.stream.trim("shard-1", 1);
    account.runUntilQuiet();
    expect(account.batches().at(-1)).toEqual(["b"]);
    expect(account.log("lambda.RecordsExpired")).toMatchObject([{ records: 1 }]);
    expect(bodies(account)).toEqual([]);
  });
});

describe("The maximum age of a record", () => {
  it("ends the retries, without a response context", () => {
    const account = streamAccount("kinesis", failing);
    put(account, "bad");
    account.map({ maximumRecordAgeInSeconds: 60, ...to(account.queue("dead")) });
    account.runUntilQuiet();
    const [record] = bodies(account);
    expect(record).toMatchObject({
      requestContext: { condition: "RecordAgeExceeded", approximateInvokeCount: 8 },
      timestamp: expect.stringMatching(/^2026-01-01T00:01:00/),
    });
    expect(record).not.toHaveProperty("responseContext");
  });

  it("keeps a record from the function that is too old already, and lets the fresh ones of its batch pass", () => {
    const account = streamAccount("kinesis", reader("return null;"));
    const old = account.stream.put("old", { at: account.clock.now - 2 * minute });
    put(account, "1", "2", "3", "4", "5");
    account.map({ maximumRecordAgeInSeconds: 60, maximumRetryAttempts: 0, ...to(account.queue("dead")) });
    account.runUntilQuiet();
    expect(account.batches()).toEqual([["1", "2", "3", "4", "5"]]);
    expect(bodies(account)).toMatchObject([
      {
        requestContext: { condition: "RecordAgeExceeded", approximateInvokeCount: 1 },
        KinesisBatchInfo: { startSequenceNumber: old, endSequenceNumber: old, batchSize: 1 },
      },
    ]);
  });
});

describe("Bisection", () => {
  it("splits a batch that fails until the bad record is alone, without a retry of the good ones", () => {
    const account = streamAccount("kinesis", failing);
    const numbers = put(account, "a", "b", "bad", "d");
    account.map({ bisectBatchOnFunctionError: true, maximumRetryAttempts: 0, ...to(account.queue("dead")) });
    account.runUntilQuiet();
    expect(account.batches()).toEqual([["a", "b", "bad", "d"], ["a", "b"], ["bad", "d"], ["bad"], ["d"]]);
    expect(bodies(account)).toMatchObject([
      { KinesisBatchInfo: { startSequenceNumber: numbers[2], endSequenceNumber: numbers[2], batchSize: 1 } },
    ]);
  });

  it("leaves each part its own retries", () => {
    const account = streamAccount("kinesis", failing);
    put(account, "bad", "bad");
    account.map({ bisectBatchOnFunctionError: true, maximumRetryAttempts: 1, ...to(account.queue("dead")) });
    account.runUntilQuiet();
    expect(account.batches()).toEqual([["bad", "bad"], ["bad"], ["bad"], ["bad"], ["bad"]]);
    const counts = bodies(account).map(({ requestContext }) => (requestContext as JsonObject).approximateInvokeCount);
    expect(counts).toEqual([2, 2]);
  });

  it("follows a partial response: only what it left is tried again, and that is no retry", () => {
    const account = streamAccount("kinesis", reporting);
    put(account, "a", "b", "bad", "d");
    const inputs = { bisectBatchOnFunctionError: true, maximumRetryAttempts: 0, ...partial };
    account.map({ ...inputs, ...to(account.queue("dead")) });
    account.runUntilQuiet();
    expect(account.batches()).toEqual([
      ["a", "b", "bad", "d"],
      ["bad", "d"],
    ]);
    expect(bodies(account)).toMatchObject([{ KinesisBatchInfo: { batchSize: 2 } }]);
  });
});

describe("A partial batch response", () => {
  it("sets the checkpoint at the lowest number that it names, and counts as a failure, as recorded", () => {
    const account = streamAccount("kinesis", reporting);
    const numbers = put(account, "1", "2", "3", "4", "5", "bad");
    account.map({ batchSize: 3, maximumRetryAttempts: 3, ...partial, ...to(account.queue("dead")) });
    account.runUntilQuiet();
    expect(account.batches()).toEqual([["1", "2", "3"], ["4", "5", "bad"], ["bad"], ["bad"], ["bad"]]);
    expect(bodies(account)).toMatchObject([
      {
        requestContext: { condition: "RetryAttemptsExhausted", approximateInvokeCount: 4 },
        responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: null },
        KinesisBatchInfo: { startSequenceNumber: numbers[5], endSequenceNumber: numbers[5], batchSize: 1 },
      },
    ]);
  });

  it("retries from the lowest of several", () => {
    const account = streamAccount(
      "dynamodb",
      reader(`if (calls > 1) return;
      return { batchItemFailures: [{ itemIdentifier: numbers[3] }, { itemIdentifier: numbers[1] }] };`),
    );
    put(account, "a", "b", "c", "d");
    account.map(partial);
    account.runUntilQuiet();
    expect(account.batches()).toEqual([
      ["a", "b", "c", "d"],
      ["b", "c", "d"],
    ]);
  });

  it.each([
    `{ batchItemFailures: [{ itemIdentifier: "123" }] }`,
    `{ batchItemFailures: [{ itemIdentifier: "" }] }`,
    `{ batchItemFailures: [{ itemIdentifier: null }] }`,
    `{ batchItemFailures: [{ foo: 123 }] }`,
  ])("fails the whole batch when it is %s", (answer) => {
    const account = streamAccount("kinesis", reader(`return ${answer};`));
    put(account, "a", "b");
    account.map({ maximumRetryAttempts: 2, ...partial, ...to(account.queue("dead")) });
    account.runUntilQuiet();
    expect(account.batches()).toEqual([
      ["a", "b"],
      ["a", "b"],
      ["a", "b"],
    ]);
    expect(bodies(account)).toMatchObject([
      { requestContext: { approximateInvokeCount: 3 }, responseContext: { functionError: null } },
    ]);
  });

  it.each(["[]", "null", "{}", "{ batchItemFailures: [] }", "{ batchItemFailures: null }", `""`])(
    "is a success when it is %s",
    (answer) => {
      const account = streamAccount("kinesis", reader(`return ${answer};`));
      put(account, "a");
      account.map(partial);
      account.runUntilQuiet();
      expect(account.batches()).toEqual([["a"]]);
    },
  );

  it("means nothing unless the mapping asks for it", () => {
    const account = streamAccount("kinesis", reporting);
    put(account, "bad");
    account.map();
    account.runUntilQuiet();
    expect(account.batches()).toEqual([["bad"]]);
  });
});

describe("A fault of the role's rights", () => {
  it("shows in a metric when the destination refuses the record", () => {
    const iam = {
      authorize: ({ principal }: { principal: { kind: string } }, { action }: { action: string }) => {
        if (principal.kind === "role" && action === "sqs:SendMessage") throw new AwsError("AccessDenied", "no", 403);
      },
    };
    const account = streamAccount("kinesis", failing, { iam });
    put(account, "bad");
    account.map({ maximumRetryAttempts: 0, ...to(account.queue("dead")) });
    account.runUntilQuiet();
    expect(account.metric("DestinationDeliveryFailures", "f")).toBe(1);
  });
});
