// The OpenAPI documents of an API, both of the same operations: one of version 3.1 for its clients, and one of version 3.0 with API Gateway's
// extensions, by which the API is made and which says no more than that takes.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions.html
import type { DeployedAuthorization } from "./authorization";
import { gatewayResponses } from "./gatewayResponses";
import { gatewaySchema } from "./gatewaySchema";
import { type ApiOperationShape, type ApiParameter, type JsonSchema, modelName, pathParameterNames } from "./operation";
import { problemSchema, responsesOf } from "./operationResponses";
import { documentSchemas } from "./schemaReferences";
import { type SecurityScheme, securityScheme } from "./securityScheme";

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
  /** What the operations' responses refer to, by their names in the document for clients. @default none */
  readonly responseSchemas?: Readonly<Record<string, JsonSchema>>;
}

export type OpenApiDocument = { readonly [member: string]: unknown };

/** An API Gateway REST API is imported from it; the same arguments give the same document. */
export function gatewayDocument(args: OpenApiArgs): OpenApiDocument {
  const { title, version, operations, authorization, retryAfterSeconds } = args;
  const security = securityScheme(authorization);
  const models = schemasOf(operations.filter(hasModel));
  const operationOf = (operation: DeployedOperation) => ({
    ...described(operation, security),
    ...withParameters(operation, gatewayParameter),
    ...(hasModel(operation) ? { ...withBody(operation), "x-amazon-apigateway-request-validator": "all" } : {}),
    // Models of answers would validate nothing.
    responses: Object.fromEntries(
      Object.entries(responsesOf(operation, args)).map(([status, response]) => [status, descriptionOf(response)]),
    ),
    "x-amazon-apigateway-integration": {
      type: "aws_proxy",
      // Lambda's API knows no other, whatever the operation's own method is.
      httpMethod: "POST",
      uri: operation.invokeArn,
      passthroughBehavior: "when_no_match",
    },
  });
  return {
    openapi: "3.0.3",
    info: { title, version },
    paths: pathsOf(operations, ({ path }) => path, operationOf),
    components: {
      schemas: Object.fromEntries(models.map(([name, where, schema]) => [name, gatewaySchema(where, schema)])),
      ...(security === undefined ? {} : { securitySchemes: { [security.name]: security.scheme } }),
    },
    "x-amazon-apigateway-request-validators": {
      all: { validateRequestBody: true, validateRequestParameters: true },
      parameters: { validateRequestBody: false, validateRequestParameters: true },
    },
    // An emulator takes a body that is not there for an invalid one, where no model says what it should be.
    "x-amazon-apigateway-request-validator": "parameters",
    "x-amazon-apigateway-gateway-responses": gatewayResponses(retryAfterSeconds, authorization.kind),
  };
}

/** Whether API Gateway validates the operation's bodies. */
function hasModel({ requestBody, validateBody = true }: ApiOperationShape): boolean {
  return requestBody !== undefined && validateBody;
}

/**
 * What clients may know of it.
 *
 * @param url where the API is
 */
export function clientDocument(args: OpenApiArgs, url: string): OpenApiDocument {
  const { title, version, operations, authorization } = args;
  const security = securityScheme(authorization);
  const operationOf = (operation: DeployedOperation) => ({
    ...described(operation, security),
    ...withParameters(operation, clientParameter),
    ...withBody(operation),
    responses: responsesOf(operation, args),
  });
  return {
    openapi: "3.1.0",
    info: { title, version },
    servers: [{ url }],
    // OpenAPI has no parameters for the rest of a path.
    paths: pathsOf(operations, ({ path }) => path.replace("+}", "}"), operationOf),
    components: {
      schemas: {
        Problem: problemSchema,
        ...args.responseSchemas,
        ...Object.fromEntries(schemasOf(operations).map(([name, _where, schema]) => [name, schema])),
      },
      ...(security === undefined ? {} : { securitySchemes: { [security.name]: withoutExtensions(security.scheme) } }),
    },
  };
}

function pathsOf(
  operations: readonly DeployedOperation[],
  pathOf: (operation: DeployedOperation) => string,
  operationOf: (operation: DeployedOperation) => object,
): Readonly<Record<string, object>> {
  const paths: Record<string, object> = {};
  for (const operation of operations) {
    const path = pathOf(operation);
    paths[path] = { ...paths[path], [operation.method.toLowerCase()]: operationOf(operation) };
  }
  return paths;
}

function withoutExtensions(object: SecurityScheme["scheme"]): SecurityScheme["scheme"] {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !name.startsWith("x-amazon-apigateway-")));
}

function schemasOf(operations: readonly DeployedOperation[]): (readonly [name: string, where: string, JsonSchema])[] {
  return operations.flatMap(({ operationId, requestBody }) => {
    if (requestBody === undefined) return [];
    const where = `${operationId}.requestBody`;
    const schemas = documentSchemas(where, modelName(operationId), requestBody);
    return Object.entries(schemas).map(([name, schema]) => [name, where, schema] as const);
  });
}

function described({ operationId, summary }: ApiOperationShape, security: SecurityScheme | undefined): object {
  return {
    operationId,
    ...(summary === undefined ? {} : { summary }),
    ...(security === undefined ? {} : { security: [{ [security.name]: security.scopes }] }),
  };
}

function withBody({ operationId, requestBody, bodyRequired = true }: ApiOperationShape): object {
  if (requestBody === undefined) return {};
  const schema = { $ref: `#/components/schemas/${modelName(operationId)}` };
  return { requestBody: { required: bodyRequired, content: { "application/json": { schema } } } };
}

/** The program's, and those of the path that it did not name. */
function withParameters({ path, parameters = [] }: ApiOperationShape, parameterOf: (each: ApiParameter) => object) {
  const named = parameters.filter((parameter) => parameter.in === "path").map(({ name }) => name);
  const others = pathParameterNames(path).filter((name) => !named.includes(name));
  const all: ApiParameter[] = [...others.map((name) => ({ name, in: "path" as const })), ...parameters];
  return all.length === 0 ? {} : { parameters: all.map(parameterOf) };
}

function clientParameter({
  name,
  in: place,
  required = false,
  description,
  schema = { type: "string" },
}: ApiParameter) {
  return {
    name,
    in: place,
    required: place === "path" || required,
    ...(description === undefined ? {} : { description }),
    schema,
  };
}

/** API Gateway validates no values of parameters. */
function gatewayParameter(parameter: ApiParameter) {
  return { ...clientParameter(parameter), schema: { type: "string" } };
}

function descriptionOf(response: unknown): { readonly description: string } {
  const described = typeof response === "object" && response !== null && "description" in response;
  return { description: described ? String(response.description) : "" };
}
