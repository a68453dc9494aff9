// Time inside a realm: Date, performance, timers and timers/promises, all on the simulation's clock.
import type { RealmHost, RealmTimer } from "./host";

type Callback = (...values: unknown[]) => void;

const longestTimeout = 2 ** 31 - 1;

function virtualDate(host: RealmHost): DateConstructor {
  const RealDate = Date;
  function VirtualDate(this: unknown, ...values: unknown[]): unknown {
    if (new.target === undefined) return new RealDate(host.now()).toString();
    return Reflect.construct(RealDate, values.length > 0 ? values : [host.now()], new.target);
  }
  Object.defineProperties(VirtualDate, {
    prototype: { value: RealDate.prototype, writable: false },
    name: { value: "Date" },
    length: { value: 7 },
    now: { value: () => host.now(), writable: true, configurable: true },
    parse: { value: RealDate.parse, writable: true, configurable: true },
    UTC: { value: RealDate.UTC, writable: true, configurable: true },
  });
  Object.defineProperty(RealDate.prototype, "constructor", { value: VirtualDate, writable: true, configurable: true });
  return VirtualDate as unknown as DateConstructor;
}

class Timeout {
  private timer: RealmTimer | undefined;

  constructor(
    private readonly host: RealmHost,
    private readonly run: () => void,
    private readonly delay: number,
    private readonly repeat: boolean,
  ) {
    this.refresh();
  }

  refresh(): this {
    this.timer?.cancel();
    this.timer = this.host.schedule(this.delay, () => {
      this.timer = undefined;
      if (this.repeat) this.refresh();
      this.run();
    });
    return this;
  }

  close(): this {
    this.timer?.cancel();
    this.timer = undefined;
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  hasRef(): boolean {
    return true;
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

function delayOf(value: unknown): number {
  const delay = Number(value);
  return delay >= 1 && delay <= longestTimeout ? Math.trunc(delay) : 1;
}

function promiseTimers(host: RealmHost, aborted: (signal: AbortSignal) => unknown) {
  const wait = (delay: number, value: unknown, options: { signal?: AbortSignal } = {}) =>
    new Promise((resolve, reject) => {
      const { signal } = options;
      if (signal?.aborted) {
        reject(aborted(signal));
        return;
      }
      const timeout = new Timeout(host, () => resolve(value), delay, false);
      signal?.addEventListener("abort", () => {
        timeout.close();
        reject(aborted(signal));
      });
    });
  return {
    setTimeout: (delay?: unknown, value?: unknown, options?: { signal?: AbortSignal }) =>
      wait(delayOf(delay), value, options),
    setImmediate: (value?: unknown, options?: { signal?: AbortSignal }) => wait(0, value, options),
    async *setInterval(delay?: unknown, value?: unknown, options?: { signal?: AbortSignal }) {
      for (;;) yield await wait(delayOf(delay), value, options);
    },
    scheduler: {
      wait: (delay: number, options?: { signal?: AbortSignal }) => wait(delayOf(delay), undefined, options),
      yield: () => wait(0, undefined),
    },
  };
}

export interface RealmTime {
  readonly globals: Record<string, unknown>;
  readonly timers: Record<string, unknown>;
  readonly timersPromises: Record<string, unknown>;
  readonly perfHooks: Record<string, unknown>;
}

export function realmTime(host: RealmHost): RealmTime {
  const started = host.now();
  const HostSignal = host.globals.AbortSignal as typeof AbortSignal;
  const HostController = host.globals.AbortController as typeof AbortController;
  const HostException = host.globals.DOMException as typeof DOMException;
  const aborted = (signal: AbortSignal) =>
    Object.assign(new Error("The operation was aborted", { cause: signal.reason }), {
      name: "AbortError",
      code: "ABORT_ERR",
    });
  const promises = promiseTimers(host, aborted);
  const custom = Symbol.for("nodejs.util.promisify.custom");

  const setTimeout = (run: Callback, delay?: unknown, ...values: unknown[]) =>
    new Timeout(host, () => run(...values), delayOf(delay), false);
  const setInterval = (run: Callback, delay?: unknown, ...values: unknown[]) =>
    new Timeout(host, () => run(...values), delayOf(delay), true);
  const setImmediate = (run: Callback, ...values: unknown[]) => new Timeout(host, () => run(...values), 0, false);
  const clear = (timeout: unknown) => {
    if (timeout instanceof Timeout) timeout.close();
  };
  Object.defineProperty(setTimeout, custom, { value: promises.setTimeout });
  Object.defineProperty(setImmediate, custom, { value: promises.setImmediate });

  const signal = new Proxy(HostSignal, {
    get(target, name) {
      if (name !== "timeout") return Reflect.get(target, name);
      return (milliseconds: number) => {
        const controller = new HostController();
        host.schedule(milliseconds, () =>
          controller.abort(new HostException("The operation was aborted due to timeout", "TimeoutError")),
        );
        return controller.signal;
      };
    },
  });
  const performance = {
    timeOrigin: started,
    now: () => host.now() - started,
    mark: (name: string) => ({ name, entryType: "mark", startTime: host.now() - started, duration: 0 }),
    toJSON: () => ({ timeOrigin: started }),
  };
  const timers = {
    setTimeout,
    setInterval,
    setImmediate,
    clearTimeout: clear,
    clearInterval: clear,
    clearImmediate: clear,
  };
  return {
    timers: { ...timers, promises },
    timersPromises: promises,
    perfHooks: { performance },
    globals: { ...timers, Date: virtualDate(host), performance, AbortSignal: signal },
  };
}
