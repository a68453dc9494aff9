// What a ClosureFunction makes of its arguments: defaults, checks and exact errors.
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import {
  checkedRetention,
  checkedSource,
  environmentOf,
  functionSettings,
  logGroupName,
} from "../../../components/closureFunctionSettings";
import type { Duration } from "../../../components/duration";

describe("checkedSource", () => {
  const callback = async (event: { id: string }) => event.id;
  const code = { archive: new pulumi.asset.AssetArchive({}), handler: "index.handler" };

  it("takes exactly one of the three", () => {
    expect(checkedSource({ callback })).toEqual({ kind: "callback", closure: callback });
    expect(checkedSource({ code })).toEqual({ kind: "packaged", code });
    const callbackFactory = () => callback;
    expect(checkedSource({ callbackFactory })).toEqual({ kind: "factory", closure: callbackFactory });
  });

  it("refuses none", () => {
    expect(() => checkedSource({})).toThrow(
      new Error("exactly one of [callback], [callbackFactory] and [code] must be given, got none of them"),
    );
  });

  it("refuses two", () => {
    expect(() => checkedSource({ callback, code })).toThrow(
      new Error("exactly one of [callback], [callbackFactory] and [code] must be given, got [callback] and [code]"),
    );
  });

  it("refuses what is no function", () => {
    expect(() => checkedSource({ callback: "handler" as never })).toThrow(
      new Error('[callback] must be a function, got "handler"'),
    );
    expect(() => checkedSource({ callbackFactory: 1 as never })).toThrow(
      new Error("[callbackFactory] must be a function, got 1"),
    );
  });

  it("refuses a handler that answers through a callback, which nodejs24.x does not have", () => {
    const old = (_event: string, _context: object, done: () => void) => done();

    expect(() => checkedSource({ callback: old as never })).toThrow(
      new Error(
        "[callback] must take (event, context) and return its result or a promise of it, got a function of 3 parameters",
      ),
    );
  });
});

describe("functionSettings", () => {
  it("has defaults", () => {
    expect(functionSettings({})).toEqual({
      architecture: "arm64",
      memorySize: 256,
      timeout: 30,
      reservedConcurrency: undefined,
      retentionInDays: 30,
    });
  });

  it("takes what is given", () => {
    expect(
      functionSettings({
        architecture: "x86_64",
        memorySize: 10_240,
        timeout: "15 minutes",
        reservedConcurrency: 0,
        logRetention: "forever",
      }),
    ).toEqual({ architecture: "x86_64", memorySize: 10_240, timeout: 900, reservedConcurrency: 0, retentionInDays: 0 });
  });

  it.each([
    [{ memorySize: 127 }, "[memorySize] must be a whole number from 128 to 10240, got 127"],
    [{ memorySize: 10_241 }, "[memorySize] must be a whole number from 128 to 10240, got 10241"],
    [{ timeout: "0 seconds" }, '[timeout] must be from "1 second" to "15 minutes", got "0 seconds"'],
    [{ timeout: "16 minutes" }, '[timeout] must be from "1 second" to "15 minutes", got "16 minutes"'],
    [{ reservedConcurrency: -1 }, "[reservedConcurrency] must be a whole number from 0 to 1000000, got -1"],
    [{ architecture: "arm" }, '[architecture] must be "arm64" or "x86_64", got "arm"'],
    [{ tracing: "on" }, '[tracing] must be "Active" or "PassThrough", got "on"'],
  ])("refuses %j", (args, message) => {
    expect(() => functionSettings(args as Parameters<typeof functionSettings>[0])).toThrow(new Error(message));
  });
});

describe("checkedRetention", () => {
  it.each([
    ["1 day", 1],
    ["24 hours", 1],
    ["365 days", 365],
    ["3653 days", 3_653],
  ] as const)("takes %s", (value, days) => {
    expect(checkedRetention(value)).toBe(days);
  });

  it.each(["2 days", "12 hours", "0 days", "366 days"] as Duration[])(
    "refuses %s, which CloudWatch does not have",
    (value) => {
      expect(() => checkedRetention(value)).toThrow(
        new Error(
          `[logRetention] must be "forever" or one of CloudWatch's 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653 days, got "${value}"`,
        ),
      );
    },
  );
});

describe("environmentOf", () => {
  const known = (output: ReturnType<typeof environmentOf>) =>
    new Promise((resolve) => void pulumi.output(output).apply(resolve));

  it("sorts the variables", async () => {
    expect(JSON.stringify(await known(environmentOf({ B: "2", A: pulumi.output("1") })))).toBe(
      '{"variables":{"A":"1","B":"2"}}',
    );
  });

  it("is none rather than empty", async () => {
    expect(await known(environmentOf({}))).toBeUndefined();
    expect(environmentOf(undefined)).toBeUndefined();
  });
});

describe("logGroupName", () => {
  it("says project, stack and component", () => {
    expect(logGroupName("chargeCard", "bookshop", "dev")).toBe("/aws/lambda/bookshop-dev-chargeCard");
  });

  it("replaces characters that CloudWatch does not take", () => {
    expect(logGroupName("a b:c", "bookshop", "dev")).toBe("/aws/lambda/bookshop-dev-a-b-c");
  });

  it("is at most 512 characters", () => {
    expect(logGroupName("x".repeat(600), "bookshop", "dev")).toHaveLength(512);
  });
});
