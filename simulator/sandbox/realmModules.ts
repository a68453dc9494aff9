// `require` inside a realm: Node's modules (pure, virtual or unavailable), the asset's own files, the runtime's packages.
import * as readableStream from "node:stream";
import type { RealmHost } from "./host";
import { realmFs } from "./realmFs";
import { realmHttp } from "./realmHttp";
import type { RealmTime } from "./realmTime";
import { unavailable, unavailableModule } from "./realmUnavailable";

interface Parts {
  readonly process: object;
  readonly time: RealmTime;
  readonly crypto: Record<string, unknown>;
  readonly console: Record<string, unknown>;
}

/** Compute only; the host's own are used. */
const pure = [
  "assert",
  "assert/strict",
  "async_hooks",
  "buffer",
  "constants",
  "diagnostics_channel",
  "path",
  "path/posix",
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
  "http2",
  "inspector",
  "module",
  "net",
  "readline",
  "readline/promises",
  "repl",
  "sqlite",
  "stream/web",
  "tls",
  "trace_events",
  "tty",
  "v8",
  "vm",
  "wasi",
];

type Done = (error: unknown, value?: unknown) => void;

function promisify(run: (...values: unknown[]) => unknown): unknown {
  const custom = (run as unknown as Record<symbol, unknown>)[Symbol.for("nodejs.util.promisify.custom")];
  if (typeof custom === "function") return custom;
  return function promisified(this: unknown, ...values: unknown[]) {
    return new Promise((resolve, reject) => {
      run.call(this, ...values, (error: unknown, value: unknown) => (error ? reject(error) : resolve(value)));
    });
  };
}

function realmEvents(host: RealmHost): unknown {
  const HostEmitter = host.pureModule("events") as unknown as { prototype: object };
  const once = (emitter: NodeJS.EventEmitter, name: string) =>
    new Promise((resolve, reject) => {
      const onError = (error: unknown) => reject(error);
      if (name !== "error") emitter.once("error", onError);
      emitter.once(name, (...values: unknown[]) => {
        emitter.removeListener("error", onError);
        resolve(values);
      });
    });
  const own: Record<string, unknown> = { once, on: unavailable("events", "on") };
  const events: object = new Proxy(HostEmitter, {
    get: (target, name) => {
      if (name === "EventEmitter" || name === "default") return events;
      return typeof name === "string" && name in own ? own[name] : Reflect.get(target, name);
    },
  });
  return events;
}

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

function builtIns(host: RealmHost, parts: Parts): Map<string, () => unknown> {
  const fs = realmFs(host);
  const stream = readableStream.Stream;
  const os = {
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
  const table = new Map<string, () => unknown>([
    ["console", () => parts.console],
    ["crypto", () => parts.crypto],
    ["events", () => realmEvents(host)],
    ["fs", () => fs.fs],
    ["fs/promises", () => fs.promises],
    ["http", () => realmHttp(host, "http")],
    ["https", () => realmHttp(host, "https")],
    ["os", () => unavailableModule("os", os)],
    ["perf_hooks", () => unavailableModule("perf_hooks", parts.time.perfHooks)],
    ["process", () => parts.process],
    ["stream", () => stream],
    ["stream/promises", () => readableStream.promises],
    ["timers", () => parts.time.timers],
    ["timers/promises", () => parts.time.timersPromises],
    [
      "util",
      () =>
        Object.assign(Object.create(null), host.pureModule("util"), {
          promisify: Object.assign(promisify, { custom: Symbol.for("nodejs.util.promisify.custom") }),
        }),
    ],
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

function notFound(name: string, from: string): Error {
  return Object.assign(new Error(`Cannot find module '${name}'\nRequire stack:\n- ${from}`), {
    code: "MODULE_NOT_FOUND",
  });
}

function join(folder: string, relative: string): string {
  const parts = folder.split("/").filter((part) => part !== "");
  for (const part of relative.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "." && part !== "") parts.push(part);
  }
  return parts.join("/");
}

export function realmModules(host: RealmHost, parts: Parts): { loadHandler(path: string): unknown } {
  const table = builtIns(host, parts);
  const loaded = new Map<string, { exports: unknown }>();

  const builtIn = (name: string): unknown => {
    const key = `node:${name}`;
    const known = loaded.get(key);
    if (known !== undefined) return known.exports;
    const module = { exports: table.get(name)?.() };
    loaded.set(key, module);
    return module.exports;
  };
  const packaged = (name: string, from: string): unknown => {
    const known = loaded.get(`package:${name}`);
    if (known !== undefined) return known.exports;
    const found = host.runtimePackage(name);
    if (found === undefined) throw notFound(name, from);
    const module = { exports: {} as unknown };
    loaded.set(`package:${name}`, module);
    found.wrapper(
      module.exports as object,
      (wanted) => requireFrom("", wanted, found.path),
      module,
      found.path,
      "/var/runtime",
    );
    return module.exports;
  };
  const ownFile = (path: string): unknown => {
    const known = loaded.get(path);
    if (known !== undefined) return known.exports;
    const file = host.files.get(path);
    if (file === undefined) return undefined;
    const { Buffer: HostBuffer } = host.globals as { Buffer: typeof Buffer };
    const source = HostBuffer.from(file.content).toString("utf8");
    const module = { exports: {} as unknown };
    loaded.set(path, module);
    if (path.endsWith(".json")) {
      module.exports = JSON.parse(source);
      return module.exports;
    }
    const folder = path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "";
    const wrapper = host.compile(path, source);
    const require = (name: string) => requireFrom(folder, name, `/var/task/${path}`);
    wrapper(module.exports as object, require, module, `/var/task/${path}`, `/var/task/${folder}`);
    return module.exports;
  };
  const resolveFile = (base: string): string | undefined =>
    [base, `${base}.js`, `${base}.cjs`, `${base}.json`, `${base}/index.js`].find((path) => host.files.has(path));

  function requireFrom(folder: string, name: string, from: string): unknown {
    const bare = name.replace(/^node:/, "").replace(/\/$/, "");
    if (table.has(bare)) return builtIn(bare);
    if (name.startsWith("node:")) return unavailableModule(bare);
    if (name.startsWith(".") || name.startsWith("/var/task/")) {
      const base = name.startsWith("/") ? join("", name.replace("/var/task/", "")) : join(folder, name);
      const path = resolveFile(base);
      if (path === undefined) throw notFound(name, from);
      return ownFile(path);
    }
    const inAsset = resolveFile(`node_modules/${name}`);
    return inAsset === undefined ? packaged(name, from) : ownFile(inAsset);
  }

  return {
    loadHandler(path) {
      const file = resolveFile(join("", path));
      if (file === undefined) throw notFound(path, "/var/runtime/index.mjs");
      return ownFile(file);
    },
  };
}
