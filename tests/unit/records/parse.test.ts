// From the body of a spool message to a failure record, or to the reason for the poison queue.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseRecord } from "../../../records/parse";
import type { FailureRecord, WrappedEventBody } from "../../../records/record";
import {
  declared,
  executionOf,
  ORDERS_ARN,
  recordBody,
  recordByReference,
  STARTED,
  statusChangeEvent,
} from "../../support/records";

function recordOf(body: unknown, sources = declared as Parameters<typeof parseRecord>[1]): FailureRecord {
  const parsed = parseRecord({ Body: typeof body === "string" ? body : JSON.stringify(body) }, sources);
  if (!parsed.readable) throw new Error(parsed.reason);
  return parsed.record;
}

function reasonOf(body: unknown): string {
  const parsed = parseRecord({ Body: typeof body === "string" ? body : JSON.stringify(body) }, declared);
  if (parsed.readable) throw new Error("the body was readable");
  return parsed.reason;
}

describe("a record by value", () => {
  it("gives the work's identity, its input and its error", () => {
    expect(recordOf(recordBody("order-1"))).toEqual({
      kind: "failed",
      source: "orders",
      stateMachineArn: ORDERS_ARN,
      execution: executionOf("order-1"),
      identity: { id: "order-1", born: 1772359200 },
      generation: 0,
      input: { by: "value", text: '{"order":"order-1"}' },
      error: { name: "ProviderDown", cause: "503" },
    });
  });

  it("keeps the input's text: numbers that JavaScript rounds, members that occur twice", () => {
    const input = '{ "id": 12345678901234567890, "price": 1.0, "a": "}\\",{", "a": [1, {"input": 2}] }';
    const body = JSON.stringify(recordBody("order-1", { input: "HERE" })).replace('"HERE"', input);
    expect(recordOf(body).input).toEqual({ by: "value", text: input });
  });

  it.each([["null"], ["[]"], ['"text"'], ["0"]])("takes %s as an input", (input) => {
    const body = JSON.stringify(recordBody("order-1", { input: "HERE" })).replace('"HERE"', input);
    expect(recordOf(body).input).toEqual({ by: "value", text: input });
  });

  it("of a redrive counts its generation, and keeps the first start", () => {
    const later = "2026-03-05T00:00:00.000Z";
    const { identity, generation } = recordOf(recordBody("order-1-redrive-3-tb7t40", { startTime: later }));
    expect({ identity, generation }).toEqual({ identity: { id: "order-1", born: 1772359200 }, generation: 3 });
  });

  it("needs no error to be good", () => {
    expect(recordOf(recordBody("order-1", { error: { name: null, cause: null } })).error).toEqual({
      name: "Respool.Unnamed",
      cause: null,
    });
    expect(recordOf(recordBody("order-1", { error: undefined })).error.name).toBe("Respool.Unnamed");
  });

  it("keeps why the spool was out of reach, as the reconciler wrote it", () => {
    const spoolError = { name: "SQS.SdkClientException", cause: "connection refused" };
    const error = { name: "ProviderDown", cause: "503", spoolError };
    expect(recordOf(recordBody("order-1", { error })).error).toEqual(error);
    expect(recordOf(recordBody("order-1", { error: { ...error, spoolError: "none" } })).error).toEqual({
      name: "ProviderDown",
      cause: "503",
    });
  });

  it("of a replaced state machine goes to the new one", () => {
    const record = recordOf(recordBody("order-1", { execution: executionOf("order-1", "orders-before") }));
    expect(record.stateMachineArn).toBe(ORDERS_ARN);
    expect(record.execution).toBe(executionOf("order-1", "orders-before"));
  });
});

describe("a record by reference", () => {
  it("leaves the input with the execution", () => {
    expect(recordOf(recordByReference("order-1")).input).toEqual({
      by: "reference",
      execution: executionOf("order-1"),
    });
  });
});

describe("a status-change event", () => {
  it("gives the input that it carries", () => {
    const record = recordOf(statusChangeEvent("order-1"));
    expect(record.source).toBe("orders");
    expect(record.input).toEqual({ by: "value", text: '{"order":"order-1"}' });
    expect(record.error).toEqual({ name: "States.Runtime", cause: "no such path" });
  });

  it("without input refers to the execution", () => {
    const event = statusChangeEvent("order-1", { input: null, inputDetails: { included: false } });
    expect(recordOf(event).input).toEqual({ by: "reference", execution: executionOf("order-1") });
  });

  it.each([
    ["TIMED_OUT", "failed", "States.Timeout"],
    ["ABORTED", "aborted", "Respool.Aborted"],
    ["FAILED", "failed", "Respool.Unnamed"],
  ])("of status %s is a record of kind %s with error %s", (status, kind, error) => {
    const record = recordOf(statusChangeEvent("order-1", { status, error: null, cause: null }));
    expect([record.kind, record.error]).toEqual([kind, { name: error, cause: null }]);
  });

  it("of an execution whose spool was out of reach gives the error that made it fail, with the spool's beside it", () => {
    const told = {
      error: { name: "ProviderDown", cause: "503" },
      spoolError: { name: "SQS.SdkClientException", cause: null },
    };
    const spoolFailed = { error: "Respool.SpoolFailed", cause: JSON.stringify(told) };
    expect(recordOf(statusChangeEvent("order-1", spoolFailed)).error).toEqual({
      ...told.error,
      spoolError: told.spoolError,
    });
  });

  it.each(["", "no json", "5", '{"error":"ProviderDown"}'])("keeps its own error where %j tells no other", (cause) => {
    const spoolFailed = { error: "Respool.SpoolFailed", cause };
    expect(recordOf(statusChangeEvent("order-1", spoolFailed)).error).toEqual({ name: "Respool.SpoolFailed", cause });
  });

  it("is understood when the safety-net rule wrapped it, whatever machine it came from", () => {
    const event = statusChangeEvent("order-1", { stateMachineArn: `${ORDERS_ARN}-before` });
    const wrapped: WrappedEventBody = { respool: 1, source: "parcels", event };
    const record = recordOf(wrapped);
    expect([record.source, record.identity.id]).toEqual(["parcels", "order-1"]);
  });

  it("of a former state machine belongs to the source that declares it so", () => {
    const former = `${ORDERS_ARN}-before`;
    const sources = { orders: { stateMachineArn: ORDERS_ARN, formerStateMachineArns: [former] } };
    expect(recordOf(statusChangeEvent("order-1", { stateMachineArn: former }), sources).stateMachineArn).toBe(
      ORDERS_ARN,
    );
  });

  it("of a success is no failure", () => {
    expect(reasonOf(statusChangeEvent("order-1", { status: "SUCCEEDED" }))).toBe(
      '[status] must be one of FAILED, TIMED_OUT, ABORTED, got "SUCCEEDED"',
    );
  });
});

describe("identity", () => {
  it("is the same whichever path recorded the failure", () => {
    const name = fc.oneof(
      fc.stringMatching(/^[0-9A-Za-z_-]{1,80}$/),
      fc.stringMatching(/^[0-9A-Za-z_.äß-]{1,80}$/),
      fc.stringMatching(/^[0-9A-Za-z_-]{1,48}-redrive-[1-9][0-9]{0,2}-[1-9a-z]{1,6}$/),
    );
    const moment = fc.integer({ min: 0, max: Date.parse("2100-01-01T00:00:00Z") });
    fc.assert(
      fc.property(name, moment, (executionName, startedAt) => {
        const startTime = new Date(startedAt).toISOString();
        const event = statusChangeEvent(executionName, { startDate: startedAt });
        const paths = [
          recordBody(executionName, { startTime }),
          recordByReference(executionName, { startTime }),
          event,
          { ...event, detail: { ...event.detail, input: null, inputDetails: { included: false } } },
          { respool: 1, source: "orders", event },
        ];
        const [first, ...others] = paths
          .map((path) => recordOf(path))
          .map(({ identity, generation, source }) => ({ identity, generation, source }));
        for (const other of others) expect(other).toEqual(first);
      }),
    );
  });
});

describe("what is no record", () => {
  it.each([
    ["not JSON", 'the message must be JSON, got "not JSON"'],
    ["", 'the message must be JSON, got ""'],
    ["[1]", "the message must be a JSON object, got [1]"],
    ["null", "the message must be a JSON object, got null"],
    [
      "{}",
      "the message must be one of: SQS dead letter, EventBridge dead letter, EventBridge Scheduler dead letter, Lambda dead letter, S3 object of a stream failure, SNS dead letter, stream failure by metadata, Lambda asynchronous destination record, message of an adopted queue, command failure, Step Functions record by value, Step Functions record by reference, " +
        "Step Functions status-change event with input, Step Functions status-change event without input",
    ],
    ['{"respool":2}', "[respool] must be 1, the version that this function reads, got 2"],
  ])("%s", (body, reason) => {
    expect(reasonOf(body)).toBe(reason);
  });

  it.each([
    [{ source: "refunds" }, '[source] must be one that the stack declares (orders, parcels), got "refunds"'],
    [{ source: "constructor" }, '[source] must be one that the stack declares (orders, parcels), got "constructor"'],
    [{ kind: "lost" }, '[kind] must be one of failed, held, aborted, got "lost"'],
    [{ name: "order-2" }, '[name] must be the name in [execution], "order-1", got "order-2"'],
    [{ execution: "order-1" }, '[execution] must be the ARN of a Standard execution, got "order-1"'],
    [{ startTime: "yesterday" }, '[startTime] must be an ISO 8601 time since 1970, got "yesterday"'],
    [
      { startTime: "1969-12-31T23:59:59Z" },
      '[startTime] must be an ISO 8601 time since 1970, got "1969-12-31T23:59:59Z"',
    ],
    [{ startTime: 5 }, "[startTime] must be a text that is not empty, got 5"],
  ])("a record with %j", (changes, reason) => {
    expect(reasonOf(recordBody("order-1", changes))).toBe(reason);
  });

  it("an event of a state machine that nobody declared", () => {
    const stateMachineArn = `${ORDERS_ARN}-other`;
    expect(reasonOf(statusChangeEvent("order-1", { stateMachineArn }))).toBe(
      `[stateMachineArn] must be one that the stack declares (for orders, parcels), got "${stateMachineArn}"`,
    );
  });

  it("an event with a start that is no time", () => {
    expect(reasonOf(statusChangeEvent("order-1", { startDate: STARTED }))).toBe(
      `[startDate] must be a number of milliseconds since 1970, got "${STARTED}"`,
    );
  });

  it("quotes no more of a long message than a reason needs", () => {
    expect(reasonOf("x".repeat(10_000)).length).toBeLessThan(160);
  });
});

describe("arbitrary messages", () => {
  it("never make the parser throw", () => {
    const records = [recordBody("order-1"), recordByReference("order-1"), statusChangeEvent("order-1")];
    const mangled = fc
      .tuple(fc.constantFrom(...records), fc.string(), fc.jsonValue())
      .map(([record, member, value]) => JSON.stringify({ ...record, [member]: value, detail: value, input: value }));
    const cut = fc
      .tuple(fc.constantFrom(...records), fc.nat(400))
      .map(([record, length]) => JSON.stringify(record).slice(0, length));
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.json(), mangled, cut), (body) => {
        expect(typeof parseRecord({ Body: body }, declared).readable).toBe("boolean");
      }),
      { numRuns: 1000 },
    );
    expect(parseRecord({ Body: "[".repeat(200_000) }, declared).readable).toBe(false);
  });

  it("keep the text of every input", () => {
    fc.assert(
      fc.property(fc.json(), fc.json(), (input, error) => {
        const body = `{"input":"first",${JSON.stringify(recordBody("order-1", { error: JSON.parse(error), input: undefined })).slice(1, -1)}, "input" : ${input} }`;
        expect(recordOf(body).input).toEqual({ by: "value", text: input.trim() });
      }),
    );
  });
});
