// The one OpenAPI 3.0 document of an API: what its clients may know, and API Gateway's extensions, by which the API is made.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions.html
import type { DeployedAuthorization } from "./authorization";
import { gatewayResponses } from "./gatewayResponses";
import { type ApiOperationShape, type ApiParameter, pathParameterNames } from "./operation";

/** An operation and the function behind it. */
export interface DeployedOperation extends ApiOperationShape {
  /** The function's ARN as API Gateway invokes it. */
  readonly invokeArn: string;
}

export interface OpenApiArgs {
  readonly title: string;
  readonly version: string;
  readonly operations: readonly DeployedOperation[];
  readonly authorization: DeployedAuthorization;
  /** Statuses that operations answer with when it is the client's own fault, and what they mean. */
  readonly clientErrors: Readonly<Record<string, { readonly status: number; readonly title: string }>>;
  /** When a server error may be over. */
  readonly retryAfterSeconds: number;
}

export type OpenApiDocument = { readonly [member: string]: unknown };

/** An API Gateway REST API is imported from it; the same arguments give the same document. */
export function openApiDocument(args: OpenApiArgs): OpenApiDocument {
  const { title, version, operations, authorization, retryAfterSeconds } = args;
  const signed = authorization.kind === "iam";
  const paths: Record<string, Record<string, unknown>> = {};
  for (const operation of operations) {
    paths[operation.path] = {
      ...paths[operation.path],
      [operation.method.toLowerCase()]: operationObject(operation, args),
    };
  }
  return {
    openapi: "3.0.3",
    info: { title, version },
    paths,
    components: {
      schemas: schemas(operations),
      ...(signed ? { securitySchemes: { sigv4 } } : {}),
    },
    "x-amazon-apigateway-request-validators": {
      all: { validateRequestBody: true, validateRequestParameters: true },
    },
    "x-amazon-apigateway-request-validator": "all",
    "x-amazon-apigateway-gateway-responses": gatewayResponses(retryAfterSeconds, signed),
  };
}

/** What clients may know of it. */
export function publicDocument(document: OpenApiDocument, url: string): OpenApiDocument {
  const { openapi, info, ...rest } = document;
  return { openapi, info, servers: [{ url }], ...withoutExtensions(rest) };
}

function withoutExtensions(object: OpenApiDocument): OpenApiDocument {
  const strip = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(strip);
    return typeof value === "object" && value !== null
      ? withoutExtensions(Object.fromEntries(Object.entries(value)))
      : value;
  };
  const members = Object.entries(object).filter(([name]) => !name.startsWith("x-amazon-apigateway-"));
  return Object.fromEntries(members.map(([name, value]) => [name, strip(value)]));
}

// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-authtype.html
const sigv4 = {
  type: "apiKey",
  name: "Authorization",
  in: "header",
  "x-amazon-apigateway-authtype": "awsSigv4",
};

/** https://www.rfc-editor.org/rfc/rfc9457 */
const problemSchema = {
  type: "object",
  required: ["title", "instance", "retryable"],
  properties: {
    type: { type: "string" },
    title: { type: "string" },
    status: { type: "integer" },
    detail: { type: "string" },
    instance: { type: "string" },
    retryable: { type: "boolean" },
  },
};

function schemas(operations: readonly DeployedOperation[]): Record<string, unknown> {
  const bodies = operations.flatMap(({ operationId, requestBody }) =>
    requestBody === undefined ? [] : [[modelName(operationId), requestBody] as const],
  );
  return { Problem: problemSchema, ...Object.fromEntries(bodies) };
}

/** API Gateway makes a model of each, whose name has letters and digits alone. */
function modelName(operationId: string): string {
  return `${operationId[0]?.toUpperCase()}${operationId.slice(1)}Request`;
}

function operationObject(operation: DeployedOperation, { authorization, clientErrors }: OpenApiArgs): object {
  const { operationId, summary, requestBody, invokeArn, responses = { "200": { description: "Success" } } } = operation;
  const parameters = parametersOf(operation);
  return {
    operationId,
    ...(summary === undefined ? {} : { summary }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(requestBody === undefined ? {} : { requestBody: bodyObject(modelName(operationId)) }),
    responses: { ...responses, ...problemResponses(clientErrors, responses) },
    ...(authorization.kind === "iam" ? { security: [{ sigv4: [] }] } : {}),
    "x-amazon-apigateway-integration": {
      type: "aws_proxy",
      // Lambda's API knows no other, whatever the operation's own method is.
      httpMethod: "POST",
      uri: invokeArn,
      passthroughBehavior: "when_no_match",
    },
  };
}

function bodyObject(model: string): object {
  return { required: true, content: { "application/json": { schema: { $ref: `#/components/schemas/${model}` } } } };
}

/** The program's, and those of the path that it did not name. */
function parametersOf({ path, parameters = [] }: ApiOperationShape): object[] {
  const named = parameters.filter((parameter) => parameter.in === "path").map(({ name }) => name);
  const others = pathParameterNames(path).filter((name) => !named.includes(name));
  const all: ApiParameter[] = [...others.map((name) => ({ name, in: "path" as const })), ...parameters];
  return all.map(({ name, in: place, required = false, description, schema = { type: "string" } }) => ({
    name,
    in: place,
    required: place === "path" || required,
    ...(description === undefined ? {} : { description }),
    schema,
  }));
}

/** What may go wrong, where the program says nothing else of the status. */
function problemResponses(
  clientErrors: OpenApiArgs["clientErrors"],
  own: { readonly [status: string]: unknown },
): Record<string, unknown> {
  const titles = new Map<string, string>();
  for (const { status, title } of Object.values(clientErrors)) {
    const known = titles.get(String(status));
    titles.set(String(status), known === undefined ? title : `${known}; ${title}`);
  }
  for (const [status, title] of Object.entries({
    "400": "Bad Request",
    "429": "Too Many Requests",
    "500": "Internal Server Error",
  })) {
    if (!titles.has(status)) titles.set(status, title);
  }
  const content = { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } };
  return Object.fromEntries(
    [...titles]
      .filter(([status]) => own[status] === undefined)
      .map(([status, description]) => [status, { description, content }]),
  );
}
