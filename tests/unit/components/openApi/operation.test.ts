import { describe, expect, it } from "vitest";
import { type ApiOperationShape, checkOperations } from "../../../../components/openApi/operation";

const getBook = { method: "GET", path: "/books/{bookId}", operationId: "getBook" } as const;

describe("checkOperations", () => {
  it.each(["/", "/books", "/books/{bookId}", "/books/{bookId}/pages", "/files/{path+}", "/v1.0/a-b_c:d"])(
    "takes the path %s",
    (path) => {
      expect(() => checkOperations([{ ...getBook, path }])).not.toThrow();
    },
  );

  it.each(["", "books", "/books/", "/books//pages", "/{path+}/more", "/a b", "/{a}{b}"])(
    "refuses the path %j",
    (path) => {
      expect(() => checkOperations([{ ...getBook, path }])).toThrow(
        new Error(
          `[operations[0].path] must be a path such as "/books/{bookId}", of parts with letters, digits, ".", "_", ":" and "-", got ${JSON.stringify(path)}`,
        ),
      );
    },
  );

  it.each<[readonly ApiOperationShape[], string]>([
    [
      [{ ...getBook, method: "TRACE" as "GET" }],
      '[operations[0].method] must be "DELETE", "GET", "HEAD", "PATCH", "POST" or "PUT", got "TRACE"',
    ],
    [
      [{ ...getBook, operationId: "get-book" }],
      '[operations[0].operationId] must be a letter and up to 63 letters and digits, got "get-book"',
    ],
    [
      [{ ...getBook, parameters: [{ name: "id", in: "path" }] }],
      `[operations[0].parameters[0].name] must be one of the path's ["bookId"], got "id"`,
    ],
    [
      [{ ...getBook, parameters: [{ name: "id", in: "cookie" as "query" }] }],
      '[operations[0].parameters[0].in] must be "header", "path" or "query", got "cookie"',
    ],
    [[{ ...getBook, requestBody: {} }], "[operations[0].requestBody] must be left out: a GET has no body"],
    [[getBook, { ...getBook, operationId: "other" }], '[operations[1].path] must be unique, got "GET /books/{}" again'],
    [[getBook, { ...getBook, method: "PUT" }], '[operations[1].operationId] must be unique, got "getBook" again'],
    [
      [getBook, { method: "PUT", path: "/books/{id}", operationId: "putBook" }],
      '[operations[1].path] must have {bookId} after "/books/", as another path has, got "/books/{id}"',
    ],
  ])("refuses what API Gateway would not take: %j", (operations, message) => {
    expect(() => checkOperations(operations)).toThrow(new Error(message));
  });
});
