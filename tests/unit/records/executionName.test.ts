// The names of redriven executions and the identity behind a name.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  assertCallerName,
  canonicalId,
  identityOf,
  parseRedriveName,
  redriveName,
} from "../../../records/executionName";

const STARTED_AT = Date.parse("2026-03-01T10:00:00.999Z");
const nameOfAnyKind = fc.string({ unit: "grapheme", minLength: 1, maxLength: 80 });

describe("canonicalId", () => {
  it.each(["order-1", "A_b-9", "x".repeat(48)])("keeps %s", (name) => {
    expect(canonicalId(name)).toBe(name);
  });

  it("hashes a name of 49 characters", () => {
    expect(canonicalId("x".repeat(49))).toBe("55bb9823e68e05f71c105395b87283af");
  });

  it("hashes a name with other characters, by its UTF-8 bytes", () => {
    expect(canonicalId("bestellung.ä")).toMatch(/^[0-9a-f]{32}$/);
    expect(canonicalId("bestellung.ä")).not.toBe(canonicalId("bestellung.a"));
  });

  it("gives a name that it gave once: it changes nothing twice", () => {
    fc.assert(fc.property(nameOfAnyKind, (name) => canonicalId(canonicalId(name)) === canonicalId(name)));
  });
});

describe("identityOf", () => {
  it("takes the start in whole seconds, rounded down", () => {
    expect(identityOf("order-1", STARTED_AT)).toEqual({ id: "order-1", born: 1772359200, generation: 0 });
  });

  it("is the same for every generation, whenever that started", () => {
    fc.assert(
      fc.property(nameOfAnyKind, fc.integer({ min: 1, max: 9999 }), fc.nat(), (name, generation, later) => {
        fc.pre(parseRedriveName(name) === undefined);
        const first = identityOf(name, STARTED_AT);
        const redriven = identityOf(redriveName(first, generation), STARTED_AT + later);
        expect(redriven).toEqual({ id: first.id, born: first.born, generation });
      }),
    );
  });
});

describe("redriveName", () => {
  it("is id, generation and birth in base 36", () => {
    expect(redriveName({ id: "order-1", born: 1772359200 }, 2)).toBe("order-1-redrive-2-tb7t40");
  });

  it("fits Step Functions' 80 characters, whatever the caller's name", () => {
    fc.assert(fc.property(nameOfAnyKind, (name) => redriveName(identityOf(name, STARTED_AT), 1000).length <= 80));
    expect(redriveName({ id: "x".repeat(48), born: 36 ** 7 - 1 }, 10_000)).toHaveLength(70);
  });

  it("tells two works of the same name apart by their start", () => {
    const [one, other] = [identityOf("order-1", STARTED_AT), identityOf("order-1", STARTED_AT + 1000)];
    expect(redriveName(one, 1)).not.toBe(redriveName(other, 1));
  });

  it.each([0, -1, 1.5, 10_001])("refuses generation %s", (generation) => {
    expect(() => redriveName({ id: "order-1", born: 1 }, generation)).toThrow(
      `[generation] must be a whole number from 1 to 10000, got ${generation}`,
    );
  });
});

describe("parseRedriveName", () => {
  it.each([
    "order-1",
    "order-1-redrive-0-tb7t40",
    "order-1-redrive-01-tb7t40",
    "order-1-redrive-1-TB7T40",
    "order-1-redrive-1-0b7t40",
    "order-1-redrive-1-",
    "-redrive-1-tb7t40",
    `${"x".repeat(49)}-redrive-1-tb7t40`,
  ])("takes %s for a caller's own name", (name) => {
    expect(parseRedriveName(name)).toBeUndefined();
  });

  it("reads an id that itself looks like a redrive as that redrive's work", () => {
    expect(parseRedriveName("a-redrive-1-b-redrive-2-c")).toEqual({ id: "a-redrive-1-b", generation: 2, born: 12 });
  });
});

describe("assertCallerName", () => {
  it("accepts names of the caller's own", () => {
    expect(() => assertCallerName("order-1-redrive")).not.toThrow();
  });

  it("refuses the reserved form", () => {
    expect(() => assertCallerName("order-1-redrive-1-tb7t40")).toThrow(
      '[name] must not end in the reserved form "-redrive-<generation>-<born>", got "order-1-redrive-1-tb7t40"',
    );
  });

  it("refuses every name that would be taken for a redrive", () => {
    const name = fc.stringMatching(/^[0-9A-Za-z_-]{1,50}-redrive-[0-9]{1,3}-[0-9a-z]{1,7}$/);
    fc.assert(
      fc.property(name, (candidate) => {
        fc.pre(parseRedriveName(candidate) !== undefined);
        expect(() => assertCallerName(candidate)).toThrow("[name]");
      }),
    );
  });
});
