// Event source mappings of queues: batches, windows, concurrency and failures.
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../../../../simulator/json";
import { AwsError } from "../../../../../../simulator/service";
import { arnOf, forbidding, type LambdaAccount, lambdaAccount, minute } from "../lambdaAccount";
import { bodies, events, map, report } from "./mappedQueue";

const slow = `exports.handler = (event) => new Promise((done) => setTimeout(done, 15_000));`;
/** Fails the messages whose body says so, by a partial batch response. */
const partial = `exports.handler = async (event) => {
  console.log("EVENT" + JSON.stringify(event));
  const failed = event.Records.filter((each) => each.body.includes("bad"));
  return { batchItemFailures: failed.map((each) => ({ itemIdentifier: each.messageId })) };
};`;
const partialBatch = { functionResponseTypes: ["ReportBatchItemFailures"] };

const calls = (account: LambdaAccount, action: string) => account.log(`sqs.${action}`).length;

describe("SQS event source mapping", () => {
  it("hands messages over as AWS does, and deletes them", () => {
    const account = lambdaAccount();
    account.define("f", report);
    const eventSourceARN = account.queue("q");
    map(account);
    const attribute = { DataType: "Number", StringValue: "6" };
    const messageId = account.send("q", `{"foo":"bar"}`, { MessageAttributes: { Weeks: attribute } });
    account.runUntilQuiet();
    const [record] = events(account)[0] ?? [];
    expect(Object.keys(record ?? {})).toEqual([
      "messageId",
      "receiptHandle",
      "body",
      "attributes",
      "messageAttributes",
      "md5OfMessageAttributes",
      "md5OfBody",
      "eventSource",
      "eventSourceARN",
      "awsRegion",
    ]);
    expect(record).toMatchObject({
      messageId,
      body: `{"foo":"bar"}`,
      messageAttributes: {
        Weeks: { stringValue: "6", stringListValues: [], binaryListValues: [], dataType: "Number" },
      },
      md5OfBody: "9bb58f26192e4ba00f01e2e7b136bbd8",
      eventSource: "aws:sqs",
      eventSourceARN,
      awsRegion: "eu-west-1",
    });
    expect(Object.keys(record?.attributes ?? {})).toEqual([
      "ApproximateReceiveCount",
      "SentTimestamp",
      "SenderId",
      "ApproximateFirstReceiveTimestamp",
    ]);
    account.run(10 * minute);
    expect(events(account)).toHaveLength(1);
    expect(calls(account, "ReceiveMessage")).toBe(1);
  });

  it("leaves the digest of no attributes out, or makes it null with a batching window", () => {
    for (const [window, expected] of [
      [0, undefined],
      [1, null],
    ] as const) {
      const account = lambdaAccount();
      account.define("f", report);
      account.queue("q");
      map(account, { maximumBatchingWindowInSeconds: window });
      account.send("q", "x");
      account.runUntilQuiet();
      expect(events(account)[0]?.[0]?.md5OfMessageAttributes).toBe(expected);
    }
  });

  it("costs nothing while the queue is empty, and finds what was there before it", () => {
    const account = lambdaAccount();
    account.define("f", report);
    account.queue("q");
    account.send("q", "early");
    map(account);
    account.runUntilQuiet();
    expect(bodies(account)).toEqual([["early"]]);
    // The one step is the retention's look at the queue.
    expect(account.run(14 * 24 * 60 * minute)).toBeLessThanOrEqual(1);
    account.send("q", "late");
    account.runUntilQuiet();
    expect(bodies(account)).toEqual([["early"], ["late"]]);
  });

  it("brings a failed batch back after the visibility timeout, and to the dead-letter queue in the end", () => {
    const account = lambdaAccount();
    account.define(
      "f",
      `${report} const first = exports.handler; exports.handler = async (e) => { await first(e); throw new Error("x"); };`,
    );
    const deadLetterTargetArn = account.queue("dead");
    account.queue("q", { RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 2 }) });
    map(account, partialBatch);
    const id = account.send("q", "a");
    account.run(5 * minute);
    expect(account.invocations("f")).toEqual([0, 30]);
    const counts = events(account).map((records) => records.map((each) => each.attributes.ApproximateReceiveCount));
    expect(counts).toEqual([["1"], ["2"]]);
    expect(account.receive("dead")).toMatchObject([{ MessageId: id, Body: "a" }]);
    expect(account.log("lambda.Batch")).toMatchObject([
      { messages: 1, failed: 1, result: "FunctionError" },
      { messages: 1, failed: 1, result: "FunctionError" },
    ]);
  });

  it("deletes what succeeded of a batch that failed in part, when the mapping reports item failures", () => {
    for (const [inputs, expected] of [
      [partialBatch, ["bad"]],
      [{}, []],
    ] as const) {
      const account = lambdaAccount();
      account.define("f", partial);
      account.queue("q");
      map(account, { ...inputs, maximumBatchingWindowInSeconds: 1 });
      for (const body of ["good", "bad", "fine"]) account.send("q", body);
      account.run(35_000);
      expect(bodies(account).map((batch) => batch.length)).toEqual([3, ...expected.map(() => 1)]);
      expect(bodies(account).slice(1).flat()).toEqual(expected);
    }
  });

  it("gathers a batch until its window ends or it is full", () => {
    const account = lambdaAccount();
    account.define("f", report);
    account.queue("q");
    map(account, { batchSize: 15, maximumBatchingWindowInSeconds: 20 });
    for (let index = 0; index < 18; index += 1) account.send("q", String(index));
    account.run(1000);
    expect(bodies(account).map((batch) => batch.length)).toEqual([15]);
    account.run(15_000);
    expect(bodies(account)).toHaveLength(1);
    account.run(6_000);
    expect(bodies(account).map((batch) => batch.length)).toEqual([15, 3]);
    expect(new Set(bodies(account).flat()).size).toBe(18);
  });

  it("ends a batch at the payload that an invocation can take", () => {
    const account = lambdaAccount();
    account.define("f", `exports.handler = async (event) => { console.log("SIZE" + event.Records.length); };`);
    account.queue("q");
    for (let index = 0; index < 7; index += 1) account.send("q", "x".repeat(1_000_000));
    map(account);
    account.runUntilQuiet();
    const sizes = account.collected.lines.flatMap(({ message }) => /SIZE(\d)/.exec(message)?.[1] ?? []);
    expect(sizes.sort()).toEqual(["1", "6"]);
  });

  it("starts with five batches at once and takes more while messages wait, up to the maximum concurrency", () => {
    const account = lambdaAccount();
    account.define("f", slow);
    account.queue("q");
    for (let index = 0; index < 12; index += 1) account.send("q", String(index));
    map(account, { batchSize: 1 });
    const busy = () => account.lambda.named("f").concurrency;
    account.run(900);
    expect(busy()).toBe(5);
    // Five more each second.
    account.run(1100);
    expect(busy()).toBeGreaterThan(5);
    account.runUntilQuiet();
    expect(account.log("lambda.Batch")).toHaveLength(12);

    const limited = lambdaAccount();
    limited.define("f", slow);
    limited.queue("q");
    for (let index = 0; index < 6; index += 1) limited.send("q", String(index));
    map(limited, { batchSize: 1, scalingConfig: { maximumConcurrency: 2 } });
    limited.run(10_000);
    expect(limited.lambda.named("f").concurrency).toBe(2);
    limited.runUntilQuiet();
    expect(limited.invocations("f").map((second) => Math.floor(second / 15))).toEqual([1, 1, 2, 2, 3, 3]);
    expect(calls(limited, "ReceiveMessage")).toBe(6);
  });

  it("keeps trying a throttled batch until its visibility timeout ends, then the message comes again", () => {
    const account = lambdaAccount();
    account.define("f", report, { reservedConcurrentExecutions: 0 });
    account.queue("q");
    map(account);
    account.send("q", "x");
    account.run(29_000);
    // At 0, 1, 3, 7 and 15 seconds; the next one would come too late.
    expect(account.metric("Throttles", "f")).toBe(5);
    expect(account.log("lambda.Batch")).toMatchObject([{ messages: 1, failed: 1, result: "Throttled" }]);
    account.call("lambda", "DeleteFunctionConcurrency", { FunctionName: "f" });
    account.run(5_000);
    expect(events(account)[0]?.[0]?.attributes.ApproximateReceiveCount).toBe("2");
  });

  it("deletes messages that no filter takes without a call of the function", () => {
    const account = lambdaAccount();
    account.define("f", report);
    account.queue("q");
    map(account, { filterCriteria: { filters: [{ pattern: `{"body":{"kind":["a"]}}` }] } });
    account.send("q", `{"kind":"b"}`);
    account.runUntilQuiet();
    account.send("q", `{"kind":"a"}`);
    account.run(5 * minute);
    expect(bodies(account)).toEqual([[`{"kind":"a"}`]]);
    // Each was received once, and did not come again.
    expect(calls(account, "ReceiveMessage")).toBe(2);
  });

  it("reads with the rights of the function's role, and says what is missing", () => {
    const account = lambdaAccount({ iam: forbidding("sqs:GetQueueAttributes") });
    account.define("f", report);
    account.queue("q");
    const { uuid } = map(account);
    account.send("q", "x");
    account.runUntilQuiet();
    expect(bodies(account)).toEqual([]);
    expect(calls(account, "ReceiveMessage")).toBe(0);
    const message = "The provided execution role does not have permissions to call GetQueueAttributes on SQS";
    const seen = account.call<JsonObject>("lambda", "GetEventSourceMapping", { UUID: uuid });
    expect(seen.LastProcessingResult).toBe(`PROBLEM: ${message}`);
    const input = { FunctionName: "f", EventSourceArn: arnOf("sqs", "q") };
    expect(() => account.call("lambda", "CreateEventSourceMapping", input)).toThrow(message);
  });

  it("goes on after errors of SQS", () => {
    const account = lambdaAccount();
    account.define("f", report);
    account.queue("q");
    map(account);
    const error = new AwsError("ServiceUnavailable", "x", 503);
    for (const wanted of ["ReceiveMessage", "DeleteMessageBatch"]) {
      account.faults.intoCalls({ when: ({ action }) => action === wanted, fault: { kind: "errorBefore", error } });
    }
    account.send("q", "x");
    account.run(10 * minute);
    expect(bodies(account)).toEqual([["x"]]);
    expect(account.log("lambda.EventSourceProblem")).toMatchObject([{ error: "ServiceUnavailable" }]);
    expect(account.receive("q")).toEqual([]);
  });

  it("holds the later messages of a FIFO group back while an earlier one fails", () => {
    const account = lambdaAccount();
    account.define("f", partial);
    account.queue("q.fifo", { FifoQueue: "true", ContentBasedDeduplication: "true" });
    map(account, { eventSourceArn: arnOf("sqs", "q.fifo"), batchSize: 1, ...partialBatch });
    for (const body of ["bad", "after"]) account.send("q.fifo", body, { MessageGroupId: "g" });
    account.send("q.fifo", "other", { MessageGroupId: "h" });
    account.run(20_000);
    expect(bodies(account).flat().sort()).toEqual(["bad", "other"]);
    account.run(15_000);
    expect(
      bodies(account)
        .flat()
        .filter((body) => body !== "other"),
    ).toEqual(["bad", "bad"]);
    const record = events(account).flat()[0];
    expect(Object.keys(record?.attributes ?? {})).toEqual([
      "ApproximateReceiveCount",
      "SentTimestamp",
      "SequenceNumber",
      "MessageGroupId",
      "SenderId",
      "MessageDeduplicationId",
      "ApproximateFirstReceiveTimestamp",
    ]);
  });

  it("retries what failed of a FIFO group together, and moves it to the dead-letter queue, as recorded on AWS", () => {
    const account = lambdaAccount();
    account.define(
      "f",
      `exports.handler = async (event) => {
        console.log("EVENT" + JSON.stringify(event));
        const failed = event.Records.filter((each) => Number(each.body) >= Number(each.attributes.ApproximateReceiveCount));
        return { batchItemFailures: failed.map((each) => ({ itemIdentifier: each.messageId })) };
      };`,
      { timeout: 5 },
    );
    const fifo = { FifoQueue: "true" };
    const deadLetterTargetArn = account.queue("dead.fifo", fifo);
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 2 });
    const eventSourceArn = account.queue("q.fifo", { ...fifo, VisibilityTimeout: "8", RedrivePolicy });
    // Each fails as often as its body says.
    for (const [index, body] of ["0", "1", "1", "2"].entries()) {
      account.send("q.fifo", body, { MessageGroupId: "1", MessageDeduplicationId: `dedup-${index + 1}` });
    }
    map(account, { eventSourceArn, ...partialBatch });
    account.run(minute);
    expect(bodies(account)).toEqual([
      ["0", "1", "1", "2"],
      ["1", "1", "2"],
    ]);
    expect(account.invocations("f")).toEqual([0, 8]);
    expect(account.receive("dead.fifo").map(({ Body }) => Body)).toEqual(["2"]);
  });

  it("goes to the next messages of a FIFO group when the earlier ones are done", () => {
    const account = lambdaAccount();
    account.define("f", report);
    account.queue("q.fifo", { FifoQueue: "true", ContentBasedDeduplication: "true" });
    map(account, { eventSourceArn: arnOf("sqs", "q.fifo"), batchSize: 2 });
    for (let index = 0; index < 5; index += 1) account.send("q.fifo", String(index), { MessageGroupId: "g" });
    account.runUntilQuiet();
    expect(bodies(account).flat()).toEqual(["0", "1", "2", "3", "4"]);
  });
});
