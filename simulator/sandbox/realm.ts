// Runs inside a sandbox's own vm context: builds the globals that Lambda code sees, and runs its handler.

import type { Realm, RealmHost, RealmInvocation, RealmResult } from "./host";
import { realmClone } from "./realmClone";
import { realmConsole } from "./realmConsole";
import { realmCrypto } from "./realmCrypto";
import { adoptHostErrors, describe, hideSimulatorFrames } from "./realmErrors";
import { realmFetch } from "./realmFetch";
import { realmGlobals } from "./realmGlobals";
import { findHandler, type Handler, type LambdaContext } from "./realmHandler";
import { createLoop } from "./realmLoop";
import { realmModules } from "./realmModules";
import { type RealmProcess, realmProcess } from "./realmProcess";
import { realmRejections } from "./realmRejections";
import { realmTime } from "./realmTime";

function contextOf(host: RealmHost, invocation: RealmInvocation, traceId: string): LambdaContext {
  return {
    clientContext: invocation.clientContext === undefined ? undefined : JSON.parse(invocation.clientContext),
    identity: undefined,
    invokedFunctionArn: invocation.invokedFunctionArn,
    awsRequestId: invocation.requestId,
    xRayTraceId: traceId,
    getRemainingTimeInMillis: () => invocation.deadline - host.now(),
    functionName: invocation.functionName,
    functionVersion: invocation.functionVersion,
    memoryLimitInMB: invocation.memoryLimitInMB,
    logGroupName: invocation.logGroupName,
    logStreamName: invocation.logStreamName,
  };
}

function stringifyError(): Error {
  return Object.assign(new Error("Unable to stringify response body"), { name: "Runtime.JSONStringifyError" });
}

/** Called once a context, before any code of the function. */
export function createRealm(outside: RealmHost): Realm {
  const scope = globalThis as unknown as Record<string, unknown>;
  Object.assign(scope, outside.globals);
  adoptHostErrors(outside);
  hideSimulatorFrames();
  let process: RealmProcess | undefined;
  const loop = createLoop(outside, () => process as RealmProcess, realmRejections(outside));
  const { host } = loop;
  const own = realmProcess(host, loop);
  process = own;
  const time = realmTime(host);
  const crypto = realmCrypto(host);
  const console = realmConsole(host, own);
  Object.assign(scope, realmGlobals(host), time.globals, { structuredClone: realmClone(host) });
  Object.assign(scope, { crypto: crypto.global, process: own, console: console.console });
  Object.assign(scope, { global: globalThis, queueMicrotask: loop.queueMicrotask }, realmFetch(host));
  Math.random = () => {
    const bytes = new Uint8Array(6);
    host.fillRandom(bytes);
    return bytes.reduce((sum, byte) => sum * 256 + byte, 0) / 2 ** 48;
  };
  const parts = { process: own, time, crypto: crypto.module, console: console.module };
  const modules = realmModules(host, loop, parts);
  let handler: Handler | undefined;

  return {
    describe: () => loop.death,
    runTicks: loop.runTicks,
    load(name) {
      let failed: RealmResult | undefined;
      loop.enter(() => {
        const found = findHandler(host, name, modules.loadHandler);
        if (typeof found === "function") handler = found;
        else failed = found;
      });
      return failed;
    },
    invoke(invocation, done) {
      const { requestId } = invocation;
      const traceId = `Root=1-${requestId.slice(0, 8)}-${requestId.replaceAll("-", "").slice(0, 24)};Sampled=1`;
      console.begin(requestId);
      own.env._X_AMZN_TRACE_ID = traceId;
      // The runtime posts a result one turn later, so that what the handler left unhandled ends the process first.
      const post = (result: RealmResult) => void host.schedule(0, () => done(result));
      const fail = (error: unknown) => {
        console.invokeError(error);
        post(describe(error));
      };
      const succeed = (value: unknown) => {
        let payload: string | undefined;
        try {
          payload = JSON.stringify(value);
        } catch {
          fail(stringifyError());
          return;
        }
        post({ ok: true, payload: payload ?? "null" });
      };
      loop.enter(() => {
        const run = async () => handler?.(JSON.parse(invocation.event), contextOf(host, invocation, traceId));
        run().then(succeed, fail);
      });
    },
  };
}
