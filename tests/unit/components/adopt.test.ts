import * as aws from "@pulumi/aws";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Adopt } from "../../../components/adopt";
import { MockedProgram, outputValue } from "./mockedProgram";

const sqs = "arn:aws:sqs:eu-west-1:123456789012";
const functionArn = "arn:aws:lambda:eu-west-1:123456789012:function:process";
let program: MockedProgram;

beforeEach(async () => {
  program = await MockedProgram.start();
});

afterEach(() => program.settled());

describe("an adopted dead-letter queue", () => {
  it("is replayed on a function, and known by its own ARN", async () => {
    const adopted = new Adopt("old-orders", {
      queue: `${sqs}:dead`,
      function: { arn: functionArn, timeout: "1 minute" },
    });
    const { replay, source } = adopted;
    expect(source).toBe("old-orders");
    expect(await outputValue(replay.origins[0] ?? "")).toBe(`${sqs}:dead`);
    expect(await outputValue(replay.deadLetterQueue?.url ?? "")).toBe(
      "https://sqs.eu-west-1.amazonaws.com/123456789012/dead",
    );
    expect(await outputValue(replay.functionArn ?? "")).toBe(functionArn);
    expect(await outputValue(replay.functionTimeoutSeconds ?? 0)).toBe(60);
  });

  it("may be a queue and a function of the program", async () => {
    const queue = new aws.sqs.Queue("dead");
    const process = new aws.lambda.Function("process", { role: "arn:aws:iam::123456789012:role/r" });
    const { replay } = new Adopt("old-orders", { queue, function: process, source: "orders" });
    expect(await outputValue(replay.deadLetterQueue?.arn ?? "")).toBe(`${sqs}:dead`);
    // What Lambda takes when a function states none.
    expect(await outputValue(replay.functionTimeoutSeconds ?? 0)).toBe(3);
  });

  it("of a FIFO queue goes back to its queue", async () => {
    const { replay } = new Adopt("old-orders", { queue: `${sqs}:dead.fifo`, returnTo: `${sqs}:orders.fifo` });
    expect(await outputValue(replay.returnQueue?.url ?? "")).toBe(
      "https://sqs.eu-west-1.amazonaws.com/123456789012/orders.fifo",
    );
    expect(replay.functionArn).toBeUndefined();
  });

  it("needs one place to be replayed on", () => {
    const queue = `${sqs}:dead`;
    expect(() => new Adopt("old-orders", { queue })).toThrow(
      "exactly one of [function] and [returnTo] must be given, got none of them",
    );
    expect(
      () => new Adopt("old-orders", { queue, function: { arn: functionArn }, returnTo: `${sqs}:orders.fifo` }),
    ).toThrow("exactly one of [function] and [returnTo] must be given, got both");
  });

  it("knows the key under which its messages are encrypted", async () => {
    const kmsKeyArn = "arn:aws:kms:eu-west-1:123456789012:key/1";
    const { replay } = new Adopt("old-orders", { queue: `${sqs}:dead`, function: { arn: functionArn }, kmsKeyArn });
    expect(await outputValue(replay.kmsKeyArns?.[0] ?? "")).toBe(kmsKeyArn);
  });

  it("is a standard queue with a function, and a FIFO one with a queue to return to", () => {
    expect(() => new Adopt("old-orders", { queue: `${sqs}:dead.fifo`, function: { arn: functionArn } })).toThrow(
      new Error(
        `[queue] must be a standard queue with [function]; give [returnTo] for a FIFO one, got "${sqs}:dead.fifo"`,
      ),
    );
    expect(() => new Adopt("old-orders", { queue: `${sqs}:dead`, returnTo: `${sqs}:orders.fifo` })).toThrow(
      new Error(`[queue] must be a FIFO queue with [returnTo]; give [function] for a standard one, got "${sqs}:dead"`),
    );
    expect(() => new Adopt("old-orders", { queue: `${sqs}:dead.fifo`, returnTo: `${sqs}:orders` })).toThrow(
      new Error(`[returnTo] must be a FIFO queue; give [function] for a standard one, got "${sqs}:orders"`),
    );
  });

  it("is checked when it is a resource, too, as soon as its kind is known", async () => {
    const fifo = new aws.sqs.Queue("dead", { fifoQueue: true });
    const { replay } = new Adopt("old-orders", { queue: fifo, returnTo: `${sqs}:orders.fifo` });
    expect(await outputValue(replay.deadLetterQueue?.arn ?? "")).toBe(`${sqs}:dead.fifo`);
    const queue = new aws.sqs.Queue("other");
    const checked = vi.spyOn(queue.fifoQueue, "apply");
    new Adopt("other-orders", { queue, function: { arn: functionArn } });
    // A rejected Output ends the test run, so that what Pulumi would call is called here.
    expect(() => checked.mock.calls[0]?.[0](true)).toThrow(
      new Error("[queue] must be a standard queue with [function]; give [returnTo] for a FIFO one, got a FIFO one"),
    );
  });

  it("names what is wrong with its arguments", () => {
    expect(() => new Adopt("old-orders", { queue: "dead", function: { arn: functionArn } })).toThrow(
      '[queue] must be the ARN of an SQS queue, got "dead"',
    );
    expect(
      () => new Adopt("old-orders", { queue: `${sqs}:dead`, function: { arn: functionArn, timeout: "15 minutes" } }),
    ).toThrow('[function.timeout] must be from "1 second" to "870 seconds", got "15 minutes"');
    expect(() => new Adopt("old orders", { queue: `${sqs}:dead`, function: { arn: functionArn } })).toThrow(
      '[name] must be 1 to 64 characters of 0-9, A-Z, a-z, ".", "-" and "_" where [source] is not given, got "old orders"',
    );
  });
});
