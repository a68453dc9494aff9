// Finds a function's handler as the runtime does; see src/function of aws-lambda-nodejs-runtime-interface-client 4.
import type { RealmHost } from "./host";
import { describe, failure, type RealmFailure } from "./realmErrors";

/** What a handler is called with beside its event. */
export interface LambdaContext {
  [name: string]: unknown;
}

export type Handler = (event: unknown, context: LambdaContext) => unknown;

const callbackText =
  "ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. You need to modify this function to use a supported handler signature to use Node.js 24 or later. For more information see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html.";

function find(path: string, module: unknown): unknown {
  return path
    .split(".")
    .reduce<unknown>(
      (value, key) =>
        typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined,
      module,
    );
}

function isModuleSyntax(error: SyntaxError): boolean {
  return /import statement|import\.meta|Unexpected token 'export'/.test(error.message);
}

function loadFailure(error: unknown): RealmFailure {
  if (error instanceof SyntaxError && isModuleSyntax(error)) {
    return failure(
      "SimulatorUnsupportedModule",
      `the simulator runs CommonJS, and this is an ES module: ${error.message}`,
    );
  }
  const told = describe(error);
  if (error instanceof SyntaxError) {
    return { ...told, errorType: "Runtime.UserCodeSyntaxError", errorMessage: String(error) };
  }
  const missing = error instanceof Error && (error as { code?: string }).code === "MODULE_NOT_FOUND";
  return missing ? failure("Runtime.ImportModuleError", String(error)) : told;
}

/** @param load loads a module of the asset by its path without an extension */
export function findHandler(host: RealmHost, name: string, load: (path: string) => unknown): Handler | RealmFailure {
  if (name.includes("..")) {
    const text = `'${name}' is not a valid handler name. Use absolute paths when specifying root directories in handler names.`;
    return failure("Runtime.MalformedHandlerName", text);
  }
  const [folder, file] = [name.slice(0, name.lastIndexOf("/") + 1), name.slice(name.lastIndexOf("/") + 1)];
  const match = /^([^.]*)\.(.*)$/.exec(file);
  if (match === null) return failure("Runtime.MalformedHandlerName", "Bad handler");
  let loaded: unknown;
  try {
    loaded = load(`${folder}${match[1]}`);
  } catch (error) {
    return loadFailure(error);
  }
  const exported = match[2] as string;
  const handler = find(exported, loaded) || find(`default.${exported}`, loaded);
  if (!handler) return failure("Runtime.HandlerNotFound", `${name} is undefined or not exported`);
  if (typeof handler !== "function") return failure("Runtime.HandlerNotFound", `${name} is not a function`);
  if (handler.length < 3) return handler as Handler;
  return /nodejs(?:18|20|22)\.x$/.test(host.environment.AWS_EXECUTION_ENV ?? "")
    ? failure("SimulatorUnsupportedHandler", `the simulator calls no handler with a callback, and ${name} takes one`)
    : failure("Runtime.CallbackHandlerDeprecated", callbackText);
}
