// An operation of an API as a program describes it, and what may be said of it.
import { inWords, matching, nonEmpty, oneOf } from "../validate";
import { gatewaySchema } from "./gatewaySchema";
import { documentSchemas, isSchema } from "./schemaReferences";

/** A method of HTTP that an operation may have. */
export type HttpMethod = "DELETE" | "GET" | "HEAD" | "PATCH" | "POST" | "PUT";

/**
 * A JSON schema of draft 2020-12. API Gateway validates by an older draft: what its models cannot say is an error where it is to validate.
 */
export type JsonSchema = { readonly [keyword: string]: unknown };

/** A parameter of an operation. Those in the path need not be named. */
export interface ApiParameter {
  readonly name: string;
  readonly in: "header" | "path" | "query";
  /** Whether API Gateway refuses requests without it; always, in the path. @default false */
  readonly required?: boolean;
  readonly description?: string;
  /** For readers: API Gateway does not validate the values of parameters. @default `{ type: "string" }` */
  readonly schema?: JsonSchema;
}

/** What an operation is to its clients. */
export interface ApiOperationShape {
  readonly method: HttpMethod;
  /** Begins with `/`; parameters stand in braces, one that takes the rest of the path ends with `+`. @example `"/books/{bookId}"` */
  readonly path: string;
  /** Letters and digits, unique in the API; the handler is told it. @example `"getBook"` */
  readonly operationId: string;
  readonly summary?: string;
  /** @default those of the path */
  readonly parameters?: readonly ApiParameter[];
  /** The schema that a request's body must fulfil, else API Gateway refuses it with what is wrong. @default none: bodies are not validated */
  readonly requestBody?: JsonSchema;
  /** Whether a request must have a body, for readers, where it may have one. @default true */
  readonly bodyRequired?: boolean;
  /**
   * Whether API Gateway validates the body. Without it `requestBody` is for readers alone, and the function must look for itself.
   *
   * @default true
   */
  readonly validateBody?: boolean;
  /** OpenAPI responses by status, for readers. @default `{ "200": { description: "Success" } }` */
  readonly responses?: { readonly [status: string]: unknown };
}

const methods = ["DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"] as const;

/** Parts of a path that API Gateway takes (API CreateResource, pathPart), and a greedy parameter at the end alone. */
const pathPattern = /^\/$|^(?:\/(?:[\w.:-]+|\{[\w.:-]+\}))*(?:\/(?:[\w.:-]+|\{[\w.:-]+\+?\}))$/;

/** @param where the operation's place, such as `operations[0]` */
function checkOperation(where: string, operation: ApiOperationShape): void {
  const { method, path, operationId, parameters = [], requestBody, validateBody = true } = operation;
  oneOf(`${where}.method`, method, methods);
  checkPath(`${where}.path`, path);
  matching(
    `${where}.operationId`,
    operationId,
    /^[A-Za-z][A-Za-z0-9]{0,63}$/,
    "a letter and up to 63 letters and digits",
  );
  for (const [index, parameter] of parameters.entries()) {
    nonEmpty(`${where}.parameters[${index}].name`, parameter.name);
    oneOf(`${where}.parameters[${index}].in`, parameter.in, ["header", "path", "query"]);
    if (parameter.in === "path" && !pathParameterNames(path).includes(parameter.name)) {
      throw new Error(
        `[${where}.parameters[${index}].name] must be one of the path's ${inWords(pathParameterNames(path))}, got ${inWords(parameter.name)}`,
      );
    }
  }
  if (typeof validateBody !== "boolean") {
    throw new Error(`[${where}.validateBody] must be true or false, got ${inWords(validateBody)}`);
  }
  if (requestBody !== undefined) checkBody(`${where}.requestBody`, operation, requestBody);
}

/** @throws when API Gateway has no such path, or one that would be the parameter's name itself, as `:id` of other frameworks */
export function checkPath(where: string, path: string): void {
  matching(
    where,
    path,
    pathPattern,
    'a path such as "/books/{bookId}", of parts with letters, digits, ".", "_", ":" and "-"',
  );
  const meant = path.replaceAll(/\/:([\w.-]+)/g, "/{$1}");
  if (meant !== path) {
    throw new Error(`[${where}] must have its parameters in braces, such as ${inWords(meant)}, got ${inWords(path)}`);
  }
}

function checkBody(where: string, { method, operationId, validateBody = true }: ApiOperationShape, body: JsonSchema) {
  if (!isSchema(body)) throw new Error(`[${where}] must be a JSON schema, got ${inWords(body)}`);
  if (method === "GET" || method === "HEAD") {
    throw new Error(`[${where}] must be left out: a ${method} has no body`);
  }
  const schemas = Object.values(documentSchemas(where, modelName(operationId), body));
  if (validateBody) for (const schema of schemas) gatewaySchema(where, schema);
}

/** @throws when two operations are the same, or have the same id */
export function checkOperations(operations: readonly ApiOperationShape[]): void {
  if (!Array.isArray(operations) || operations.length === 0) {
    throw new Error(`[operations] must be at least one operation, got ${inWords(operations)}`);
  }
  const seen = new Set<string>();
  const parameterAt = new Map<string, string>();
  for (const [index, operation] of operations.entries()) {
    checkOperation(`operations[${index}]`, operation);
    const { method, path, operationId } = operation;
    for (const [member, key] of [
      ["path", `${method} ${path.replaceAll(/\{[^}]+\}/g, "{}")}`],
      ["operationId", operationId],
    ] as const) {
      if (seen.has(key)) throw new Error(`[operations[${index}].${member}] must be unique, got ${inWords(key)} again`);
      seen.add(key);
    }
    checkSiblings(`operations[${index}].path`, path, parameterAt);
  }
}

/** API Gateway has one parameter at a place of its tree of resources, so that paths which share the place must call it alike. */
function checkSiblings(where: string, path: string, parameterAt: Map<string, string>): void {
  let place = "";
  for (const part of path.split("/").slice(1)) {
    const known = parameterAt.get(place);
    if (part.startsWith("{")) {
      if (known !== undefined && known !== part) {
        throw new Error(`[${where}] must have ${known} after "${place}/", as another path has, got ${inWords(path)}`);
      }
      parameterAt.set(place, part);
    }
    place += `/${part}`;
  }
}

/** API Gateway makes a model of each body, whose name has letters and digits alone. */
export function modelName(operationId: string): string {
  return `${operationId[0]?.toUpperCase()}${operationId.slice(1)}Request`;
}

/** The names in the braces. */
export function pathParameterNames(path: string): string[] {
  return [...path.matchAll(/\{([^}+]+)\+?\}/g)].map(([, name = ""]) => name);
}
