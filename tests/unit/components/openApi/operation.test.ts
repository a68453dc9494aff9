import { describe, expect, it } from "vitest";
import { type ApiOperationShape, checkOperations, type JsonSchema } from "../../../../components/openApi/operation";

const getBook = { method: "GET", path: "/books/{bookId}", operationId: "getBook" } as const;
const putBook = { method: "PUT", path: "/books/{bookId}", operationId: "putBook" } as const;

describe("checkOperations", () => {
  it("leaves to the function what API Gateway cannot validate", () => {
    const requestBody = { oneOf: [{ type: ["object", "null"] }] };
    expect(() => checkOperations([{ ...putBook, requestBody, validateBody: false }])).not.toThrow();
  });

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
    [
      [{ ...putBook, validateBody: "no" as unknown as boolean }],
      '[operations[0].validateBody] must be true or false, got "no"',
    ],
    [
      [{ ...putBook, requestBody: [] as unknown as JsonSchema }],
      "[operations[0].requestBody] must be a JSON schema, got []",
    ],
    [
      [{ ...putBook, requestBody: { $defs: { a: { minItems: 1 } }, items: { $ref: "#/$defs/a" } } }],
      "[operations[0].requestBody.minItems] must be left out: API Gateway does not have it in its models. With validateBody: false it does not validate the body; the function must",
    ],
    [
      [{ ...putBook, requestBody: { items: { $ref: "#/$defs/a" } }, validateBody: false }],
      '[operations[0].requestBody] must have a definition for each of its references, got "#/$defs/a"',
    ],
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
