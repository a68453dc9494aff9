// What a run may be started with.
import { describe, expect, it } from "vitest";
import { checkInput } from "../../../../handlers/autoRedrive/input";

const settings = { rate: 100, first: 5, failureLimit: 0.2, filter: { source: "charge" } };
const defaults = { ...settings, window: 500 };

describe("a run's input", () => {
  it.each([[undefined], [null], [{}]])("may be %j", (input) => {
    expect(checkInput(input, defaults)).toEqual({ by: "an operator", settings });
  });

  it("replaces the defaults", () => {
    const input = { rate: 2, first: 1, failureLimit: 0, max: 9, filter: { error: "ProviderError" } };
    const said = { by: "ada", reason: "provider is back" };
    expect(checkInput({ ...said, ...input }, defaults)).toEqual({ ...said, settings: input });
  });

  it("may be a schedule's event", () => {
    const arn = "arn:aws:events:eu-west-1:123456789012:rule/recover-schedule";
    const event = { "detail-type": "Scheduled Event", source: "aws.events", resources: [arn], detail: {} };
    expect(checkInput(event, defaults)).toEqual({ by: `schedule ${arn}`, settings });
  });

  it("may be a circuit breaker's event", () => {
    const detail = {
      breaker: "payments",
      table: "payments-1",
      phase: "closed",
      epoch: 4,
      reason: "3 successes",
      at: "",
    };
    const event = { "detail-type": "Circuit Breaker State Change", source: "respool.breaker", detail };
    const expected = { by: "circuit breaker payments: closed", reason: "3 successes", settings };
    expect(checkInput(event, defaults)).toEqual(expected);
  });

  it.each<[unknown, string]>([
    ["now", 'the input must be an object, got "now"'],
    [{ limit: 5 }, "the input may have by, reason, filter, rate, first, failureLimit, max, got limit"],
    [{ by: "" }, '[by] must be a text of 1 to 1000 characters, got ""'],
    [{ reason: 7 }, "[reason] must be a text of 1 to 1000 characters, got 7"],
    [{ first: 501 }, "[first] must be a whole number from 1 to 500, got 501"],
    [{ rate: 0 }, "[rate] must be a number above 0, at most 1000, got 0"],
    [{ failureLimit: 20 }, "[failureLimit] must be a number from 0 to 1, got 20"],
    [{ max: 0 }, "[max] must be a whole number from 1 to 10000000, got 0"],
    [{ filter: { id: "x".repeat(8190) } }, "[filter] must have at most 8192 characters, got 8199"],
    [{ filter: { name: "x" } }, "[filter] may have source, error, id, got name"],
    [
      { source: "aws.s3", detail: {} },
      "the input may have by, reason, filter, rate, first, failureLimit, max, got source",
    ],
  ])("may not be %j", (input, message) => {
    expect(() => checkInput(input, defaults)).toThrow(new Error(message));
  });
});
