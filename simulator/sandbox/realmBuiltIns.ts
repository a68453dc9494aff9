// Node's modules inside a realm: pure, virtual or unavailable.
import * as readableStream from "node:stream";
import type { RealmHost } from "./host";
import { realmEvents } from "./realmEvents";
import { realmFs } from "./realmFs";
import { realmHttp } from "./realmHttp";
import { realmHttp2 } from "./realmHttp2";
import type { RealmLoop } from "./realmLoop";
import type { RealmProcess } from "./realmProcess";
import type { RealmTime } from "./realmTime";
import { unavailable, unavailableModule } from "./realmUnavailable";
import { realmAssert, realmUtil } from "./realmUtil";

/** What the modules share with the globals. */
export interface Parts {
  readonly process: RealmProcess;
  readonly time: RealmTime;
  readonly crypto: Record<string, unknown>;
  readonly console: Record<string, unknown>;
}

/** Compute only; the host's own are used. */
const pure = [
  "buffer",
  "constants",
  "diagnostics_channel",
  "path",
  "path/posix",
  "path/win32",
  "punycode",
  "querystring",
  "string_decoder",
  "url",
  "util/types",
];
const refused = [
  "child_process",
  "cluster",
  "dgram",
  "dns",
  "dns/promises",
  "domain",
  "inspector",
  "inspector/promises",
  "net",
  "readline",
  "readline/promises",
  "repl",
  "sqlite",
  "stream/web",
  "test",
  "tls",
  "trace_events",
  "tty",
  "v8",
  "vm",
  "wasi",
];

type Done = (error: unknown, value?: unknown) => void;

function realmZlib(host: RealmHost): Record<string, unknown> {
  const native = host.pureModule("zlib");
  const own: Record<string, unknown> = {};
  for (const name of Object.keys(native)) {
    if (name.startsWith("create")) own[name] = unavailable("zlib", name);
    const sync = native[`${name}Sync`];
    if (typeof sync !== "function") continue;
    own[name] = (...values: unknown[]) => {
      const done = values.pop() as Done;
      host.schedule(0, () => {
        let result: unknown;
        try {
          result = sync(...values);
        } catch (error) {
          done(error);
          return;
        }
        done(null, result);
      });
    };
  }
  return Object.assign(Object.create(null), native, own);
}

interface AsyncHooks {
  readonly AsyncLocalStorage: { snapshot(): (run: () => void) => void };
}

/** From its first use on, the loop carries the contexts of AsyncLocalStorage; `await` does so by itself. */
function asyncHooks(host: RealmHost, loop: RealmLoop): unknown {
  const native = host.pureModule("async_hooks");
  const { AsyncLocalStorage } = native as unknown as AsyncHooks;
  loop.carry((run) => {
    const enter = AsyncLocalStorage.snapshot();
    return () => enter(run);
  });
  return native;
}

/** See "Utility consumers" in Node's documentation of web streams. */
function streamConsumers(host: RealmHost): Record<string, unknown> {
  const { Buffer: HostBuffer } = host.globals as { Buffer: typeof Buffer };
  const buffer = async (stream: AsyncIterable<string | Uint8Array>) => {
    const chunks: Buffer[] = [];
    for await (const chunk of stream) {
      chunks.push(typeof chunk === "string" ? HostBuffer.from(chunk) : HostBuffer.from(chunk));
    }
    return HostBuffer.concat(chunks);
  };
  const text = async (stream: AsyncIterable<string | Uint8Array>) => (await buffer(stream)).toString("utf8");
  return {
    buffer,
    text,
    json: async (stream: AsyncIterable<string | Uint8Array>): Promise<unknown> => JSON.parse(await text(stream)),
    arrayBuffer: async (stream: AsyncIterable<string | Uint8Array>) => new Uint8Array(await buffer(stream)).buffer,
  };
}

/** By name without "node:"; each is made when it is first required. */
export function builtIns(host: RealmHost, loop: RealmLoop, parts: Parts): Map<string, () => unknown> {
  const fs = realmFs(host);
  const stream = readableStream.Stream;
  const events = realmEvents(host);
  // Streams are emitters of this realm, so that their errors are.
  Object.setPrototypeOf(stream.prototype, events.prototype);
  const isBuiltIn = (name: string) => table.has(name.replace(/^node:/, ""));
  const os = {
    constants: { signals: {}, errno: {} },
    availableParallelism: () => 2,
    loadavg: () => [0, 0, 0],
    uptime: () => host.now() / 1000,
    EOL: "\n",
    platform: () => "linux",
    arch: () => "arm64",
    type: () => "Linux",
    release: () => "6.1",
    homedir: () => "/home/sbx_user1051",
    tmpdir: () => "/tmp",
    hostname: () => "sandbox",
    cpus: () => [],
    totalmem: () => 2 ** 28,
    freemem: () => 2 ** 27,
    endianness: () => "LE",
    networkInterfaces: () => ({}),
    userInfo: () => ({ username: "sbx_user1051", homedir: "/home/sbx_user1051" }),
  };
  const table: Map<string, () => unknown> = new Map<string, () => unknown>([
    ["console", () => parts.console],
    ["crypto", () => parts.crypto],
    ["assert", () => realmAssert(host, "assert")],
    ["assert/strict", () => realmAssert(host, "assert/strict")],
    ["async_hooks", () => asyncHooks(host, loop)],
    ["events", () => events],
    ["fs", () => fs.fs],
    ["fs/promises", () => fs.promises],
    ["http", () => realmHttp(host, "http")],
    ["https", () => realmHttp(host, "https")],
    ["http2", () => realmHttp2(host, events)],
    ["os", () => unavailableModule("os", os)],
    ["perf_hooks", () => unavailableModule("perf_hooks", parts.time.perfHooks)],
    ["process", () => parts.process],
    ["stream", () => stream],
    ["stream/consumers", () => streamConsumers(host)],
    ["stream/promises", () => readableStream.promises],
    ["timers", () => parts.time.timers],
    ["timers/promises", () => parts.time.timersPromises],
    ["util", () => realmUtil(host, parts.process)],
    ["module", () => unavailableModule("module", { builtinModules: [...table.keys()], isBuiltin: isBuiltIn })],
    [
      "worker_threads",
      () =>
        unavailableModule("worker_threads", { isMainThread: true, threadId: 0, parentPort: null, workerData: null }),
    ],
    ["zlib", () => realmZlib(host)],
  ]);
  for (const name of pure) table.set(name, () => host.pureModule(name));
  for (const name of refused) table.set(name, () => unavailableModule(name));
  return table;
}
