// `process` inside a realm.
import type { RealmHost } from "./host";
import type { LoopProcess, RealmLoop } from "./realmLoop";
import { unavailable } from "./realmUnavailable";

type Callback = (...values: unknown[]) => void;

export interface RealmProcess extends LoopProcess {
  readonly env: Record<string, string | undefined>;
  readonly stdout: object;
  readonly stderr: object;
  readonly argv: readonly string[];
  readonly nextTick: (run: Callback, ...values: unknown[]) => void;
  emitWarning(warning: unknown): void;
}

/** What touches the machine, other processes or other users. */
const refused = [
  "binding",
  "chdir",
  "dlopen",
  "getActiveResourcesInfo",
  "getgroups",
  "hasUncaughtExceptionCaptureCallback",
  "kill",
  "loadEnvFile",
  "report",
  "resourceUsage",
  "setUncaughtExceptionCaptureCallback",
  "setegid",
  "seteuid",
  "setgid",
  "setuid",
  "stdin",
];

function invalidCallback(value: unknown): TypeError {
  const text = `The "callback" argument must be of type function. Received ${value === null ? "null" : typeof value}`;
  return Object.assign(new TypeError(text), { code: "ERR_INVALID_ARG_TYPE" });
}

function output(host: RealmHost, loop: RealmLoop, name: "stdout" | "stderr") {
  const { Buffer: HostBuffer } = host.globals as { Buffer: typeof Buffer };
  const stream = {
    fd: name === "stdout" ? 1 : 2,
    isTTY: undefined,
    writable: true,
    write(text: unknown, encoding?: unknown, done?: unknown): boolean {
      const bytes = ArrayBuffer.isView(text);
      host.write(name, bytes ? HostBuffer.from(text as Uint8Array).toString("utf8") : String(text));
      const written = typeof encoding === "function" ? encoding : done;
      if (typeof written === "function") loop.nextTick(() => (written as Callback)(null));
      return true;
    },
    end(...values: unknown[]) {
      const [text] = values;
      if (text !== undefined && typeof text !== "function") stream.write(text);
      const ended = values.find((value) => typeof value === "function");
      if (ended !== undefined) loop.nextTick(() => (ended as Callback)(null));
      return stream;
    },
  };
  for (const method of ["on", "once", "off", "addListener", "removeListener", "emit", "cork", "uncork"]) {
    Object.assign(stream, { [method]: () => stream });
  }
  // Node's Console asks before it writes, and swallows the error if it cannot.
  Object.assign(stream, { listenerCount: () => 0 });
  return stream;
}

/** As in Node, what is written into the environment becomes text. */
function environmentOf(host: RealmHost): Record<string, string | undefined> {
  return new Proxy({ ...host.environment } as Record<string, string | undefined>, {
    set: (target, name, value) => Reflect.set(target, name, typeof value === "symbol" ? value : String(value)),
  });
}

function memory(host: RealmHost) {
  const size = Number(host.environment.AWS_LAMBDA_FUNCTION_MEMORY_SIZE ?? 128) * 2 ** 20;
  const used = { rss: 0, heapTotal: 0, heapUsed: 0, external: 0, arrayBuffers: 0 };
  return {
    memoryUsage: Object.assign(() => ({ ...used }), { rss: () => 0 }),
    constrainedMemory: () => size,
    availableMemory: () => size,
    cpuUsage: () => ({ user: 0, system: 0 }),
  };
}

export function realmProcess(host: RealmHost, loop: RealmLoop): RealmProcess {
  const { EventEmitter } = host.pureModule("events") as { EventEmitter: new () => LoopProcess };
  const major = /nodejs(\d+)/.exec(host.environment.AWS_EXECUTION_ENV ?? "")?.[1] ?? "24";
  const started = host.now();
  const hrtime = (since?: readonly [number, number]) => {
    const elapsed = host.now() - started - (since === undefined ? 0 : since[0] * 1000 + since[1] / 1e6);
    return [Math.floor(elapsed / 1000), Math.round((elapsed % 1000) * 1e6)];
  };
  const emitter: LoopProcess & { exitCode?: number } = new EventEmitter();
  const process = Object.assign(emitter, {
    env: environmentOf(host),
    stdout: output(host, loop, "stdout"),
    stderr: output(host, loop, "stderr"),
    nextTick(run: Callback, ...values: unknown[]) {
      if (typeof run !== "function") throw invalidCallback(run);
      loop.nextTick(() => run(...values));
    },
    hrtime: Object.assign(hrtime, { bigint: () => BigInt(Math.round((host.now() - started) * 1e6)) }),
    uptime: () => (host.now() - started) / 1000,
    cwd: () => "/var/task",
    exit(code?: number): never {
      const actual = Number(code ?? emitter.exitCode ?? 0);
      emitter.emit("exit", actual);
      return loop.exit(actual);
    },
    abort: (): never => loop.exit(134),
    emitWarning(warning: unknown) {
      const text = warning instanceof Error ? String(warning) : `Warning: ${String(warning)}`;
      host.write("stderr", `(node:8) ${text}\n`);
      loop.nextTick(
        () => void emitter.emit("warning", warning instanceof Error ? warning : new Error(String(warning))),
      );
    },
    ...memory(host),
    umask: () => 18,
    getuid: () => 993,
    geteuid: () => 993,
    getgid: () => 990,
    getegid: () => 990,
    exitCode: undefined,
    version: `v${major}.0.0`,
    versions: { node: `${major}.0.0`, v8: "13.6" },
    release: { name: "node", lts: "Krypton" },
    platform: "linux",
    arch: "arm64",
    pid: 8,
    ppid: 1,
    title: "node",
    argv: ["/var/lang/bin/node", "/var/runtime/index.mjs"],
    argv0: "/var/lang/bin/node",
    execArgv: [] as string[],
    execPath: "/var/lang/bin/node",
    config: { target_defaults: {}, variables: {} },
    features: {},
    allowedNodeEnvironmentFlags: new Set<string>(),
  });
  for (const name of refused) Object.assign(process, { [name]: unavailable("process", name) });
  return process;
}
