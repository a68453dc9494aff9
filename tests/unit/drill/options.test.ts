// The drill's command line.
import { describe, expect, it } from "vitest";
import { UsageError } from "../../../demo/options";
import { drillCases } from "../../../drill/cases";
import { parseOptions } from "../../../drill/options";

describe("parseOptions", () => {
  it("has defaults for all", () => {
    const defaults = { drillCase: undefined, list: false, control: false, seed: 1, json: false, help: false };
    expect(parseOptions([])).toEqual(defaults);
  });

  it("reads all", () => {
    expect(parseOptions(["fifo-poison", "--list", "--control", "--seed", "7", "--json", "-h"])).toEqual({
      drillCase: { name: "fifo-poison", entrance: "fifo", failure: "poison" },
      list: true,
      control: true,
      seed: 7,
      json: true,
      help: true,
    });
  });

  it("says which cases there are", () => {
    const names = drillCases.map(({ name }) => name).join(", ");
    expect(() => parseOptions(["toString"])).toThrow(new UsageError(`[NAME] must be one of ${names}; got toString`));
  });

  it("refuses more than one name, options that it does not know, and seeds that are no whole number", () => {
    expect(() => parseOptions(["api-down", "task-down"])).toThrow(
      new UsageError("[NAME] must be one name, got api-down task-down"),
    );
    expect(() => parseOptions(["--contro"])).toThrow("Unknown option '--contro'");
    expect(() => parseOptions(["--seed", "x"])).toThrow(
      new UsageError("[--seed] must be a whole number from 0 to 9007199254740991, got x"),
    );
  });
});
