// The demo's command line.
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseOptions, UsageError } from "../../../demo/options";

describe("parseOptions", () => {
  it("has defaults for all", () => {
    const { input, ...rest } = parseOptions([], "/shop");
    expect(input).toBe(join(__dirname, "../../../demo/orders.jsonl"));
    expect(rest).toEqual({ scenario: "orders", seed: 1, json: false, report: "/shop/report.html", help: false });
  });

  it("reads all", () => {
    expect(
      parseOptions(
        ["--input", "a.jsonl", "--seed=7", "--json", "--report", "/b.html", "--help", "--scenario=maintenance"],
        "/shop",
      ),
    ).toEqual({
      scenario: "maintenance",
      input: "/shop/a.jsonl",
      seed: 7,
      json: true,
      report: "/b.html",
      help: true,
    });
  });

  it("leaves the orders to a scenario that makes its own", () => {
    expect(parseOptions(["--scenario", "maintenance"], "/shop").input).toBeUndefined();
  });

  it("refuses a scenario that it does not have", () => {
    expect(() => parseOptions(["--scenario", "weekend"], "/shop")).toThrow(
      new UsageError("[--scenario] must be orders or maintenance, got weekend"),
    );
  });

  it.each(["-1", "1.5", "seven", "", "9007199254740992"])("refuses %j as a seed", (seed) => {
    expect(() => parseOptions([`--seed=${seed}`], "/shop")).toThrow(
      new UsageError(`[--seed] must be a whole number from 0 to 9007199254740991, got ${seed}`),
    );
  });

  it.each(["input", "report"])("refuses an empty path as --%s", (option) => {
    for (const args of [[`--${option}=`], [`--${option}`, ""]])
      expect(() => parseOptions(args, "/shop")).toThrow(
        new UsageError(`[--${option}] must be the path of a file, got nothing`),
      );
  });

  it("names an option that it does not know, and an argument that is no option", () => {
    expect(() => parseOptions(["--sed", "7"], "/shop")).toThrow("Unknown option '--sed'");
    expect(() => parseOptions(["orders.jsonl"], "/shop")).toThrow("Unexpected argument 'orders.jsonl'");
  });
});
