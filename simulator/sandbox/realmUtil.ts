// `util` and `assert` inside a realm: what hands out promises or puts something off does so in the realm.
import type { RealmHost } from "./host";
import type { RealmProcess } from "./realmProcess";
import { unavailable } from "./realmUnavailable";

type Run = (this: unknown, ...values: unknown[]) => unknown;

const custom = Symbol.for("nodejs.util.promisify.custom");

function invalidFunction(name: string, value: unknown): TypeError {
  const received =
    typeof value === "function" || value === null ? String(value) : `type ${typeof value} (${String(value)})`;
  const text = `The "${name}" argument must be of type function. Received ${received}`;
  return Object.assign(new TypeError(text), { code: "ERR_INVALID_ARG_TYPE" });
}

function promisify(run: Run): unknown {
  if (typeof run !== "function") throw invalidFunction("original", run);
  const given = (run as unknown as Record<symbol, unknown>)[custom];
  if (typeof given === "function") return given;
  const promisified = function promisified(this: unknown, ...values: unknown[]) {
    return new Promise((resolve, reject) => {
      run.call(this, ...values, (error: unknown, value: unknown) => (error ? reject(error) : resolve(value)));
    });
  };
  Object.setPrototypeOf(promisified, Object.getPrototypeOf(run));
  return Object.defineProperties(promisified, Object.getOwnPropertyDescriptors(run));
}

function falsyRejection(reason: unknown): Error {
  return Object.assign(new Error("Promise was rejected with falsy value"), {
    code: "ERR_FALSY_VALUE_REJECTION",
    reason,
  });
}

export function realmUtil(host: RealmHost, process: RealmProcess): Record<string, unknown> {
  const native = host.pureModule("util") as Record<string, Run>;
  const callbackify = (run: Run) => {
    if (typeof run !== "function") throw invalidFunction("original", run);
    return function callbackified(this: unknown, ...values: unknown[]) {
      const done = values.pop();
      if (typeof done !== "function") throw invalidFunction("last argument", done);
      (run.call(this, ...values) as Promise<unknown>).then(
        (value) => process.nextTick(done as Run, null, value),
        (error: unknown) => process.nextTick(done as Run, error || falsyRejection(error)),
      );
    };
  };
  const deprecate = (run: Run, text: string, code?: string) => {
    let told = false;
    return function deprecated(this: unknown, ...values: unknown[]) {
      if (!told) process.emitWarning(`${code === undefined ? "" : `[${code}] `}${text}`);
      told = true;
      return new.target === undefined ? run.apply(this, values) : Reflect.construct(run, values, new.target);
    };
  };
  const parseArgs = (options: object = {}) => native.parseArgs?.({ args: process.argv.slice(2), ...options });
  return Object.assign(Object.create(null), native, {
    promisify: Object.assign(promisify, { custom }),
    callbackify,
    deprecate,
    parseArgs,
    debuglog: () => Object.assign(() => undefined, { enabled: false }),
    debug: () => Object.assign(() => undefined, { enabled: false }),
    aborted: unavailable("util", "aborted"),
  });
}

type Assert = Run & Record<string, Run>;

/** @param name "assert" or "assert/strict" */
export function realmAssert(host: RealmHost, name: string): unknown {
  const native = host.pureModule(name) as unknown as Assert;
  const outcome = async (promise: unknown): Promise<() => unknown> => {
    try {
      const value = await (typeof promise === "function" ? promise() : promise);
      return () => value;
    } catch (error) {
      return () => {
        throw error;
      };
    }
  };
  const assert = Object.assign((...values: unknown[]) => native(...values), native, {
    rejects: async (promise: unknown, ...values: unknown[]) => native.throws?.(await outcome(promise), ...values),
    doesNotReject: async (promise: unknown, ...values: unknown[]) =>
      native.doesNotThrow?.(await outcome(promise), ...values),
  });
  const strict = name === "assert/strict" ? assert : realmAssert(host, "assert/strict");
  return Object.assign(assert, { strict });
}
