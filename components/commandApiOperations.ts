// What an API of commands can do: an operation a command, one that asks for the status, and one that cancels.
import { checkSchema, commandValidator } from "../handlers/commands/schemas";
import { escapedMember } from "../handlers/commands/soundJson";
import type { CommandApiOperation } from "../handlers/middleware/commandApiPackage";
import type { CommandOperation } from "./commandApiArgs";
import { acceptedResponses, cancelledResponses, statusResponses } from "./commandApiResponses";
import {
  type ApiOperationShape,
  type ApiParameter,
  checkPath,
  type JsonSchema,
  pathParameterNames,
} from "./openApi/operation";
import { inWords, matching, oneOf } from "./validate";

const statusOperations = ["getCommand", "cancelCommand"];

export function checkedStatusPath(statusPath = "/commands"): string {
  return matching(
    "statusPath",
    statusPath,
    /^(?:\/[\w.:-]+)+$/,
    'a path such as "/commands", of parts with letters, digits, ".", "_", ":" and "-"',
  );
}

/**
 * What the function is told of its operations, by their ids.
 *
 * @throws when an operation asks for a command that its function does not know, or its path does not go with the command's data
 */
export function commandOperations(
  operations: readonly CommandOperation[],
  statusPath: string,
): Readonly<Record<string, CommandApiOperation>> {
  if (!Array.isArray(operations) || operations.length === 0) {
    throw new Error(`[operations] must be at least one operation, got ${inWords(operations)}`);
  }
  const entries = operations.map((operation, index) => {
    const where = `operations[${index}]`;
    const { command, to, path, operationId = command } = operation;
    const schema = schemaOf(where, operation);
    checkPath(`${where}.path`, path);
    oneOf(`${where}.method`, operation.method ?? "POST", ["DELETE", "PATCH", "POST", "PUT"]);
    checkParameters(where, path, schema, statusPath);
    if (statusOperations.includes(operationId)) {
      throw new Error(`[${where}.operationId] must not be one of the status, got ${inWords(operationId)}`);
    }
    return [operationId, { command, source: to.source, schema }] as const;
  });
  return Object.fromEntries(entries);
}

function schemaOf(where: string, { command, to, schema }: CommandOperation): JsonSchema {
  const isTarget = typeof to === "object" && to !== null && "source" in to && ("schemas" in to || "queueUrl" in to);
  if (!isTarget) {
    throw new Error(
      `[${where}.to] must be a CommandFunction, or of another stack's { source, queueArn, queueUrl, commands }, got ${inWords(to)}`,
    );
  }
  const names = "schemas" in to ? Object.keys(to.schemas) : to.commands;
  oneOf(`${where}.command`, command, names);
  const own = "schemas" in to ? to.schemas[command] : undefined;
  if (own !== undefined && schema !== undefined) {
    throw new Error(`[${where}.schema] must be left out where [${where}.to] is a CommandFunction, which has it`);
  }
  const known = own ?? schema;
  if (known === undefined) {
    throw new Error(`[${where}.schema] must be given where [${where}.to] is another stack's function`);
  }
  checkSchema(`${where}.schema`, known);
  return known;
}

/** A parameter of a path is a text, and a member of the data. */
function checkParameters(where: string, path: string, schema: JsonSchema, statusPath: string): void {
  if (path.includes("+}")) {
    throw new Error(`[${where}.path] must not have a parameter that takes the rest of it, got ${inWords(path)}`);
  }
  if (path === statusPath || path.startsWith(`${statusPath}/`)) {
    throw new Error(
      `[${where}.path] must not be that of the status, ${inWords(statusPath)}, or below it, got ${inWords(path)}`,
    );
  }
  for (const name of pathParameterNames(path)) {
    const type = propertiesOf(schema)[name]?.type;
    if (type !== "string") {
      throw new Error(
        `[${where}.path] must have parameters that the command's schema has as properties of type "string", got {${name}} of type ${inWords(type)}`,
      );
    }
  }
}

/** The operations as API Gateway and readers know them. Bodies are validated by the function: API Gateway does not say what is wrong where. */
export function operationShapes(operations: readonly CommandOperation[], statusPath: string): ApiOperationShape[] {
  return [
    ...operations.map(({ method = "POST", path, command, to, operationId = command, summary, schema }, index) => {
      const known = schemaOf(`operations[${index}]`, { path, command, to, schema });
      const requestBody = bodySchema(known, pathParameterNames(path));
      return {
        method,
        path,
        operationId,
        summary: summary ?? `Asks for ${command}`,
        parameters: [...pathParameters(path, known), idempotencyKey],
        ...(requestBody === undefined
          ? {}
          : { requestBody, validateBody: false, bodyRequired: needsBody(known, pathParameterNames(path)) }),
        responses: acceptedResponses,
      };
    }),
    {
      method: "GET",
      path: `${statusPath}/{commandId}`,
      operationId: "getCommand",
      summary: "Tells how far a command is",
      parameters: [commandId],
      responses: statusResponses,
    },
    {
      method: "POST",
      path: `${statusPath}/{commandId}/cancel`,
      operationId: "cancelCommand",
      summary: "Cancels a command that has not begun",
      parameters: [commandId],
      responses: cancelledResponses,
    },
  ];
}

const commandId: ApiParameter = { name: "commandId", in: "path", schema: { type: "string", format: "uuid" } };

const idempotencyKey: ApiParameter = {
  name: "Idempotency-Key",
  in: "header",
  description: "Requests of one caller with the same key are one command. Without it each is another one.",
  schema: { type: "string", minLength: 1, maxLength: 255, pattern: "^[!-~]+$" },
};

function pathParameters(path: string, schema: JsonSchema): ApiParameter[] {
  const properties = propertiesOf(schema);
  return pathParameterNames(path).map((name) => ({ name, in: "path", schema: properties[name] }));
}

/** The schema of what is left to the body; undefined where the path says all. */
function bodySchema(schema: JsonSchema, inPath: readonly string[]): JsonSchema | undefined {
  if (inPath.length === 0) return schema;
  const { required, ...rest } = schema;
  const properties = Object.entries(propertiesOf(schema)).filter(([name]) => !inPath.includes(name));
  if (properties.length === 0) return undefined;
  const names = Array.isArray(required) ? required.filter((name) => !inPath.includes(name)) : [];
  return { ...rest, properties: Object.fromEntries(properties), ...(names.length === 0 ? {} : { required: names }) };
}

/** A request without a body has the data that its path says, and no other. */
function needsBody(schema: JsonSchema, inPath: readonly string[]): boolean {
  const places = inPath.map((name) => `/${escapedMember(name)}`);
  return commandValidator({ data: schema })("data", {}).some(({ path }) => !places.includes(path));
}

function propertiesOf({ properties }: JsonSchema): Readonly<Record<string, JsonSchema>> {
  return isSchemas(properties) ? properties : {};
}

function isSchemas(value: unknown): value is Readonly<Record<string, JsonSchema>> {
  return typeof value === "object" && value !== null && Object.values(value).every(isSchema);
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === "object" && value !== null;
}
