import { describe, expect, it } from "vitest";
import { failureRecord, inputBytes, longestCause } from "../../../../components/asl/failureRecord";
import { expression } from "../../../../components/asl/states";
import { parseRecord } from "../../../../records/parse";
import type { RedriveMode } from "../../../../records/record";
import { contextOf, evaluate } from "./evaluate";

const failure = { Error: "ServiceUnavailable", Cause: '{"errorMessage":"maintenance"}' };

const { Execution, State } = contextOf();
const continuedContext = { Execution: { ...Execution, RedriveCount: 3 }, State, Task: { Token: "token-1" } };

async function recordOf(input: unknown, error: unknown = failure) {
  return evaluate(failureRecord({ source: "charge-card" }), {
    context: contextOf({ input }),
    variables: { failure: error },
  });
}

async function boundOf(input: unknown) {
  return evaluate(expression(`(${inputBytes})`), { context: contextOf({ input }) });
}

/** Beside the input itself: `{"input":}`. */
const wrapping = 10;

describe("the failure record", () => {
  it("holds the work's identity, the caller's input and the error", async () => {
    expect(await recordOf({ orderId: "order-1", items: [1] })).toEqual({
      respool: 1,
      kind: "failed",
      source: "charge-card",
      execution: "arn:aws:states:eu-west-1:123456789012:execution:charge-card:order-1",
      name: "order-1",
      startTime: "2026-11-02T10:00:00.123Z",
      failedAt: "2026-11-02T10:00:07.456Z",
      error: { name: "ServiceUnavailable", cause: '{"errorMessage":"maintenance"}' },
      input: { orderId: "order-1", items: [1] },
    });
  });

  it("is what the parser reads", async () => {
    const stateMachineArn = "arn:aws:states:eu-west-1:123456789012:stateMachine:charge-card";
    const body = JSON.stringify(await recordOf([{ orderId: "order-1" }]));
    expect(parseRecord({ Body: body }, { "charge-card": { stateMachineArn } })).toMatchObject({
      readable: true,
      record: {
        stateMachineArn,
        identity: { id: "order-1", born: 1_793_613_600 },
        generation: 0,
        input: { by: "value", text: '[{"orderId":"order-1"}]' },
      },
    });
  });

  it.each([
    { what: "null", input: null },
    { what: "a string", input: "text" },
    { what: "an empty list", input: [] },
    { what: "a list of one", input: [5] },
    { what: "a list of a list of one", input: [[5]] },
    { what: "false", input: false },
    { what: "an empty object", input: {} },
    { what: "a number of 16 digits", input: 1234567890123456 },
    { what: "an order that is null", input: { order: null } },
  ])("keeps an input that is $what", async ({ input }) => {
    expect(await recordOf(input)).toMatchObject({ input });
  });

  it("names an error that Step Functions has no name and no cause for", async () => {
    expect(await recordOf({}, { Error: null, Cause: null })).toMatchObject({
      error: { name: "Respool.Unnamed", cause: null },
    });
  });

  it("keeps the beginning of a cause that is too long", async () => {
    const { error } = (await recordOf({}, { Error: "E", Cause: "€".repeat(longestCause + 1) })) as {
      error: { cause: string };
    };
    expect(error.cause).toBe("€".repeat(longestCause));
  });

  it("stays below 256 KiB with the largest input and the longest cause, whatever their characters", async () => {
    const input = { text: "x".repeat(196_608 - wrapping - 11) };
    const cause = "\u0001".repeat(longestCause + 1);
    const record = await recordOf(input, { Error: "e".repeat(256), Cause: cause });
    expect(record).toHaveProperty("input");
    expect(Buffer.byteLength(JSON.stringify(record))).toBeLessThan(262_144 - 1_024);
  });
});

describe("work that may be held", () => {
  const body = (mode: RedriveMode, held: unknown, variables: Readonly<Record<string, unknown>> = {}) =>
    evaluate(failureRecord({ source: "charge-card", mode, step: "Charge", holds: true }), {
      context: continuedContext,
      input: { reserved: true },
      variables: { failure: { ...failure, ...(held !== undefined && { Held: held }) }, ...variables },
    });
  const charged = { attempts: { step: "Charge", count: 4 } };

  it("is held where nobody attempted it, and failed else", async () => {
    expect(await body("restart", true)).toMatchObject({ kind: "held" });
    for (const held of [undefined, false, "true"])
      expect(await body("restart", held)).toMatchObject({ kind: "failed" });
  });

  it("counts attempts of its step only", async () => {
    expect(await body("resume", undefined)).toMatchObject({ attempts: 1 });
    expect(await body("resume", undefined, charged)).toMatchObject({ attempts: 5 });
    expect(await body("resume", undefined, { attempts: { step: "Ship", count: 4 } })).toMatchObject({ attempts: 1 });
    expect(await body("resume", true, charged)).toMatchObject({ kind: "held", attempts: 4 });
    expect(await body("resume", true)).toMatchObject({ kind: "held", attempts: 0 });
  });

  it("that is resumed takes its generation from the redrives of its execution, and the caller's input", async () => {
    expect(await body("resume", undefined)).toMatchObject({
      mode: "resume",
      generation: 3,
      step: "Charge",
      input: { orderId: "order-1" },
    });
  });

  it("that is parked takes it from the answered tokens, and its step's input", async () => {
    const parked = { mode: "park", taskToken: "token-1", input: { reserved: true } };
    expect(await body("park", undefined)).toMatchObject({ ...parked, generation: 0 });
    expect(await body("park", undefined, { generation: 7 })).toMatchObject({ ...parked, generation: 7 });
  });

  it("that starts anew says nothing of this", async () => {
    const record = await body("restart", undefined, charged);
    for (const member of ["mode", "generation", "attempts", "step", "taskToken"])
      expect(record).not.toHaveProperty(member);
  });
});

describe("a record by value or by reference", () => {
  it.each([
    { what: "192 KiB of ASCII", text: "x".repeat(196_608 - wrapping - 2), by: "value" },
    { what: "a byte more", text: "x".repeat(196_608 - wrapping - 1), by: "reference" },
    { what: "48,000 characters of 4 bytes", text: "😀".repeat(48_000), by: "value" },
    { what: "50,000 characters of 4 bytes", text: "😀".repeat(50_000), by: "reference" },
    { what: "70,000 characters of 3 bytes", text: "漢".repeat(70_000), by: "reference" },
    { what: "a string of quotes, two bytes each in JSON", text: '"'.repeat(100_000), by: "reference" },
    { what: "control characters, six bytes each in JSON", text: "\u0000".repeat(33_000), by: "reference" },
  ])("$what: by $by", async ({ text, by }) => {
    const record = await recordOf(text);
    if (by === "value") {
      expect(record).toHaveProperty("input");
      expect(record).not.toHaveProperty("byReference");
    } else {
      expect(record).not.toHaveProperty("input");
      expect(record).toHaveProperty("byReference", true);
    }
  });

  it.each(["plain", "naïve", "漢字", "😀", "\u007f", "\ud800", 'quote"', "tab\t"])(
    "never takes %j for shorter than it is",
    async (text) => {
      const bytes = Buffer.byteLength(JSON.stringify({ input: text }));
      expect(await boundOf(text)).toBeGreaterThanOrEqual(bytes);
    },
  );

  it("counts ASCII exactly", async () => {
    expect(await boundOf({ a: [1, "b"] })).toBe(JSON.stringify({ input: { a: [1, "b"] } }).length);
  });
});
