// What a reprocess run may be asked for.
import { describe, expect, it } from "vitest";
import { checkRequest } from "../../../../handlers/reprocess/request";

const defaults = { max: 10, rate: 100, sources: ["a", "b"] };
const byDefault = {
  ...{ max: 10, rate: 100, filter: {}, dryRun: false },
  ...{ includeAborted: false, includeRejected: false, report: false },
};
const run = "arn:aws:states:eu-west-1:123456789012:execution:recover:run-1";

describe("checkRequest", () => {
  it.each([
    [undefined],
    [null],
    [{}],
    [{ version: "0", id: "1", "detail-type": "Scheduled Event", source: "aws.events", detail: {} }],
  ])("takes %j as a run with the defaults", (event) => {
    expect(checkRequest(event, defaults)).toEqual(byDefault);
  });

  it("takes what it is given", () => {
    const request = {
      max: 5,
      rate: 0.5,
      filter: { source: ["a", "b"], id: "c" },
      dryRun: true,
      includeAborted: true,
      includeRejected: true,
      report: true,
      run,
      parkedBefore: 1_770_000_000_000,
    };
    expect(checkRequest(request, defaults)).toEqual(request);
  });

  it.each([
    ["all", 'the input must be an object, got "all"'],
    [
      { maximum: 5 },
      "the input may have max, rate, filter, dryRun, includeAborted, includeRejected, report, run, parkedBefore, got maximum",
    ],
    [{ report: 1 }, "[report] must be true or false, got 1"],
    [{ run: "run-1" }, '[run] must be the ARN of a Standard execution, got "run-1"'],
    [{ parkedBefore: "now" }, '[parkedBefore] must be a whole number from 0 to 8640000000000000, got "now"'],
    [{ max: 0 }, "[max] must be a whole number from 1 to 100000, got 0"],
    [{ max: "5" }, '[max] must be a whole number from 1 to 100000, got "5"'],
    [{ rate: -1 }, "[rate] must be a number above 0, at most 1000, got -1"],
    [{ dryRun: "yes" }, '[dryRun] must be true or false, got "yes"'],
    [{ includeAborted: 1 }, "[includeAborted] must be true or false, got 1"],
    [{ includeRejected: "all" }, '[includeRejected] must be true or false, got "all"'],
    [{ filter: "orders" }, '[filter] must be an object, got "orders"'],
    [{ filter: { name: "x" } }, "[filter] may have source, error, id, got name"],
    [{ filter: { source: ["a", "bb"] } }, '[filter.source] must be among the declared sources (a, b), got "bb"'],
    [{ filter: { id: ["a", 1] } }, '[filter.id] must be a text or a list of texts, got ["a",1]'],
  ])("refuses %j", (event, message) => {
    expect(() => checkRequest(event, defaults)).toThrow(new Error(message));
  });
});
