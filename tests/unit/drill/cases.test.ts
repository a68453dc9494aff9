// The cases of the drill: each failure for each invocation type.
import { expect, it } from "vitest";
import { drillCases, listOfCases } from "../../../drill/cases";
import { entrances } from "../../../drill/entrances";
import { failures } from "../../../drill/failures";

it("covers every way in and every failure, under names of their own", () => {
  expect(new Set(drillCases.map(({ name }) => name)).size).toBe(drillCases.length);
  expect(new Set(drillCases.map(({ entrance }) => entrance))).toEqual(new Set(Object.keys(entrances)));
  expect(new Set(drillCases.map(({ failure }) => failure))).toEqual(new Set(Object.keys(failures)));
});

it("has timeouts, lack of memory, throttling and a neighbour that is down everywhere, poison in every batch", () => {
  for (const [entrance, { size }] of Object.entries(entrances)) {
    const names = drillCases.filter((each) => each.entrance === entrance).map(({ failure }) => failure);
    expect(names).toEqual(expect.arrayContaining(["timeout", "memory", "throttle", "down"]));
    expect(names.includes("poison")).toBe(size > 1);
    expect(names.includes("client")).toBe(size === 1);
  }
});

it("are listed with what happens in each", () => {
  const lines = listOfCases().trimEnd().split("\n");
  expect(lines.map((line) => line.split(" ")[0])).toEqual(drillCases.map(({ name }) => name));
  expect(lines).toContain("queue-down        SQS queue: the neighbour is down: every call gets a 503");
});
