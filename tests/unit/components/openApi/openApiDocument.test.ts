import { Validator } from "@seriousme/openapi-schema-validator";
import { describe, expect, it } from "vitest";
import type { DeployedAuthorization } from "../../../../components/openApi/authorization";
import { clientDocument, gatewayDocument, type OpenApiArgs } from "../../../../components/openApi/openApiDocument";
import type { JsonSchema } from "../../../../components/openApi/operation";
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

describe("gatewayDocument", () => {
  it("has an operation for each method of a path, with its function behind it", () => {
    const { paths } = gatewayDocument(args) as { paths: Record<string, Record<string, unknown>> };
    expect(Object.keys(paths["/books/{bookId}"] ?? {})).toEqual(["get", "delete"]);
    expect(paths["/books/{bookId}"]?.get).toEqual({
      operationId: "getBook",
      parameters: [{ name: "bookId", in: "path", required: true, schema: { type: "string" } }],
      responses: {
        "200": { description: "Success" },
        "400": { description: "Bad Request" },
        "403": { description: "Forbidden" },
        "404": { description: "Book not found; Shelf not found" },
        "429": { description: "Too Many Requests" },
        "500": { description: "Internal Server Error" },
        "504": { description: "Gateway Timeout" },
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
    const { paths, components } = gatewayDocument(args) as Record<string, Record<string, Record<string, object>>>;
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
    const imported = importOpenApi(JSON.stringify(gatewayDocument(args)));
    expect(imported.methods.map(({ httpMethod, authorization }) => [httpMethod, authorization])).toEqual([
      ["GET", "AWS_IAM"],
      ["DELETE", "AWS_IAM"],
      ["POST", "AWS_IAM"],
    ]);
    const open = importOpenApi(JSON.stringify(gatewayDocument({ ...args, authorization: { kind: "none" } })));
    expect(open.methods.every(({ authorization }) => authorization === "NONE")).toBe(true);
  });

  it("is the same text for the same arguments", () => {
    expect(JSON.stringify(gatewayDocument(args))).toBe(JSON.stringify(gatewayDocument({ ...args })));
  });

  it("says of every answer of API Gateway's own whether to try again, as problem details", () => {
    const responses = Object.entries(
      gatewayDocument(args)["x-amazon-apigateway-gateway-responses"] as Record<
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
      ["UNAUTHORIZED", "401", false, undefined],
      ["MISSING_AUTHENTICATION_TOKEN", "403", false, undefined],
    ]);
  });
});

const invalid = async (document: object) => {
  const { valid, errors } = await new Validator().validate({ ...document });
  return valid ? [] : errors;
};

/** An operation with a body. */
const adding = (requestBody: JsonSchema, more: object = {}): OpenApiArgs => ({
  ...args,
  operations: [{ method: "POST", path: "/books", operationId: "addBook", invokeArn, requestBody, ...more }],
});

const pools = ["arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_a"];
const authorizations: Record<DeployedAuthorization["kind"], DeployedAuthorization> = {
  iam: { kind: "iam" },
  none: { kind: "none" },
  cognito: { kind: "cognito", userPoolArns: pools, scopes: ["books/write"] },
  lambda: { kind: "lambda", invokeArn, identityHeader: "x-token", resultTtlSeconds: 60 },
};

describe.each(Object.values(authorizations))("with the authorization $kind", (authorization) => {
  const authorized = { ...args, authorization };

  it("both documents are valid OpenAPI", async () => {
    expect(await invalid(gatewayDocument(authorized))).toEqual([]);
    expect(await invalid(clientDocument(authorized, "https://a.example/v1"))).toEqual([]);
  });

  it("nothing in what API Gateway gets is unknown there", () => {
    const imported = importOpenApi(JSON.stringify(gatewayDocument(authorized)));
    expect(imported.methods).toHaveLength(3);
  });
});

describe("who may call", () => {
  const said = (authorization: DeployedAuthorization) => {
    const { components, paths } = gatewayDocument({ ...args, authorization }) as Record<
      string,
      Record<string, Record<string, Record<string, unknown>>>
    >;
    return [components?.securitySchemes, paths?.["/books"]?.post?.security];
  };

  it("are Cognito's users, with the scopes of each operation", () => {
    expect(said(authorizations.cognito)).toEqual([
      {
        cognito: {
          type: "apiKey",
          name: "Authorization",
          in: "header",
          description: "An access token of Amazon Cognito",
          "x-amazon-apigateway-authtype": "cognito_user_pools",
          "x-amazon-apigateway-authorizer": { type: "cognito_user_pools", providerARNs: pools },
        },
      },
      [{ cognito: ["books/write"] }],
    ]);
  });

  it("are those whom a function lets in", () => {
    expect(said(authorizations.lambda)).toEqual([
      {
        authorizer: {
          type: "apiKey",
          name: "x-token",
          in: "header",
          description: "A token that the API's authorizer takes",
          "x-amazon-apigateway-authtype": "custom",
          "x-amazon-apigateway-authorizer": {
            type: "token",
            authorizerUri: invokeArn,
            authorizerResultTtlInSeconds: 60,
          },
        },
      },
      [{ authorizer: [] }],
    ]);
  });

  it("is anybody where nothing is said", () => {
    expect(said(authorizations.none)).toEqual([undefined, undefined]);
  });
});

describe("clientDocument", () => {
  const documentOf = (given: OpenApiArgs) =>
    clientDocument(given, "https://a.example/v1") as Record<string, Record<string, Record<string, object>>>;

  it("leaves out API Gateway's extensions and says where the API is", () => {
    const text = JSON.stringify(documentOf(args));
    expect(text).not.toMatch(/x-amazon|arn:aws/);
    expect(JSON.parse(text)).toMatchObject({ openapi: "3.1.0", servers: [{ url: "https://a.example/v1" }] });
  });

  it("has the program's schemas as they are, and the problems that an operation answers with", () => {
    const schema = { type: ["object", "null"], properties: { kind: { const: "a" }, pair: { prefixItems: [{}] } } };
    const { components, paths } = documentOf(adding(schema, { validateBody: false }));
    expect(components?.schemas?.AddBookRequest).toEqual(schema);
    expect(paths?.["/books"]?.post).toMatchObject({
      requestBody: {
        required: true,
        content: { "application/json": { schema: { $ref: "#/components/schemas/AddBookRequest" } } },
      },
      responses: {
        "404": {
          description: "Book not found; Shelf not found",
          content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
        },
      },
    });
  });

  it("has what API Gateway and the function say of every body, and of the time that an answer took", () => {
    const { paths } = documentOf(args);
    const always = ["400", "403", "404", "429", "500", "504"];
    const [read, changed] = [["200", ...always], ["200", ...always, "413", "415"].sort()];
    expect(Object.keys(Object(paths?.["/books/{bookId}"]?.get).responses)).toEqual(read);
    expect(Object.keys(Object(paths?.["/books/{bookId}"]?.delete).responses).sort()).toEqual(changed);
  });

  it("says of which answers a client is told when to ask again", () => {
    const clientErrors = { QuotaError: { status: 429, title: "Quota used up" } };
    const { responses } = Object(documentOf({ ...args, clientErrors }).paths?.["/books/{bookId}"]?.get);
    const told = Object.entries<{ headers?: Record<string, { required?: boolean }> }>(responses).flatMap(
      ([status, { headers }]) => (headers === undefined ? [] : [[status, headers["Retry-After"]?.required]]),
    );
    // Of two kinds of 429, one is the program's own, which no other attempt helps.
    expect(told).toEqual([
      ["429", false],
      ["500", true],
      ["504", true],
    ]);
  });

  it("has the schemas that responses refer to by their names, and bodies that may be left out", async () => {
    const responses = {
      "200": {
        description: "The book",
        content: { "application/json": { schema: { $ref: "#/components/schemas/Book" } } },
      },
    };
    const responseSchemas = { Book: { type: "object" } };
    const given = { ...adding({ type: "object" }, { responses, bodyRequired: false }), responseSchemas };
    const document = documentOf(given);
    expect(document.components?.schemas?.Book).toEqual({ type: "object" });
    expect(document.paths?.["/books"]?.post).toMatchObject({ requestBody: { required: false }, responses });
    expect(await invalid(document)).toEqual([]);
    expect(await invalid(gatewayDocument(given))).toEqual([]);
  });

  it("takes a schema's definitions among its own, and leads its references there", async () => {
    const schema = {
      $schema: "https://json-schema.org/draft/2020-12/schema",
      $defs: { "shelf-mark": { type: "string" }, book: { properties: { parts: { items: { $ref: "#/$defs/book" } } } } },
      properties: { mark: { $ref: "#/$defs/shelf-mark" }, all: { $ref: "#" }, first: { $ref: "#/properties/mark" } },
    };
    const document = documentOf(adding(schema, { validateBody: false }));
    expect(document.components?.schemas).toMatchObject({
      AddBookRequest: {
        properties: {
          mark: { $ref: "#/components/schemas/AddBookRequestShelfmark" },
          all: { $ref: "#/components/schemas/AddBookRequest" },
          first: { $ref: "#/components/schemas/AddBookRequest/properties/mark" },
        },
      },
      AddBookRequestShelfmark: { type: "string" },
      AddBookRequestBook: { properties: { parts: { items: { $ref: "#/components/schemas/AddBookRequestBook" } } } },
    });
    expect(document.components?.schemas?.AddBookRequest).not.toHaveProperty("$defs");
    expect(await invalid(document)).toEqual([]);
  });

  it("has no parameter for the rest of a path, which OpenAPI does not know", () => {
    const operations = [{ method: "GET", path: "/files/{key+}", operationId: "getFile", invokeArn } as const];
    expect(Object.keys(documentOf({ ...args, operations }).paths ?? {})).toEqual(["/files/{key}"]);
    expect(Object.keys(gatewayDocument({ ...args, operations }).paths ?? {})).toEqual(["/files/{key+}"]);
  });
});

describe("a body that API Gateway does not validate", () => {
  it("has no model", () => {
    const { components, paths } = gatewayDocument(adding({ oneOf: [{}] }, { validateBody: false })) as Record<
      string,
      Record<string, Record<string, object>>
    >;
    expect(components?.schemas).toEqual({});
    expect(paths?.["/books"]?.post).not.toHaveProperty("requestBody");
  });
});
