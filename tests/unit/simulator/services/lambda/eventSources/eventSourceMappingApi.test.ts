// The API of event source mappings, and what it refuses.
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../../../../simulator/json";
import { arnOf, lambdaAccount, minute } from "../lambdaAccount";
import { bodies, map, report } from "./mappedQueue";

describe("The API of event source mappings", () => {
  it("creates, shows, changes, lists and deletes", () => {
    const account = lambdaAccount();
    account.define("f", report);
    const EventSourceArn = account.queue("q");
    const input = { FunctionName: "f", EventSourceArn };
    const created = account.call<JsonObject>("lambda", "CreateEventSourceMapping", input);
    const UUID = String(created.UUID);
    expect(created).toEqual({
      BatchSize: 10,
      EventSourceArn,
      EventSourceMappingArn: arnOf("lambda", `event-source-mapping:${UUID}`),
      FunctionArn: arnOf("lambda", "function:f"),
      FunctionResponseTypes: [],
      LastModified: expect.any(Number),
      MaximumBatchingWindowInSeconds: 0,
      State: "Creating",
      StateTransitionReason: "USER_INITIATED",
      UUID,
    });
    account.call("lambda", "UpdateEventSourceMapping", { UUID, Enabled: false });
    account.send("q", "x");
    account.run(minute);
    expect(bodies(account)).toEqual([]);
    expect(account.call("lambda", "GetEventSourceMapping", { UUID })).toMatchObject({ State: "Disabled" });
    account.call("lambda", "UpdateEventSourceMapping", { UUID, Enabled: true });
    account.runUntilQuiet();
    expect(bodies(account)).toEqual([["x"]]);
    const list = account.call<{ EventSourceMappings: JsonObject[] }>("lambda", "ListEventSourceMappings");
    expect(list.EventSourceMappings).toMatchObject([{ UUID, State: "Enabled", LastProcessingResult: "OK" }]);
    account.call("lambda", "DeleteEventSourceMapping", { UUID });
    account.send("q", "y");
    account.run(minute);
    expect(bodies(account)).toHaveLength(1);
    expect(() => account.call("lambda", "GetEventSourceMapping", { UUID })).toThrow(
      "The resource you requested does not exist.",
    );
  });

  it("refuses a second mapping of the same queue and function", () => {
    const account = lambdaAccount();
    account.define("f", report);
    const queue = account.queue("q");
    const { uuid } = map(account);
    expect(() => map(account)).toThrow(
      `An event source mapping with SQS arn (" ${queue} ") and function (" f ") already exists. Please update or delete the existing mapping with UUID ${uuid}`,
    );
  });

  it.each([
    [{ eventSourceArn: arnOf("sqs", "nothing") }, /^Error occurred while ReceiveMessage\. .* does not exist\.$/],
    [{ eventSourceArn: arnOf("kinesis", "s") }, /^\[EventSourceArn\] must be the ARN of an SQS queue/],
    [
      { batchSize: 11 },
      "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10",
    ],
    [{ batchSize: 0 }, "[BatchSize] must be a whole number from 1 to 10000, got 0"],
    [
      { maximumBatchingWindowInSeconds: 301 },
      "[MaximumBatchingWindowInSeconds] must be a whole number from 0 to 300, got 301",
    ],
    [
      { scalingConfig: { maximumConcurrency: 1 } },
      "[ScalingConfig.MaximumConcurrency] must be a whole number from 2 to 1000, got 1",
    ],
    [{ filterCriteria: { filters: [{ pattern: "{" }] } }, "Invalid filter pattern definition."],
    [
      { functionResponseTypes: ["Other"] },
      '[FunctionResponseTypes] must be [] or ["ReportBatchItemFailures"], got ["Other"]',
    ],
    [{ functionName: "long" }, "Queue visibility timeout: 30 seconds is less than Function timeout: 31 seconds"],
  ])("refuses %j", (inputs, message) => {
    const account = lambdaAccount();
    account.define("f", report);
    account.define("long", report, { timeout: 31 });
    account.queue("q");
    expect(() => map(account, inputs)).toThrow(message);
  });

  it("refuses batching windows and large batches for FIFO queues", () => {
    const account = lambdaAccount();
    account.define("f", report);
    const eventSourceArn = account.queue("q.fifo", { FifoQueue: "true" });
    expect(() => map(account, { eventSourceArn, maximumBatchingWindowInSeconds: 1 })).toThrow(
      "Batching window is not supported for FIFO queues",
    );
    expect(() => map(account, { eventSourceArn, batchSize: 11 })).toThrow(
      "[BatchSize] must be at most 10 for a FIFO queue, got 11",
    );
  });
});
