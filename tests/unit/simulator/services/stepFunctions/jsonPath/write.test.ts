// Putting a value where a Reference Path leads.
import { describe, expect, it } from "vitest";
import type { Json } from "../../../../../../simulator/json";
import { jsonPath } from "../../../../../../simulator/services/stepFunctions/jsonPath/path";
import { PathMismatch, withValue } from "../../../../../../simulator/services/stepFunctions/jsonPath/write";

const put = (document: Json, path: string, value: Json) => withValue(document, jsonPath(path)?.steps ?? [], value);

describe("withValue", () => {
  it("replaces, adds, and creates what is missing on the way, in a copy", () => {
    const document = { a: { b: 1 }, items: [1, 2] };
    expect(put(document, "$", 9)).toBe(9);
    expect(put(document, "$.a.b", 9)).toEqual({ a: { b: 9 }, items: [1, 2] });
    expect(put(document, "$.c.d", 9)).toEqual({ a: { b: 1 }, items: [1, 2], c: { d: 9 } });
    expect(put(document, "$.items[1]", 9)).toEqual({ a: { b: 1 }, items: [1, 9] });
    expect(put(document, "$.items[2]", 9)).toEqual({ a: { b: 1 }, items: [1, 2, 9] });
    expect(document).toEqual({ a: { b: 1 }, items: [1, 2] });
  });

  it("does not pass through anything else", () => {
    expect(() => put([1], "$.a", 9)).toThrow(PathMismatch);
    expect(() => put({ a: "text" }, "$.a.b", 9)).toThrow(PathMismatch);
    expect(() => put({ a: {} }, "$.a[0]", 9)).toThrow(PathMismatch);
    expect(() => put({ a: [1] }, "$.a[2]", 9)).toThrow(PathMismatch);
  });
});
