// Checks of component arguments: the value comes back, or an error that names argument, value and what is allowed.
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { checkArgs, inWords, matching, nonEmpty, oneOf, validated, wholeNumber } from "../../../components/validate";

describe("wholeNumber", () => {
  it.each([0, 1, 1_000])("returns %d", (value) => {
    expect(wholeNumber("maxRedrives", value, { minimum: 0, maximum: 1_000 })).toBe(value);
  });

  it.each([
    [-1, "-1"],
    [1_001, "1001"],
    [1.5, "1.5"],
    [Number.NaN, "NaN"],
    [Number.POSITIVE_INFINITY, "Infinity"],
    ["5", '"5"'],
    [undefined, "undefined"],
  ])("refuses %s", (value, got) => {
    expect(() => wholeNumber("maxRedrives", value as number, { minimum: 0, maximum: 1_000 })).toThrow(
      new Error(`[maxRedrives] must be a whole number from 0 to 1000, got ${got}`),
    );
  });
});

describe("oneOf", () => {
  it("returns an allowed value", () => {
    expect(oneOf("outcome", "fail", ["succeed", "fail"])).toBe("fail");
  });

  it("refuses another one", () => {
    const outcome: string = "explode";

    expect(() => oneOf("outcome", outcome, ["succeed", "fail"])).toThrow(
      new Error('[outcome] must be "succeed" or "fail", got "explode"'),
    );
  });

  it("lists more than two choices", () => {
    const size: number = 4;

    expect(() => oneOf("size", size, [1, 2, 3])).toThrow(new Error("[size] must be 1, 2 or 3, got 4"));
  });
});

describe("nonEmpty", () => {
  it("returns the string", () => {
    expect(nonEmpty("source", "orders")).toBe("orders");
  });

  it.each([
    ["", '""'],
    [7, "7"],
  ])("refuses %j", (value, got) => {
    expect(() => nonEmpty("source", value as string)).toThrow(
      new Error(`[source] must be a non-empty string, got ${got}`),
    );
  });
});

describe("matching", () => {
  const check = (value: string) => matching("source", value, /^[a-z]+$/, "letters from a to z");

  it("returns what matches", () => {
    expect(check("orders")).toBe("orders");
  });

  it("refuses what does not", () => {
    expect(() => check("Orders")).toThrow(new Error('[source] must be letters from a to z, got "Orders"'));
  });
});

describe("validated", () => {
  const double = (value: number) => wholeNumber("size", value, { minimum: 0, maximum: 9 }) * 2;
  const error = new Error("[size] must be a whole number from 0 to 9, got 10");

  it("checks a plain value at once", () => {
    expect(validated(4, double)).toBe(8);
    expect(() => validated(10, double)).toThrow(error);
  });

  it.each([
    ["an Output", (value: number) => pulumi.output(value)],
    ["a promise", (value: number) => Promise.resolve(value)],
  ])("checks %s when its value is known", async (_, later) => {
    const known = (value: number) =>
      new Promise((resolve, reject) => {
        const output = validated(later(value), (got) => {
          try {
            return double(got);
          } catch (caught) {
            reject(caught);
            return 0;
          }
        });
        pulumi.output(output).apply(resolve);
      });

    await expect(known(4)).resolves.toBe(8);
    await expect(known(10)).rejects.toThrow(error);
  });
});

describe("checkArgs", () => {
  it("takes an object", () => {
    expect(() => checkArgs({}, "spool")).not.toThrow();
  });

  it.each([undefined, null, "spool", []])("refuses %o", (args) => {
    const message = `[args] must be an object with [spool] and [task], got ${JSON.stringify(args)}`;
    expect(() => checkArgs(args, "spool", "task")).toThrow(new Error(message));
  });
});

describe("inWords", () => {
  it.each([
    [1, "1"],
    [2n, "2"],
    ["a", '"a"'],
    [null, "null"],
    [undefined, "undefined"],
    [{ a: [1] }, '{"a":[1]}'],
    [() => 1, "a function"],
    [pulumi.output(1), "an Output"],
    [new Map(), "an object of the class Map"],
    [{ at: [new Date(0), new Map()] }, '{"at":["1970-01-01T00:00:00.000Z","an object of the class Map"]}'],
  ])("shows %o as %s", (value, shown) => {
    expect(inWords(value)).toBe(shown);
  });
});
