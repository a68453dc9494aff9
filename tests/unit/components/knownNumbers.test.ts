// Checks of two numbers: at once where both are plain, else when both are known.
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { withBoth } from "../../../components/knownNumbers";

const sum = (one: number, other: number) => {
  if (one > other) {
    throw new Error(`${one} exceeds ${other}`);
  }
  return one + other;
};

describe("withBoth", () => {
  it("checks plain numbers at once", () => {
    expect(withBoth(1, 2, sum)).toBe(3);
    expect(() => withBoth(2, 1, sum)).toThrow(new Error("2 exceeds 1"));
  });

  it.each([
    ["the first", pulumi.output(1), 2],
    ["the second", 1, pulumi.output(2)],
    ["both", pulumi.output(1), Promise.resolve(2)],
  ])("waits for %s", async (_, one, other) => {
    const known = new Promise((resolve) => pulumi.output(withBoth(one, other, sum)).apply(resolve));
    await expect(known).resolves.toBe(3);
  });

  it("checks them then", async () => {
    const seen = new Promise((resolve) => {
      withBoth(pulumi.output(2), 1, (one, other) => {
        try {
          return sum(one, other);
        } catch (error) {
          resolve(error);
          return 0;
        }
      });
    });
    await expect(seen).resolves.toEqual(new Error("2 exceeds 1"));
  });
});
