// JSONPath: what it is, and where it leads.
import { describe, expect, it } from "vitest";
import type { Json } from "../../../../../../simulator/json";
import { isReferencePath, jsonPath } from "../../../../../../simulator/services/stepFunctions/jsonPath/path";
import { PathNotFound, readPath } from "../../../../../../simulator/services/stepFunctions/jsonPath/read";

const store = {
  books: [
    { title: "A", price: 8, tags: ["x"] },
    { title: "B", price: 12, isbn: "1" },
    { title: "C", price: 20, isbn: "2" },
  ],
  "first-name": "Ada",
  owner: { name: "Ada", age: 36 },
};

function read(text: string, data: Json = store): Json {
  const path = jsonPath(text);
  if (path === undefined) throw new Error(`${text} is not a path`);
  return readPath(path, {
    data,
    context: () => ({ State: { Name: "A" } }),
    variable: (name) => (name === "v" ? { n: 1 } : undefined),
  });
}

function missing(text: string, data: Json = store): string {
  try {
    return JSON.stringify(read(text, data));
  } catch (error) {
    return (error as PathNotFound).jayway;
  }
}

describe("a definite path", () => {
  it.each([
    ["$", store],
    ["$.owner.name", "Ada"],
    ["$['owner']['name']", "Ada"],
    ['$["owner"].age', 36],
    ["$.first-name", "Ada"],
    ["$.books[1].title", "B"],
    ["$.books[-1].title", "C"],
    ["$.owner['age','name']", { age: 36, name: "Ada" }],
    ["$$.State.Name", "A"],
    ["$$", { State: { Name: "A" } }],
    ["$v", { n: 1 }],
    ["$v.n", 1],
  ])("%s", (text, value) => {
    expect(read(text)).toEqual(value);
  });

  it("says with Jayway's words where it leads nowhere", () => {
    expect(missing("$.owner.none")).toBe("No results for path: $['owner']['none']");
    expect(missing("$.none.name")).toBe("Missing property in path $['none']");
    expect(missing("$.books[7]")).toBe("No results for path: $['books'][7]");
    expect(missing("$.books.title")).toBe("No results for path: $['books']['title']");
    expect(() => read("$w")).toThrow(PathNotFound);
  });

  it("keeps a backslash that escapes neither the quote nor itself", () => {
    expect(read(String.raw`$['a\"b']`, { 'a\\"b': 1 })).toBe(1);
    expect(read(String.raw`$['it\'s']`, { "it's": 2 })).toBe(2);
  });
});

describe("an indefinite path", () => {
  it.each([
    ["$.books[*].title", ["A", "B", "C"]],
    ["$.owner.*", ["Ada", 36]],
    ["$.books[0,2].title", ["A", "C"]],
    ["$.books[1:].title", ["B", "C"]],
    ["$.books[:1].title", ["A"]],
    ["$.books[-2:].title", ["B", "C"]],
    ["$..title", ["A", "B", "C"]],
    ["$.books..tags[*]", ["x"]],
    ["$.none[*]", []],
    ["$.none.items[1:]", []],
    ["$['owner','books'].name", ["Ada"]],
  ])("%s", (text, values) => {
    expect(read(text)).toEqual(values);
  });

  it.each([
    ["$.books[?(@.price == 12)].title", ["B"]],
    ["$.books[?(@.price != 12)].title", ["A", "C"]],
    ["$.books[?(@.price >= 12 && @.isbn)].title", ["B", "C"]],
    ["$.books[?(@.price < 10 || @.isbn == '2')].title", ["A", "C"]],
    ["$.books[?(!@.isbn)].title", ["A"]],
    ["$.books[?(!(@.price > 10))].title", ["A"]],
    ["$.books[?(@.title in ['A', 'C'])].title", ["A", "C"]],
    ["$.books[?(@.title nin ['A', 'C'])].title", ["B"]],
    ["$.books[?(@.title =~ /[a-b]/i)].title", ["A", "B"]],
    ["$.books[?(@.price < $.owner.age && @.price > 10.5)].title", ["B", "C"]],
    ["$.books[?(@.isbn == null)].title", []],
    ["$.owner[?(@.age == 36)].name", ["Ada"]],
  ])("%s", (text, values) => {
    expect(read(text)).toEqual(values);
  });
});

describe("a text", () => {
  it.each([
    "",
    "a",
    "$.",
    "$.a[",
    "$.a[]",
    "$.a[?(@.b ==)]",
    "$.a[?(1)]",
    "$.a b",
    "$['a]",
    "$x-y",
    "$.a[?(@.b == x)]",
  ])("%s is no path", (text) => {
    expect(jsonPath(text)).toBeUndefined();
  });

  it("is a Reference Path when it can only name one node", () => {
    const isReference = (text: string) => isReferencePath(jsonPath(text) as NonNullable<ReturnType<typeof jsonPath>>);
    expect(["$", "$.a['b'][0]", "$.a-b"].every(isReference)).toBe(true);
    expect(["$.a[*]", "$..a", "$.a[-1]", "$['a','b']", "$.a[0:1]", "$.a[?(@.b)]"].some(isReference)).toBe(false);
  });
});
