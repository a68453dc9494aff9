// The embedded metric format: which metrics a log line holds.
import { describe, expect, it } from "vitest";
import { embeddedMetrics } from "../../../../../simulator/services/logs/embeddedMetrics";

function line(directive: object, members: object): string {
  return JSON.stringify({ _aws: { Timestamp: 1_767_225_600_000, CloudWatchMetrics: [directive] }, ...members });
}

const directive = {
  Namespace: "Respool",
  Dimensions: [["Spool"], ["Spool", "Source"], []],
  Metrics: [{ Name: "Redriven", Unit: "Count" }, { Name: "OldestRecordAge" }],
};
const members = { Spool: "spool", Source: "charge", Redriven: [1, 2], OldestRecordAge: 99.5 };

describe("embedded metrics", () => {
  it("are one metric for every set of dimensions, with one value or several", () => {
    const { data, problems } = embeddedMetrics(line(directive, members));
    expect(problems).toEqual([]);
    expect(data).toHaveLength(6);
    expect(data.slice(0, 3)).toEqual([
      { namespace: "Respool", name: "Redriven", dimensions: { Spool: "spool" }, values: [1, 2], unit: "Count" },
      { namespace: "Respool", name: "OldestRecordAge", dimensions: { Spool: "spool" }, values: [99.5], unit: "None" },
      {
        namespace: "Respool",
        name: "Redriven",
        dimensions: { Spool: "spool", Source: "charge" },
        values: [1, 2],
        unit: "Count",
      },
    ]);
    expect(data[4]?.dimensions).toEqual({});
  });

  it("are found at the end of a line and behind what Lambda writes before console.log's text", () => {
    const prefix = "2026-01-01T00:00:00.000Z\t8f5a1b2c-0000-4000-8000-1234567890ab\tINFO\t";
    expect(embeddedMetrics(`${line(directive, members)}\n`).data).toHaveLength(6);
    expect(embeddedMetrics(`${prefix}${line(directive, members)}`).data).toHaveLength(6);
  });

  it.each(["plain text", "{}", '{"_aws": 1}', '{"message":"says \\"_aws\\" only"}', 'broken {"_aws": {', "[1]"])(
    "are none in %s",
    (text) => {
      expect(embeddedMetrics(text)).toEqual({ data: [], problems: [] });
    },
  );

  it.each([
    [{ ...directive, Namespace: "" }, members, "a Namespace must be given"],
    [{ ...directive, Metrics: "x" }, members, "Dimensions and Metrics must be lists"],
    [{ ...directive, Dimensions: [["Other"]], Metrics: [] }, members, "the dimension Other has no text in the line"],
    [
      { ...directive, Dimensions: [Array.from({ length: 31 }, (_, index) => `d${index}`)], Metrics: [] },
      members,
      "a set of Dimensions has at most 30 names, got 31",
    ],
    [
      { ...directive, Metrics: [{ Name: "Redriven" }] },
      { ...members, Redriven: "1" },
      "the metric Redriven must be a number or 1 to 100 numbers in the line",
    ],
    [
      { ...directive, Metrics: Array.from({ length: 101 }, () => ({ Name: "Redriven" })) },
      members,
      "there are at most 100 Metrics, got 101",
    ],
  ])("that are wrong are named: %#", (wrong, given, problem) => {
    expect(embeddedMetrics(line(wrong, given))).toEqual({ data: [], problems: [problem] });
  });

  it("that are wrong do not take the others with them", () => {
    const { data, problems } = embeddedMetrics(line(directive, { ...members, Source: 5, Redriven: "x" }));
    expect(data.map(({ name, dimensions }) => [name, Object.keys(dimensions).join()])).toEqual([
      ["OldestRecordAge", "Spool"],
      ["OldestRecordAge", ""],
    ]);
    expect(problems).toHaveLength(2);
  });
});
