// The way from a closure to what it captures.
import { describe, expect, it } from "vitest";
import { capturePath } from "../../../packaging/captures";

const wanted = { only: "one" };
const namesTo = (closure: () => unknown) => capturePath(closure, (value) => value === wanted)?.map(({ name }) => name);

describe("capturePath", () => {
  it("finds a captured variable", () => {
    const clock = wanted;

    expect(namesTo(() => clock)).toEqual(["clock"]);
  });

  it("finds it through properties, prototypes and functions", () => {
    const deep = { a: { b: wanted } };
    const made = Object.create({ inherited: wanted });
    const hidden = wanted;
    const helper = () => hidden;

    expect(namesTo(() => deep)).toEqual(["deep", "a", "b"]);
    expect(namesTo(() => made)).toEqual(["made", "prototype", "inherited"]);
    expect(namesTo(() => helper())).toEqual(["helper", "hidden"]);
  });

  it("goes through objects that hold themselves", () => {
    const ring: Record<string, unknown> = {};
    ring.self = ring;
    ring.end = { wanted };

    expect(namesTo(() => ring)).toEqual(["ring", "end", "wanted"]);
  });

  it("leaves out what is in scope, but not in the text of the function", () => {
    const other = wanted;
    const user = () => other;

    expect(user()).toBe(wanted);
    expect(namesTo(() => 1)).toBeUndefined();
  });

  it("does not call getters", () => {
    const trap = {
      get boom() {
        throw new Error("called");
      },
    };

    expect(namesTo(() => trap)).toBeUndefined();
  });
});
