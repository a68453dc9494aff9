import { describe, expect, it } from "vitest";
import type { ApiMethod } from "../../../../../simulator/services/apiGateway/apiDefinition";
import { findRoute } from "../../../../../simulator/services/apiGateway/routing";

const method = (resourcePath: string, httpMethod = "GET"): ApiMethod => ({
  httpMethod,
  resourcePath,
  authorization: "NONE",
  authorizer: undefined,
  scopes: [],
  functionArn: "arn:aws:lambda:eu-west-1:123456789012:function:f",
  timeoutMilliseconds: 29_000,
  requiredParameters: [],
  body: undefined,
});
const methods = ["/{proxy+}", "/books/{bookId}", "/books/new", "/books", "/"].map((path) => method(path));
const found = (path: string) => {
  const route = findRoute(methods, "GET", path);
  return route === undefined ? undefined : [route.method.resourcePath, route.pathParameters];
};

describe("findRoute", () => {
  it.each([
    ["/books", "/books", null],
    ["/books/", "/books", null],
    ["/books/new", "/books/new", null],
    ["/books/7", "/books/{bookId}", { bookId: "7" }],
    ["/books/a%2Fb", "/books/{bookId}", { bookId: "a%2Fb" }],
    ["/books/7/pages", "/{proxy+}", { proxy: "books/7/pages" }],
    ["/", "/", null],
  ])("%s is %s", (path, resource, parameters) => {
    expect(found(path)).toEqual([resource, parameters]);
  });

  it("finds nothing for another method, or an empty parameter", () => {
    expect(findRoute(methods, "POST", "/books")).toBeUndefined();
    expect(findRoute([method("/books/{bookId}")], "GET", "/books//")).toBeUndefined();
  });
});
