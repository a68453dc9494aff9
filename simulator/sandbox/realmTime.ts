// Time inside a realm: Date, timers and timers/promises, all on the simulation's clock.
import type { RealmHost, RealmTimer } from "./host";
import { realmPerformance } from "./realmPerformance";

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

/** The timers whose number was asked for: `clearTimeout` takes it, too. */
const numbered = new Map<number, Timeout>();
let numbers = 0;

class Timeout {
  private timer: RealmTimer | undefined;
  private referenced = true;
  private number: number | undefined;

  constructor(
    private readonly host: RealmHost,
    private readonly run: Callback,
    private readonly values: readonly unknown[],
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
      else this.forget();
      this.run.apply(this, [...this.values]);
    });
    return this;
  }

  close(): this {
    this.timer?.cancel();
    this.timer = undefined;
    this.forget();
    return this;
  }

  ref(): this {
    this.referenced = true;
    return this;
  }

  unref(): this {
    this.referenced = false;
    return this;
  }

  hasRef(): boolean {
    return this.referenced;
  }

  [Symbol.toPrimitive](): number {
    if (this.number === undefined) {
      numbers += 1;
      this.number = numbers;
      numbered.set(this.number, this);
    }
    return this.number;
  }

  [Symbol.dispose](): void {
    this.close();
  }

  private forget(): void {
    if (this.number !== undefined) numbered.delete(this.number);
  }
}

class Immediate extends Timeout {
  constructor(host: RealmHost, run: Callback, values: readonly unknown[]) {
    super(host, run, values, 0, false);
  }
}

function delayOf(value: unknown): number {
  const delay = Number(value);
  return delay >= 1 && delay <= longestTimeout ? Math.trunc(delay) : 1;
}

function checkCallback(run: unknown): void {
  if (typeof run === "function") return;
  const received = typeof run === "string" ? `type string ('${run}')` : run === undefined ? "undefined" : typeof run;
  const text = `The "callback" argument must be of type function. Received ${received}`;
  throw Object.assign(new TypeError(text), { code: "ERR_INVALID_ARG_TYPE" });
}

function promiseTimers(host: RealmHost, aborted: (signal: AbortSignal) => unknown) {
  const wait = (delay: number, value: unknown, options: { signal?: AbortSignal } = {}) =>
    new Promise((resolve, reject) => {
      const { signal } = options;
      if (signal?.aborted) {
        reject(aborted(signal));
        return;
      }
      const onAbort = () => {
        timeout.close();
        reject(aborted(signal as AbortSignal));
      };
      const timeout = new Timeout(
        host,
        () => {
          signal?.removeEventListener("abort", onAbort);
          resolve(value);
        },
        [],
        delay,
        false,
      );
      signal?.addEventListener("abort", onAbort);
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

/** `AbortSignal` with timeouts in virtual time. */
function virtualSignal(host: RealmHost): typeof AbortSignal {
  const HostSignal = host.globals.AbortSignal as typeof AbortSignal;
  const HostController = host.globals.AbortController as typeof AbortController;
  const HostException = host.globals.DOMException as typeof DOMException;
  const timeout = (milliseconds: number) => {
    const controller = new HostController();
    host.schedule(milliseconds, () =>
      controller.abort(new HostException("The operation was aborted due to timeout", "TimeoutError")),
    );
    return controller.signal;
  };
  return new Proxy(HostSignal, {
    get: (target, name) => (name === "timeout" ? timeout : Reflect.get(target, name)),
  });
}

export function realmTime(host: RealmHost): RealmTime {
  const aborted = (signal: AbortSignal) =>
    Object.assign(new Error("The operation was aborted", { cause: signal.reason }), {
      name: "AbortError",
      code: "ABORT_ERR",
    });
  const promises = promiseTimers(host, aborted);
  const custom = Symbol.for("nodejs.util.promisify.custom");

  const setTimeout = (run: Callback, delay?: unknown, ...values: unknown[]) => {
    checkCallback(run);
    return new Timeout(host, run, values, delayOf(delay), false);
  };
  const setInterval = (run: Callback, delay?: unknown, ...values: unknown[]) => {
    checkCallback(run);
    return new Timeout(host, run, values, delayOf(delay), true);
  };
  const setImmediate = (run: Callback, ...values: unknown[]) => {
    checkCallback(run);
    return new Immediate(host, run, values);
  };
  const clear = (timeout: unknown) => {
    if (timeout instanceof Timeout) timeout.close();
    else if (typeof timeout === "number" || typeof timeout === "string") numbered.get(Number(timeout))?.close();
  };
  Object.defineProperty(setTimeout, custom, { value: promises.setTimeout });
  Object.defineProperty(setImmediate, custom, { value: promises.setImmediate });
  const timers = {
    setTimeout,
    setInterval,
    setImmediate,
    clearTimeout: clear,
    clearInterval: clear,
    clearImmediate: clear,
  };
  const performance = realmPerformance(host);
  return {
    timers: { ...timers, promises },
    timersPromises: promises,
    perfHooks: { performance },
    globals: { ...timers, Date: virtualDate(host), performance, AbortSignal: virtualSignal(host) },
  };
}
