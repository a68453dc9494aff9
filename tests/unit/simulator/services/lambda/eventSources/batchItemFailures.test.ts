import { describe, expect, it } from "vitest";
import { failedMessages } from "../../../../../../simulator/services/lambda/eventSources/batchItemFailures";

const ids = ["a", "b", "c"];

describe("failedMessages", () => {
  it.each([
    ["null"],
    ["{}"],
    ["[]"],
    [`""`],
    [`{"batchItemFailures":null}`],
    [`{"batchItemFailures":[]}`],
    [`{"statusCode":200}`],
  ])("takes %s for a success", (payload) => {
    expect([...failedMessages(payload, ids)]).toEqual([]);
  });

  it("gives back the messages that the function names", () => {
    const payload = `{"batchItemFailures":[{"itemIdentifier":"c"},{"itemIdentifier":"a"}]}`;
    expect([...failedMessages(payload, ids)].sort()).toEqual(["a", "c"]);
  });

  it.each([
    [`{"batchItemFailures":[{"itemIdentifier":"a"},{"itemIdentifier":"x"}]}`],
    [`{"batchItemFailures":[{"itemIdentifier":""}]}`],
    [`{"batchItemFailures":[{"itemIdentifier":null}]}`],
    [`{"batchItemFailures":[{"foo":"a"}]}`],
    [`{"batchItemFailures":[null]}`],
    [`{"batchItemFailures":"a"}`],
    [`"done"`],
    ["7"],
    [`["a"]`],
  ])("takes %s for a failure of the whole batch", (payload) => {
    expect([...failedMessages(payload, ids)]).toEqual(ids);
  });
});
