// Runs inside a sandbox's own vm context: builds the globals that Lambda code sees, and runs its handler.

import type { Realm, RealmHost, RealmInvocation, RealmResult } from "./host";
import { realmConsole } from "./realmConsole";
import { realmCrypto } from "./realmCrypto";
import { adoptHostErrors, hideSimulatorFrames } from "./realmErrors";
import { realmFetch } from "./realmFetch";
import { realmModules } from "./realmModules";
import { realmProcess } from "./realmProcess";
import { realmTime } from "./realmTime";

interface LambdaContext {
  [name: string]: unknown;
}

type Handler = (event: unknown, context: LambdaContext) => unknown;

function describe(error: unknown): RealmResult {
  if (error instanceof Error) {
    const trace = typeof error.stack === "string" ? error.stack.split("\n") : [];
    return { ok: false, errorType: String(error.name), errorMessage: String(error.message), trace };
  }
  return { ok: false, errorType: typeof error, errorMessage: String(error), trace: [] };
}

function failure(errorType: string, errorMessage: string): RealmResult {
  return { ok: false, errorType, errorMessage, trace: [`${errorType}: ${errorMessage}`] };
}

function contextOf(host: RealmHost, invocation: RealmInvocation): LambdaContext {
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: invocation.functionName,
    functionVersion: invocation.functionVersion,
    invokedFunctionArn: invocation.invokedFunctionArn,
    memoryLimitInMB: invocation.memoryLimitInMB,
    awsRequestId: invocation.requestId,
    logGroupName: invocation.logGroupName,
    logStreamName: invocation.logStreamName,
    getRemainingTimeInMillis: () => Math.max(0, invocation.deadline - host.now()),
  };
}

/** Called once a context, before any code of the function. */
export function createRealm(host: RealmHost): Realm {
  const scope = globalThis as unknown as Record<string, unknown>;
  Object.assign(scope, host.globals);
  adoptHostErrors(host);
  hideSimulatorFrames();
  const process = realmProcess(host);
  const time = realmTime(host);
  const crypto = realmCrypto(host);
  const console = realmConsole(host, process.process);
  Object.assign(scope, time.globals, { crypto: crypto.global, process: process.process, console: console.console });
  const queueMicrotask = (run: () => void) => void Promise.resolve().then(run);
  Object.assign(scope, { global: globalThis, queueMicrotask }, realmFetch(host));
  Math.random = () => {
    const bytes = new Uint8Array(6);
    host.fillRandom(bytes);
    return bytes.reduce((sum, byte) => sum * 256 + byte, 0) / 2 ** 48;
  };
  const modules = realmModules(host, {
    process: process.process,
    time,
    crypto: crypto.module,
    console: console.module,
  });
  let handler: Handler | undefined;

  return {
    describe,
    runTicks: process.runTicks,
    load(name) {
      const [path, exported] = [name.slice(0, name.lastIndexOf(".")), name.slice(name.lastIndexOf(".") + 1)];
      let loaded: unknown;
      try {
        loaded = modules.loadHandler(path);
      } catch (error) {
        const told = describe(error);
        const missing = error instanceof Error && (error as { code?: string }).code === "MODULE_NOT_FOUND";
        return missing && !told.ok ? { ...told, errorType: "Runtime.ImportModuleError" } : told;
      }
      const found = (loaded as Record<string, unknown> | undefined)?.[exported];
      if (typeof found !== "function") {
        return failure("Runtime.HandlerNotFound", `${name} is undefined or not exported`);
      }
      handler = found as Handler;
      return undefined;
    },
    invoke(invocation, done) {
      console.begin(invocation.requestId);
      process.process.env._X_AMZN_TRACE_ID = `Root=1-${invocation.requestId.slice(0, 8)}-${invocation.requestId.replaceAll("-", "").slice(0, 24)};Sampled=1`;
      const finish = (result: RealmResult) => {
        if (!result.ok) console.invokeError(result);
        done(result);
      };
      const succeed = (value: unknown) => {
        let payload: string;
        try {
          payload = JSON.stringify(value === undefined ? null : value);
        } catch (error) {
          finish(failure("Runtime.MarshalError", `Unable to stringify response body: ${String(error)}`));
          return;
        }
        finish({ ok: true, payload });
      };
      let result: unknown;
      try {
        result = handler?.(JSON.parse(invocation.event), contextOf(host, invocation));
      } catch (error) {
        finish(describe(error));
        return;
      }
      Promise.resolve(result).then(succeed, (error) => finish(describe(error)));
    },
  };
}
