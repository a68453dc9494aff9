// RFC 6902: the cases of its appendix A, and what else it demands of an implementation.
import { describe, expect, it } from "vitest";
import { applyPatch, readPatch } from "../../../../handlers/edit/jsonPatch";
import { parseJson, writeJson } from "../../../../handlers/edit/losslessJson";

function patched(document: unknown, patch: unknown): unknown {
  return JSON.parse(patchedText(JSON.stringify(document), JSON.stringify(patch)));
}

function patchedText(document: string, patch: string): string {
  return writeJson(applyPatch(parseJson(document), readPatch(parseJson(patch))));
}

describe("the RFC's appendix A", () => {
  it.each<{ name: string; document: unknown; patch: object[]; result: unknown }>([
    {
      name: "A.1. Adding an Object Member",
      document: { foo: "bar" },
      patch: [{ op: "add", path: "/baz", value: "qux" }],
      result: { baz: "qux", foo: "bar" },
    },
    {
      name: "A.2. Adding an Array Element",
      document: { foo: ["bar", "baz"] },
      patch: [{ op: "add", path: "/foo/1", value: "qux" }],
      result: { foo: ["bar", "qux", "baz"] },
    },
    {
      name: "A.3. Removing an Object Member",
      document: { baz: "qux", foo: "bar" },
      patch: [{ op: "remove", path: "/baz" }],
      result: { foo: "bar" },
    },
    {
      name: "A.4. Removing an Array Element",
      document: { foo: ["bar", "qux", "baz"] },
      patch: [{ op: "remove", path: "/foo/1" }],
      result: { foo: ["bar", "baz"] },
    },
    {
      name: "A.5. Replacing a Value",
      document: { baz: "qux", foo: "bar" },
      patch: [{ op: "replace", path: "/baz", value: "boo" }],
      result: { baz: "boo", foo: "bar" },
    },
    {
      name: "A.6. Moving a Value",
      document: { foo: { bar: "baz", waldo: "fred" }, qux: { corge: "grault" } },
      patch: [{ op: "move", from: "/foo/waldo", path: "/qux/thud" }],
      result: { foo: { bar: "baz" }, qux: { corge: "grault", thud: "fred" } },
    },
    {
      name: "A.7. Moving an Array Element",
      document: { foo: ["all", "grass", "cows", "eat"] },
      patch: [{ op: "move", from: "/foo/1", path: "/foo/3" }],
      result: { foo: ["all", "cows", "eat", "grass"] },
    },
    {
      name: "A.8. Testing a Value: Success",
      document: { baz: "qux", foo: ["a", 2, "c"] },
      patch: [
        { op: "test", path: "/baz", value: "qux" },
        { op: "test", path: "/foo/1", value: 2 },
      ],
      result: { baz: "qux", foo: ["a", 2, "c"] },
    },
    {
      name: "A.10. Adding a Nested Member Object",
      document: { foo: "bar" },
      patch: [{ op: "add", path: "/child", value: { grandchild: {} } }],
      result: { foo: "bar", child: { grandchild: {} } },
    },
    {
      name: "A.11. Ignoring Unrecognized Elements",
      document: { foo: "bar" },
      patch: [{ op: "add", path: "/baz", value: "qux", xyz: 123 }],
      result: { foo: "bar", baz: "qux" },
    },
    {
      name: "A.14. ~ Escape Ordering",
      document: { "/": 9, "~1": 10 },
      patch: [{ op: "test", path: "/~01", value: 10 }],
      result: { "/": 9, "~1": 10 },
    },
    {
      name: "A.16. Adding an Array Value",
      document: { foo: ["bar"] },
      patch: [{ op: "add", path: "/foo/-", value: ["abc", "def"] }],
      result: { foo: ["bar", ["abc", "def"]] },
    },
  ])("$name", ({ document, patch, result }) => {
    expect(patched(document, patch)).toEqual(result);
  });

  it.each<{ name: string; document: unknown; patch: string; message: string }>([
    {
      name: "A.9. Testing a Value: Error",
      document: { baz: "qux" },
      patch: '[{ "op": "test", "path": "/baz", "value": "bar" }]',
      message: '[patch[0].value] must be what "/baz" holds, "qux", got "bar"',
    },
    {
      name: "A.12. Adding to a Nonexistent Target",
      document: { foo: "bar" },
      patch: '[{ "op": "add", "path": "/baz/bat", "value": "qux" }]',
      message: '[patch[0].path] must lead to a place in the input, got "/baz/bat", and there is no /baz',
    },
    {
      name: "A.13. Invalid JSON Patch Document",
      document: { foo: "bar" },
      patch: '[{ "op": "add", "path": "/baz", "value": "qux", "op": "remove" }]',
      message: '[patch[0].path] must lead to a place in the input, got "/baz", and there is no /baz',
    },
    {
      name: "A.15. Comparing Strings and Numbers",
      document: { "/": 9, "~1": 10 },
      patch: '[{ "op": "test", "path": "/~01", "value": "10" }]',
      message: '[patch[0].value] must be what "/~01" holds, 10, got "10"',
    },
  ])("$name", ({ document, patch, message }) => {
    expect(() => patchedText(JSON.stringify(document), patch)).toThrow(new Error(message));
  });
});

describe("a patch", () => {
  it("keeps numbers that JavaScript would round, and the fraction of 1.0", () => {
    const document = '{"amount":12345678901234567890,"rate":1.0,"tiny":1e-400,"card":"bad"}';
    expect(patchedText(document, '[{"op":"replace","path":"/card","value":"good"}]')).toBe(
      document.replace("bad", "good"),
    );
  });

  it("compares numbers by their value, however they are written, and however large", () => {
    const holds = (value: string) =>
      patchedText('{"n":12345678901234567890.0}', `[{"op":"test","path":"/n","value":${value}}]`);
    expect(holds("1234567890123456789.0e1")).toBe('{"n":12345678901234567890.0}');
    expect(() => holds("12345678901234567891")).toThrow("must be what");
  });

  it("compares objects without regard to the order of members, and all of them", () => {
    const test = (value: object) => patched({ o: { a: 1, b: [{}] } }, [{ op: "test", path: "/o", value }]);
    expect(test({ b: [{}], a: 1 })).toEqual({ o: { a: 1, b: [{}] } });
    for (const other of [{ a: 1 }, { a: 1, b: [{}], c: null }, { a: 1, b: [] }, { a: 1, b: {} }])
      expect(() => test(other)).toThrow("must be what");
  });

  it("copies, so that a later change in one place leaves the other", () => {
    const patch = [
      { op: "copy", from: "/a", path: "/b" },
      { op: "add", path: "/b/x", value: 1 },
    ];
    expect(patched({ a: {} }, patch)).toEqual({ a: {}, b: { x: 1 } });
  });

  it("replaces and adds the whole document", () => {
    expect(patched({ a: 1 }, [{ op: "replace", path: "", value: [1] }])).toEqual([1]);
    expect(patched({ a: 1 }, [{ op: "add", path: "", value: "x" }])).toBe("x");
  });

  it("moves a value to where it is", () => {
    expect(patched({ a: 1 }, [{ op: "move", from: "/a", path: "/a" }])).toEqual({ a: 1 });
  });

  it("has an empty name for a member, and takes __proto__ for one", () => {
    expect(patched({ "": 1 }, [{ op: "replace", path: "/", value: 2 }])).toEqual({ "": 2 });
    const text = patchedText("{}", '[{"op":"add","path":"/__proto__","value":{"x":1}}]');
    expect(text).toBe('{"__proto__":{"x":1}}');
  });

  it.each<{ document: unknown; operation: object; message: string }>([
    {
      document: [],
      operation: { op: "add", path: "/1", value: 1 },
      message: '[patch[0].path] must end in an index from 0 to 0 or in "-", got "/1"',
    },
    {
      document: [1],
      operation: { op: "add", path: "/01", value: 1 },
      message: '[patch[0].path] must end in an index from 0 to 1 or in "-", got "/01"',
    },
    {
      document: [1],
      operation: { op: "remove", path: "/-" },
      message: '[patch[0].path] must lead to a place in the input, got "/-", and there is no /-',
    },
    {
      document: { a: 1 },
      operation: { op: "replace", path: "/b", value: 1 },
      message: '[patch[0].path] must lead to a place in the input, got "/b", and there is no /b',
    },
    {
      document: { a: 1 },
      operation: { op: "add", path: "/a/b", value: 1 },
      message: '[patch[0].path] must lead to a place in the input, got "/a/b", and there is no /a/b',
    },
    {
      document: { a: {} },
      operation: { op: "move", from: "/a", path: "/a/b" },
      message: '[patch[0].path] must not lie within [patch[0].from], "/a", got "/a/b"',
    },
    {
      document: { a: 1 },
      operation: { op: "copy", from: "/x", path: "/b" },
      message: '[patch[0].from] must lead to a place in the input, got "/x", and there is no /x',
    },
    {
      document: { a: 1 },
      operation: { op: "replace", path: "/constructor", value: 1 },
      message: '[patch[0].path] must lead to a place in the input, got "/constructor", and there is no /constructor',
    },
    {
      document: { a: 1 },
      operation: { op: "remove", path: "" },
      message: '[patch[0].path] must leave something of the input, got "", all of it',
    },
    {
      document: {},
      operation: { op: "put", path: "/a", value: 1 },
      message: '[patch[0].op] must be one of add, remove, replace, move, copy, test, got "put"',
    },
    {
      document: {},
      operation: { op: "add", path: "/a" },
      message: "[patch[0].value] must be given for add, got nothing",
    },
    {
      document: {},
      operation: { op: "add", path: "a", value: 1 },
      message: '[patch[0].path] must be a JSON Pointer such as "/card/number", got "a"',
    },
    {
      document: {},
      operation: { op: "add", path: "/a~2", value: 1 },
      message: '[patch[0].path] must be a JSON Pointer such as "/card/number", got "/a~2"',
    },
    {
      document: {},
      operation: { op: "move", path: "/a" },
      message: '[patch[0].from] must be a JSON Pointer such as "/card/number", got nothing',
    },
  ])("$message", ({ document, operation, message }) => {
    expect(() => patched(document, [operation])).toThrow(new Error(message));
  });

  it("must be a list of operations", () => {
    expect(() => patched({}, [])).toThrow(new Error("[patch] must be a list of one or more operations, got []"));
    expect(() => patched({}, { op: "add" })).toThrow(
      new Error('[patch] must be a list of one or more operations, got {"op":"add"}'),
    );
    expect(() => patched({}, ["add"])).toThrow(new Error('[patch[0]] must be an object, got "add"'));
  });

  it("must not make a document grow without end", () => {
    const doubling = Array.from({ length: 40 }, () => ({ op: "copy", from: "", path: "/-" }));
    expect(() => patched(["x".repeat(1_000)], doubling)).toThrow(
      /^\[patch\] must not copy more than 16000000 characters in all, got \d+$/,
    );
  });
});
