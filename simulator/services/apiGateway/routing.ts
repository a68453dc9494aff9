// Finds the method that a request is for.
import type { ApiMethod } from "./apiDefinition";

export interface Route {
  readonly method: ApiMethod;
  /** As they stand in the path: API Gateway does not decode them (recorded on AWS). */
  readonly pathParameters: Readonly<Record<string, string>> | null;
}

/** A greedy parameter, `{proxy+}`, takes the rest of the path. */
function match(resourcePath: string, path: string): Record<string, string> | undefined {
  const wanted = resourcePath.split("/");
  const parts = path.split("/");
  const parameters: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const greedy = /^\{(.+)\+\}$/.exec(part)?.[1];
    if (greedy !== undefined) {
      const rest = parts.slice(index).join("/");
      return rest === "" ? undefined : { ...parameters, [greedy]: rest };
    }
    const given = parts[index];
    const name = /^\{(.+)\}$/.exec(part)?.[1];
    if (given === undefined || (name === undefined ? given !== part : given === "")) return undefined;
    if (name !== undefined) parameters[name] = given;
  }
  return parts.length === wanted.length ? parameters : undefined;
}

/** Texts before parameters, parameters before greedy ones. */
function precedence(resourcePath: string): string {
  return resourcePath
    .split("/")
    .map((part) => (part.endsWith("+}") ? "2" : part.startsWith("{") ? "1" : "0"))
    .join("");
}

export function findRoute(methods: readonly ApiMethod[], httpMethod: string, path: string): Route | undefined {
  const trimmed = path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path;
  const candidates = methods
    .filter((method) => method.httpMethod === httpMethod)
    .flatMap((method) => {
      const parameters = match(method.resourcePath, trimmed);
      return parameters === undefined ? [] : [{ method, parameters }];
    })
    .sort((a, b) => (precedence(a.method.resourcePath) < precedence(b.method.resourcePath) ? -1 : 1));
  const [first] = candidates;
  if (first === undefined) return undefined;
  return {
    method: first.method,
    pathParameters: Object.keys(first.parameters).length === 0 ? null : first.parameters,
  };
}
