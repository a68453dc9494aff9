// What an operator is shown of two inputs that may be as large as Lambda lets a payload be.
import { describe, expect, it } from "vitest";
import { shownTexts } from "../../../../handlers/edit/outcome";

describe("the texts of a result", () => {
  it("are shown as they are", () => {
    expect(shownTexts({ original: "{}", edited: "[]" })).toEqual({ original: "{}", edited: "[]" });
  });

  it.each(["x", "\u0000", "\u20ac", '"', "\ud83d\ude00"])(
    "of many %j fit into a response, and say that they are cut",
    (character) => {
      const large = character.repeat(6_000_000);
      const shown = shownTexts({ original: large, edited: large });
      expect(shown.cut).toEqual(["original", "edited"]);
      expect(large.startsWith(shown.original)).toBe(true);
      expect(Buffer.byteLength(JSON.stringify(shown))).toBeLessThan(6_000_000 - 1_000);
      expect(shownTexts({ original: "{}", edited: large })).toMatchObject({ original: "{}", cut: ["edited"] });
    },
  );
});
