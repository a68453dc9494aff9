// Handlers in their middleware as they are packaged, in the simulator: with the runtime's own AWS SDK, and DynamoDB behind it.
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { type EvaluatedProgram, type HttpResponse, Simulation } from "@respool/simulator";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";

const order = { orderId: "order-1", customer: "Nora Berg", amount: 12.5, currency: "EUR" };
const eventId = "6f87d04b-9f74-4f04-a780-7acf4b0a9b38";
const event = {
  id: eventId,
  "detail-type": "OrderPlaced",
  source: "bookshop",
  account: "123456789012",
  time: "2026-11-20T10:00:00Z",
  detail: { ...order, correlationId: "visit-7" },
};
const message = (messageId: string, isbn: string) => ({
  messageId,
  body: JSON.stringify({ orderId: "order-1", isbn, copies: 1 }),
  attributes: { ApproximateReceiveCount: "1" },
  messageAttributes: {},
  eventSource: "aws:sqs",
});
const tableArn = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders/stream/1";
const change = (SequenceNumber: string) => ({
  eventName: "INSERT",
  eventSourceARN: tableArn,
  dynamodb: { Keys: { id: { S: "order-1" } }, NewImage: { id: { S: "order-1" } }, SequenceNumber },
});
const streamArn = "arn:aws:kinesis:eu-west-1:123456789012:stream/orders";
const entry = (sequenceNumber: string) => ({
  eventSourceARN: streamArn,
  kinesis: {
    data: Buffer.from('{"orderId":"order-1","what":"placed"}').toString("base64"),
    partitionKey: "order-1",
    sequenceNumber,
    approximateArrivalTimestamp: 1_767_225_600,
  },
});

let program: EvaluatedProgram;
let simulation: Simulation;
/** What the dependencies were asked for: the path and the idempotency key. */
let asked: string[];
/** Answers 503. */
let down: (body: string) => boolean;

beforeAll(async () => {
  const main = join(__dirname, "programs", "wrapped.ts");
  program = await new Simulation().deploy({ directory: process.cwd(), main });
});

beforeEach(() => {
  simulation = new Simulation({ seed: 1 });
  simulation.redeploy(program);
  asked = [];
  down = () => false;
  for (const host of ["mail.example", "warehouse.example", "search.example", "audit.example"]) {
    simulation.internet.register(host, ({ url, headers, body }, reply) => {
      asked.push(`${url.pathname} ${headers["idempotency-key"]}`);
      const answer: HttpResponse = { status: down(body.toString()) ? 503 : 200, body: '{"id":1}' };
      reply(answer);
    });
  }
});

function functionName(name: string): string {
  return (program.outputs.names as Record<string, string>)[name] ?? name;
}

function invoke(name: string, payload: object) {
  const output = simulation.call<{ FunctionError?: string; Payload: string }>("lambda", "Invoke", {
    FunctionName: functionName(name),
    Payload: JSON.stringify(payload),
  });
  const answer: unknown = JSON.parse(output.Payload);
  return output.FunctionError === undefined
    ? { result: answer }
    : { error: (answer as { errorType: string }).errorType };
}

/** The JSON lines that a function logged. */
function logged(name: string): readonly Record<string, unknown>[] {
  const { LoggingConfig } = simulation.call<{ LoggingConfig: { LogGroup: string } }>(
    "lambda",
    "GetFunctionConfiguration",
    { FunctionName: functionName(name) },
  );
  const lines = simulation.logs.lines(LoggingConfig.LogGroup).map((line) => line.message);
  return lines.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
}

describe("a wrapped handler of an event", () => {
  it("does its work once, and gives the first result again", () => {
    const result = { orderId: "order-1", mail: { id: 1 } };
    expect(invoke("sendReceipt", event)).toEqual({ result });
    expect(invoke("sendReceipt", event)).toEqual({ result });
    expect(asked).toEqual(["/receipts order-1"]);
  });

  it("fails as the handler failed, and tries again", () => {
    down = () => true;
    expect(invoke("sendReceipt", event)).toEqual({ error: "ServiceUnavailable" });
    down = () => false;
    expect(invoke("sendReceipt", event)).toMatchObject({ result: { orderId: "order-1" } });
    expect(asked).toEqual(["/receipts order-1", "/receipts order-1"]);
  });

  it("is not taken for done when its environment crashed before it could say so", () => {
    const ofHandler = ({ origin }: { origin?: { functionName: string } }) =>
      origin?.functionName === functionName("sendReceipt");
    simulation.faults.intoCalls({ when: ofHandler, skip: 1, fault: { kind: "crashBefore" } });
    expect(invoke("sendReceipt", event)).toMatchObject({ error: "Runtime.ExitError" });
    expect(invoke("sendReceipt", event)).toEqual({ error: "IdempotencyAlreadyInProgressError" });
    expect(asked).toHaveLength(1);
    simulation.runFor(31_000);
    expect(invoke("sendReceipt", event)).toMatchObject({ result: { orderId: "order-1" } });
    // The dependency is told that it is the same work.
    expect(asked).toEqual(["/receipts order-1", "/receipts order-1"]);
  });

  it("logs and counts what it did", () => {
    down = () => true;
    invoke("sendReceipt", event);
    const ids = { work_id: eventId, correlation_id: "visit-7", generation: 0, service: "send-receipt" };
    expect(logged("sendReceipt")).toEqual([
      expect.objectContaining({ level: "INFO", message: "invoked", cold_start: true, ...ids }),
      expect.objectContaining({
        level: "ERROR",
        message: "the mail service answered with status 503",
        error: expect.objectContaining({ name: "ServiceUnavailable", stack: expect.any(String) }),
        error_class: "Error",
        error_name: "ServiceUnavailable",
        ...ids,
      }),
      expect.objectContaining({ service: "send-receipt", Failure: 1, Error: 1 }),
    ]);
  });
});

describe("a wrapped handler of queue messages", () => {
  it("reports the message that failed, and does the others once", () => {
    down = (body) => body.includes('"isbn":"2"');
    const batch = { Records: [message("m1", "1"), message("m2", "2"), message("m3", "3")] };
    expect(invoke("reserveStock", batch)).toEqual({ result: { batchItemFailures: [{ itemIdentifier: "m2" }] } });
    down = () => false;
    expect(invoke("reserveStock", batch)).toEqual({ result: { batchItemFailures: [] } });
    expect(asked.sort()).toEqual(["m1", "m2", "m2", "m3"].map((id) => `/reservations ${id}`));
  });
});

describe("a wrapped handler of stream records", () => {
  it("reads a table's changes", () => {
    expect(invoke("indexOrder", { Records: [change("1"), change("2")] })).toEqual({
      result: { batchItemFailures: [] },
    });
    expect(asked).toEqual([`/documents ${tableArn} 1`, `/documents ${tableArn} 2`]);
  });

  it("reads a Kinesis stream, and fails when the dependency is down", () => {
    expect(invoke("auditOrder", { Records: [entry("1")] })).toEqual({ result: { batchItemFailures: [] } });
    down = () => true;
    expect(invoke("auditOrder", { Records: [entry("2")] })).toEqual({ error: "ServiceUnavailable" });
    expect(asked).toEqual([`/entries ${streamArn} 1`, `/entries ${streamArn} 2`]);
  });
});

describe("the archive of a wrapped handler", () => {
  const functions = () => program.resources.filter(({ type }) => type === "aws:lambda/function:Function");

  it("is small, and leaves the AWS SDK's clients to the runtime", () => {
    expect(functions()).toHaveLength(4);
    for (const { inputs } of functions()) {
      const [files] = Object.values(inputs.code as Record<string, Record<string, string>>);
      const code = Buffer.from(files?.["__index.js"] ?? "", "base64");
      expect(gzipSync(code).length).toBeLessThan(40_000);
      expect([...code.toString().matchAll(/require\("(@[^"]+)"\)/g)].map(([, name]) => name)).toEqual([
        "@aws-sdk/client-dynamodb",
      ]);
    }
  });
});
