// `structuredClone` inside a realm: the host's own would give objects of the host, which no `instanceof` recognises.
import type { RealmHost } from "./host";

interface Types {
  isBoxedPrimitive(value: unknown): boolean;
  isAnyArrayBuffer(value: unknown): boolean;
  isNativeError(value: unknown): boolean;
  isExternal(value: unknown): boolean;
  isProxy(value: unknown): boolean;
  isPromise(value: unknown): boolean;
  isWeakMap(value: unknown): boolean;
  isWeakSet(value: unknown): boolean;
}

const errorClasses: Readonly<Record<string, ErrorConstructor>> = {
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
};

/** See "The structured clone algorithm" in MDN. Options are refused: nothing is transferred in a simulated function. */
export function realmClone(host: RealmHost): (value: unknown, options?: { transfer?: readonly unknown[] }) => unknown {
  const { types } = host.pureModule("util") as unknown as { types: Types };
  const HostClone = host.globals.structuredClone as typeof structuredClone;
  const HostException = host.globals.DOMException as typeof DOMException;

  const refuse = (value: unknown) => {
    const text = typeof value === "function" || typeof value === "symbol" ? String(value) : "#<Object>";
    return new HostException(`${text} could not be cloned.`, "DataCloneError");
  };

  const cloneError = (error: Error, seen: Map<object, unknown>): Error => {
    const copy = new (errorClasses[error.name] ?? Error)(error.message);
    seen.set(error, copy);
    Object.defineProperty(copy, "stack", { value: error.stack, writable: true, configurable: true });
    if ("cause" in error) {
      Object.defineProperty(copy, "cause", { value: clone(error.cause, seen), writable: true, configurable: true });
    }
    return copy;
  };

  const cloneContainer = (value: object, seen: Map<object, unknown>): unknown => {
    if (value instanceof Map) {
      const copy = new Map();
      seen.set(value, copy);
      for (const [key, entry] of [...value]) copy.set(clone(key, seen), clone(entry, seen));
      return copy;
    }
    if (value instanceof Set) {
      const copy = new Set();
      seen.set(value, copy);
      for (const entry of [...value]) copy.add(clone(entry, seen));
      return copy;
    }
    const copy: Record<string, unknown> | unknown[] = Array.isArray(value) ? new Array(value.length) : {};
    seen.set(value, copy);
    for (const key of Object.keys(value)) {
      (copy as Record<string, unknown>)[key] = clone((value as Record<string, unknown>)[key], seen);
    }
    return copy;
  };

  const clone = (value: unknown, seen: Map<object, unknown>): unknown => {
    if (typeof value === "function" || typeof value === "symbol") throw refuse(value);
    if (typeof value !== "object" || value === null) return value;
    const known = seen.get(value);
    if (known !== undefined) return known;
    if (types.isProxy(value) || types.isPromise(value) || types.isWeakMap(value) || types.isWeakSet(value)) {
      throw refuse(value);
    }
    if (types.isNativeError(value)) return cloneError(value as Error, seen);
    if (value instanceof Date) return new Date(value.getTime());
    if (value instanceof RegExp) return new RegExp(value.source, value.flags);
    if (types.isBoxedPrimitive(value)) return Object(value.valueOf());
    // Bytes are shared with the host, and so are their classes.
    if (types.isAnyArrayBuffer(value) || ArrayBuffer.isView(value)) return HostClone(value);
    return cloneContainer(value, seen);
  };

  return (value, options) => {
    if ((options?.transfer?.length ?? 0) > 0) throw refuse(options?.transfer?.[0]);
    return clone(value, new Map());
  };
}
