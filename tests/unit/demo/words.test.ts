// Counted nouns, and lines that fit.
import { describe, expect, it } from "vitest";
import { counted, cut, fill, wrap } from "../../../demo/words";

describe("counted", () => {
  it("knows one from many", () => {
    expect([0, 1, 2].map((count) => counted(count, "order"))).toEqual(["0 orders", "1 order", "2 orders"]);
  });
});

describe("wrap", () => {
  it("breaks between words, with a hanging indent, within the width", () => {
    expect(wrap("the quick brown fox jumps over the lazy dog", 24, 4)).toBe(
      "the quick brown fox\n    jumps over the lazy\n    dog",
    );
  });

  it("uses the last column", () => {
    expect(wrap("sixteen columns!", 20, 4)).toBe("sixteen columns!");
    expect(wrap("sixteen columns! x", 20, 4)).toBe("sixteen columns!\n    x");
  });

  it("leaves a long word whole, and a text without a width on one line", () => {
    expect(wrap("in /a/path/that/is/longer/than/a/line it is", 20, 0)).toBe(
      "in\n/a/path/that/is/longer/than/a/line\nit is",
    );
    expect(wrap("a b", Number.POSITIVE_INFINITY, 4)).toBe("a b");
  });
});

describe("fill", () => {
  it("keeps a part together", () => {
    expect(fill(["one two", "three four", "five"], 20, 1, "  ")).toBe("one two  three four\n five");
  });
});

describe("cut", () => {
  it("shows that something is missing", () => expect([cut("12345", 5), cut("123456", 5)]).toEqual(["12345", "12..."]));
});
