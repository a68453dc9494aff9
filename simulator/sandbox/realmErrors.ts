// Errors cross as errors: what a module of Node throws is `instanceof Error` in the realm, too.
import type { RealmHost } from "./host";

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
