// Captured values that would not work in Lambda.
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { uncapturable } from "../../../packaging/uncapturable";

class Declined extends Error {}
class Till {
  total = 0;
}
class Registry extends Map<string, string> {}

describe("uncapturable", () => {
  it.each([
    ["an array", [1]],
    ["an object", { a: 1 }],
    ["an object without a prototype", Object.create(null)],
    ["a function", () => 1],
    ["a class", Till],
    ["an instance", new Till()],
    ["a regular expression", /a/],
    ["a promise", Promise.resolve(1)],
    ["an Output", pulumi.output(1)],
    ["a prototype", Till.prototype],
    ["the prototype of an error class", Declined.prototype],
    ["null", null],
    ["text", "a"],
  ])("has nothing against %s", (_, value) => {
    expect(uncapturable(value)).toBeUndefined();
  });

  it.each([
    [new Map(), "a Map"],
    [new Registry(), "a Map"],
    [new Set(), "a Set"],
    [new WeakMap(), "a WeakMap"],
    [new Date(), "a Date"],
    [new URL("https://example.com"), "a URL"],
    [new Error("no"), "an Error"],
    [new Declined("no"), "an Error"],
    [Buffer.from("a"), "a Buffer"],
    [new Uint8Array(), "an Uint8Array"],
    [new AbortController(), "an AbortController"],
  ])("refuses %o", (value, name) => {
    expect(uncapturable(value)).toEqual({ what: `${name}, which would arrive without its contents` });
  });

  it("refuses a class that extends Error", () => {
    expect(uncapturable(Declined)).toEqual({
      what: "a class that extends Error, which would lose its message and name",
    });
  });

  it("refuses the stack's configuration", () => {
    expect(uncapturable(new pulumi.Config("shop"))).toEqual({
      what: "a pulumi.Config, which would bring all of the stack's configuration into the code",
      instead: "Read the value outside the closure and capture that.",
    });
  });
});
