import { describe, expect, it } from "vitest";
import { type OpenApiArgs, openApiDocument, publicDocument } from "../../../../components/openApi/openApiDocument";
import { importOpenApi } from "../../../../simulator/services/apiGateway/openApiImport";

const invokeArn =
  "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:123456789012:function:f/invocations";
const args: OpenApiArgs = {
  title: "books",
  version: "2.0.0",
  authorization: { kind: "iam" },
  clientErrors: {
    BookNotFoundError: { status: 404, title: "Book not found" },
    ShelfNotFoundError: { status: 404, title: "Shelf not found" },
  },
  retryAfterSeconds: 30,
  operations: [
    { method: "GET", path: "/books/{bookId}", operationId: "getBook", invokeArn },
    { method: "DELETE", path: "/books/{bookId}", operationId: "removeBook", invokeArn },
    {
      method: "POST",
      path: "/books",
      operationId: "addBook",
      requestBody: { type: "object", required: ["title"] },
      parameters: [{ name: "dry", in: "query", description: "Tries alone" }],
      responses: { "201": { description: "Added" }, "400": { description: "Own words" } },
      invokeArn,
    },
  ],
};

describe("openApiDocument", () => {
  it("has an operation for each method of a path, with its function behind it", () => {
    const { paths } = openApiDocument(args) as { paths: Record<string, Record<string, unknown>> };
    expect(Object.keys(paths["/books/{bookId}"] ?? {})).toEqual(["get", "delete"]);
    expect(paths["/books/{bookId}"]?.get).toEqual({
      operationId: "getBook",
      parameters: [{ name: "bookId", in: "path", required: true, schema: { type: "string" } }],
      responses: {
        "200": { description: "Success" },
        "400": expect.objectContaining({ description: "Bad Request" }),
        "404": {
          description: "Book not found; Shelf not found",
          content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
        },
        "429": expect.objectContaining({ description: "Too Many Requests" }),
        "500": expect.objectContaining({ description: "Internal Server Error" }),
      },
      security: [{ sigv4: [] }],
      "x-amazon-apigateway-integration": {
        type: "aws_proxy",
        httpMethod: "POST",
        uri: invokeArn,
        passthroughBehavior: "when_no_match",
      },
    });
  });

  it("names the model of a body, and leaves the program's own words alone", () => {
    const { paths, components } = openApiDocument(args) as Record<string, Record<string, Record<string, object>>>;
    expect(components?.schemas?.AddBookRequest).toEqual({ type: "object", required: ["title"] });
    expect(paths?.["/books"]?.post).toMatchObject({
      parameters: [{ name: "dry", in: "query", required: false, description: "Tries alone" }],
      requestBody: {
        required: true,
        content: { "application/json": { schema: { $ref: "#/components/schemas/AddBookRequest" } } },
      },
      responses: { "201": { description: "Added" }, "400": { description: "Own words" } },
    });
  });

  it("is what API Gateway imports: nothing in it is unknown there", () => {
    const imported = importOpenApi(JSON.stringify(openApiDocument(args)));
    expect(imported.methods.map(({ httpMethod, authorization }) => [httpMethod, authorization])).toEqual([
      ["GET", "AWS_IAM"],
      ["DELETE", "AWS_IAM"],
      ["POST", "AWS_IAM"],
    ]);
    const open = importOpenApi(JSON.stringify(openApiDocument({ ...args, authorization: { kind: "none" } })));
    expect(open.methods.every(({ authorization }) => authorization === "NONE")).toBe(true);
  });

  it("is the same text for the same arguments", () => {
    expect(JSON.stringify(openApiDocument(args))).toBe(JSON.stringify(openApiDocument({ ...args })));
  });

  it("says of every answer of API Gateway's own whether to try again, as problem details", () => {
    const responses = Object.entries(
      openApiDocument(args)["x-amazon-apigateway-gateway-responses"] as Record<
        string,
        { statusCode?: string; responseParameters: Record<string, string>; responseTemplates: Record<string, string> }
      >,
    );
    const summary = responses.map(([type, { statusCode, responseParameters, responseTemplates }]) => {
      expect(responseParameters["gatewayresponse.header.Content-Type"]).toBe("'application/problem+json'");
      const text = String(responseTemplates["application/json"]).replace("$context.error.messageString", '"why"');
      const problem = JSON.parse(text);
      expect(problem.status).toBe(statusCode === undefined ? undefined : Number(statusCode));
      return [type, statusCode, problem.retryable, responseParameters["gatewayresponse.header.Retry-After"]];
    });
    expect(summary).toEqual([
      ["DEFAULT_4XX", undefined, false, undefined],
      ["DEFAULT_5XX", "500", true, "'30'"],
      ["INTEGRATION_TIMEOUT", "504", true, "'30'"],
      ["THROTTLED", "429", true, "'1'"],
      ["BAD_REQUEST_BODY", "400", false, undefined],
      ["BAD_REQUEST_PARAMETERS", "400", false, undefined],
      ["ACCESS_DENIED", "403", false, undefined],
      ["MISSING_AUTHENTICATION_TOKEN", "403", false, undefined],
    ]);
  });
});

describe("publicDocument", () => {
  it("leaves out API Gateway's extensions and says where the API is", () => {
    const text = JSON.stringify(publicDocument(openApiDocument(args), "https://a.example/v1"));
    expect(text).not.toMatch(/x-amazon|arn:aws/);
    expect(JSON.parse(text)).toMatchObject({ openapi: "3.0.3", servers: [{ url: "https://a.example/v1" }] });
  });
});
