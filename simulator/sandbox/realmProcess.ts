// `process` inside a realm.
import type { RealmHost } from "./host";

type Callback = (...values: unknown[]) => void;

export interface RealmProcess {
  readonly env: Record<string, string | undefined>;
  readonly stdout: { write(text: string): boolean };
  readonly stderr: { write(text: string): boolean };
  readonly nextTick: (run: Callback, ...values: unknown[]) => void;
}

function output(host: RealmHost, stream: "stdout" | "stderr") {
  return {
    isTTY: false,
    writable: true,
    write(text: unknown): boolean {
      host.write(stream, String(text));
      return true;
    },
    on() {
      return this;
    },
    once() {
      return this;
    },
    removeListener() {
      return this;
    },
  };
}

/** The process, and what runs the callbacks that `nextTick` put off. */
export function realmProcess(host: RealmHost): { process: RealmProcess; runTicks(): boolean } {
  const { EventEmitter } = host.pureModule("events") as { EventEmitter: new () => object };
  const started = host.now();
  let ticks: (() => void)[] = [];
  const hrtime = (since?: readonly [number, number]) => {
    const elapsed = host.now() - started - (since === undefined ? 0 : since[0] * 1000 + since[1] / 1e6);
    return [Math.floor(elapsed / 1000), Math.round((elapsed % 1000) * 1e6)];
  };
  const process = Object.assign(new EventEmitter(), {
    env: { ...host.environment } as Record<string, string | undefined>,
    stdout: output(host, "stdout"),
    stderr: output(host, "stderr"),
    nextTick: (run: Callback, ...values: unknown[]) => {
      ticks.push(() => run(...values));
    },
    hrtime: Object.assign(hrtime, { bigint: () => BigInt(Math.round((host.now() - started) * 1e6)) }),
    uptime: () => (host.now() - started) / 1000,
    cwd: () => "/var/task",
    exit: (code = 0) => host.exit(Number(code)),
    abort: () => host.exit(134),
    emitWarning: (warning: unknown) => host.write("stderr", `(node:8) ${String(warning)}\n`),
    memoryUsage: () => ({ rss: 0, heapTotal: 0, heapUsed: 0, external: 0, arrayBuffers: 0 }),
    umask: () => 18,
    version: "v24.0.0",
    versions: { node: "24.0.0", v8: "13.6" },
    release: { name: "node" },
    platform: "linux",
    arch: "arm64",
    pid: 8,
    ppid: 1,
    title: "node",
    argv: ["/var/lang/bin/node", "/var/runtime/index.mjs"],
    argv0: "node",
    execArgv: [],
    execPath: "/var/lang/bin/node",
    config: {},
    features: {},
  });
  return {
    process,
    runTicks() {
      if (ticks.length === 0) return false;
      while (ticks.length > 0) {
        const due = ticks;
        ticks = [];
        for (const run of due) run();
      }
      return true;
    },
  };
}
