// What counts as equal between a recording and a replay.
import { describe, expect, it } from "vitest";
import { Matcher } from "../../../conformance/match";
import type { Json } from "../../../simulator/json";

const matches = (recorded: Json, observed: Json, masks: string[] = []) =>
  new Matcher(masks).matches(recorded, observed);

describe("Matcher", () => {
  it("takes placeholders for any text, alone and inside of a longer one", () => {
    expect(matches("<uuid:1>", "3f0c")).toBe(true);
    expect(matches("<<task_token>:1>", "AQDE")).toBe(true);
    expect(matches("arn:<partition>:lambda:<region>:1:function:f", "arn:aws:lambda:eu-west-1:1:function:f")).toBe(true);
    expect(matches("arn:<partition>:lambda:<region>:1:function:f", "arn:aws:lambda:eu-west-1:1:function:g")).toBe(
      false,
    );
    expect(matches("<uuid:1>", { a: 1 })).toBe(true);
    expect(matches("a < b > c", "a < x > c")).toBe(false);
  });

  it("takes the masks of the recorder and of the case for anything", () => {
    expect(matches({ timestamp: "timestamp" }, { timestamp: 17.5 })).toBe(true);
    expect(matches("start-date", 17)).toBe(false);
    expect(matches("start-date", 17, ["start-date"])).toBe(true);
  });

  it("takes date inside of a text for a date-time only", () => {
    expect(matches("at date, late", "at 2026-01-05T08:00:00.123Z, late")).toBe(true);
    expect(matches("at date, late", "at noon, late")).toBe(false);
    expect(matches("at 2016-13-05T21:29:29Z", "at 2016-13-05T21:29:29Z")).toBe(true);
    expect(matches("at 2016-13-05T21:29:29Z", "at 2016-12-05T21:29:29Z")).toBe(false);
  });

  it("looks at the kind of what was random", () => {
    expect(matches("RandomNumberGenerated", 7)).toBe(true);
    expect(matches("RandomNumberGenerated", "7")).toBe(false);
    expect(matches("generated-uuid", "0e4a66cd-9d4a-4c5b-a0f8-f3d4a7b4a111")).toBe(true);
    expect(matches("generated-uuid", "x")).toBe(false);
  });

  it("wants metadata to be there, in whatever form", () => {
    expect(matches({ SdkHttpMetadata: { a: 1 } }, { SdkHttpMetadata: { b: 2 } })).toBe(true);
    expect(matches({ SdkHttpMetadata: { a: 1 } }, {})).toBe(false);
    expect(matches('{"a":1,"SdkHttpMetadata":{"b":1}}', '{"a":1,"SdkHttpMetadata":{"c":2}}')).toBe(true);
    expect(matches('{"a":1,"SdkHttpMetadata":{"b":1}}', '{"a":2,"SdkHttpMetadata":{"b":1}}')).toBe(false);
  });

  it("lets old recordings lack what is younger, and nothing else", () => {
    expect(matches({ a: 1 }, { a: 1, redriveCount: 0, RedriveStatus: "NOT_REDRIVABLE" })).toBe(true);
    expect(matches({ a: 1 }, { a: 1, b: 2 })).toBe(false);
  });

  it("ignores zero fractions, which JavaScript cannot keep", () => {
    expect(matches("[0.0, 12.50]", "[0, 12.50]")).toBe(true);
    expect(matches("[0.5]", "[0]")).toBe(false);
  });

  it("compares text that the recorder parsed with text that it did not", () => {
    expect(matches([{ a: 1 }], '[{"a":1}]')).toBe(true);
    expect(matches([{ a: 1 }], '[{"a":2}]')).toBe(false);
    expect(matches([{ a: 1 }], "[")).toBe(false);
  });

  it("tells each place that differs", () => {
    expect(new Matcher([]).differences({ a: [1, { b: null }] }, { a: [1, { b: 2, c: 3 }] }, "output")).toEqual([
      { at: "output.a[1].b", recorded: "null", observed: "2" },
      { at: "output.a[1].c", recorded: "nothing", observed: "3" },
    ]);
  });
});
