// Errors of a realm: recognised across contexts, and told as Lambda's runtime tells them.
import type { RealmHost, RealmResult } from "./host";

/** Makes the realm's error classes recognise the host's instances by their chain of names. */
export function adoptHostErrors(host: RealmHost): void {
  const { types } = host.pureModule("util") as { types: { isNativeError(value: unknown): boolean } };
  const builtIn = new Set<unknown>([Error, TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError]);
  const ordinary = Function.prototype[Symbol.hasInstance];
  Object.defineProperty(Error, Symbol.hasInstance, {
    configurable: true,
    value(this: { name: string }, value: unknown): boolean {
      if (ordinary.call(this, value)) return true;
      if (!builtIn.has(this) || typeof value !== "object" || value === null) return false;
      let prototype: unknown = Object.getPrototypeOf(value);
      const foreign =
        types.isNativeError(value) ||
        (value as { constructor?: { name?: string } }).constructor?.name === "DOMException";
      while (foreign && typeof prototype === "object" && prototype !== null) {
        if ((prototype as { constructor?: { name?: string } }).constructor?.name === this.name) return true;
        prototype = Object.getPrototypeOf(prototype);
      }
      return false;
    },
  });
}

/** Stack traces show the function's own files and the runtime's, never the simulator's. */
export function hideSimulatorFrames(): void {
  Error.prepareStackTrace = (error, frames) => {
    const shown = frames.filter((frame) =>
      /^(?:\/var\/task\/|\/var\/runtime\/node_modules\/|node:)/.test(frame.getFileName() ?? ""),
    );
    return [String(error), ...shown.map((frame) => `    at ${frame}`)].join("\n");
  };
}

export type RealmFailure = Extract<RealmResult, { ok: false }>;

/** An error that the runtime itself raises. */
export function failure(errorType: string, errorMessage: string): RealmFailure {
  return { ok: false, errorType, errorMessage, trace: [`${errorType}: ${errorMessage}`] };
}

/** See `formatError` in src/utils/error.ts of aws-lambda-nodejs-runtime-interface-client 4. */
export function describe(error: unknown): RealmFailure {
  try {
    if (error instanceof Error) {
      const trace = typeof error.stack === "string" ? error.stack.split("\n") : [];
      return { ok: false, errorType: String(error.name), errorMessage: String(error.message), trace };
    }
    return { ok: false, errorType: typeof error, errorMessage: String(error), trace: [] };
  } catch {
    const errorMessage =
      "callback called with Error argument, but there was a problem while retrieving one or more of its message, name, and stack";
    return { ok: false, errorType: "handled", errorMessage, trace: [] };
  }
}

function withFields(_key: string, value: unknown): unknown {
  if (!(value instanceof Error)) return value;
  const { name: errorType, message: errorMessage, code, stack } = value as Error & { code?: unknown };
  return Object.assign({ errorType, errorMessage, code }, value, { stack: stack?.split("\n") });
}

/** What the runtime logs of an error: its own fields, too. See `toFormatted` in the same file. */
export function logged(error: unknown): string {
  try {
    return JSON.stringify(error instanceof Error ? error : new Error(String(error)), withFields);
  } catch {
    return JSON.stringify(describe(error));
  }
}
