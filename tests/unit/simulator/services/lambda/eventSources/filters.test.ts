import { describe, expect, it } from "vitest";
import { compileFilters } from "../../../../../../simulator/services/lambda/eventSources/filters";

describe("compileFilters", () => {
  it.each([
    [[], "anything", true],
    [[`{"body":{"a":["x","y"]}}`], `{"a":"y"}`, true],
    [[`{"body":{"a":["x","y"]}}`], `{"a":"z"}`, false],
    [[`{"body":{"a":[{"numeric":[">",5]}]}}`], `{"a":6}`, true],
    [[`{"body":{"a":["x"]}}`, `{"body":{"b":[1]}}`], `{"b":1}`, true],
    // A pattern for JSON drops plain text, and one for text drops JSON.
    [[`{"body":{"a":[{"exists":false}]}}`], "plain", false],
    [[`{"body":["plain"]}`], "plain", true],
    [[`{"body":[{"prefix":"pl"}]}`], "plain", true],
    [[`{"body":[{"anything-but":"x"}]}`], `{"a":1}`, false],
    [[`{"body":["7"]}`], "7", true],
  ])("%j and the body %s: %s", (patterns, body, expected) => {
    expect(compileFilters("body", patterns)(body)).toBe(expected);
  });

  it.each([["not JSON"], [`{"body":"x"}`], [`{}`]])("refuses %s", (pattern) => {
    expect(() => compileFilters("body", [pattern])).toThrow("Invalid filter pattern definition.");
  });

  it("refuses keys other than the body", () => {
    expect(() => compileFilters("body", [`{"messageId":["1"]}`])).toThrow(
      "[FilterCriteria.Filters.Pattern] must have the key body alone, as SQS supports no other, got messageId",
    );
  });
});
