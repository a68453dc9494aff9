// The drill's command line.
import { describe, expect, it } from "vitest";
import { UsageError } from "../../../demo/options";
import { parseOptions, UnknownCaseError } from "../../../drill/options";

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

  it("says which cases somebody may have meant, and how to see all", () => {
    expect(() => parseOptions(["queue-timout"])).toThrow(
      new UnknownCaseError(
        "[NAME] must be the name of a case, such as queue-timeout, queue-memory, event-timeout, got queue-timout; npm run drill -- --list prints all of them",
      ),
    );
    expect(() => parseOptions(["toString"])).toThrow("[NAME] must be the name of a case, such as ");
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
