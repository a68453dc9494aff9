// `events` inside a realm: Node's own emitters, with the promises of the realm instead of the host's.
import type { RealmHost } from "./host";

type Listener = (...values: unknown[]) => void;

interface Emitter {
  on(name: string | symbol, run: Listener): unknown;
  once(name: string | symbol, run: Listener): unknown;
  emit(name: string | symbol, ...values: unknown[]): boolean;
  removeListener(name: string | symbol, run: Listener): unknown;
  listenerCount(name: string | symbol): number;
}

interface Source {
  add(name: string, run: Listener): void;
  remove(name: string, run: Listener): void;
  readonly hasErrors: boolean;
}

interface Options {
  readonly signal?: AbortSignal;
}

function sourceOf(target: Emitter | EventTarget): Source {
  if (typeof (target as Emitter).once === "function") {
    const emitter = target as Emitter;
    return {
      add: (name, run) => void emitter.on(name, run),
      remove: (name, run) => void emitter.removeListener(name, run),
      hasErrors: true,
    };
  }
  const events = target as EventTarget;
  return {
    add: (name, run) => events.addEventListener(name, run as (event: Event) => void),
    remove: (name, run) => events.removeEventListener(name, run as (event: Event) => void),
    hasErrors: false,
  };
}

function abortError(signal: AbortSignal): Error {
  return Object.assign(new Error("The operation was aborted", { cause: signal.reason }), {
    name: "AbortError",
    code: "ABORT_ERR",
  });
}

function once(target: Emitter | EventTarget, name: string, { signal }: Options = {}): Promise<unknown[]> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(abortError(signal));
      return;
    }
    const source = sourceOf(target);
    const end = () => {
      source.remove(name, onEvent);
      if (source.hasErrors && name !== "error") source.remove("error", onError);
      signal?.removeEventListener("abort", onAbort);
    };
    const onEvent = (...values: unknown[]) => {
      end();
      resolve(values);
    };
    const onError = (error: unknown) => {
      end();
      reject(error);
    };
    const onAbort = () => onError(abortError(signal as AbortSignal));
    source.add(name, onEvent);
    if (source.hasErrors && name !== "error") source.add("error", onError);
    signal?.addEventListener("abort", onAbort);
  });
}

function on(target: Emitter | EventTarget, name: string, { signal }: Options = {}): AsyncGenerator<unknown[]> {
  if (signal?.aborted) throw abortError(signal);
  const waiting: unknown[][] = [];
  const failures: unknown[] = [];
  let wake: () => void = () => undefined;
  const source = sourceOf(target);
  const onEvent = (...values: unknown[]) => {
    waiting.push(values);
    wake();
  };
  const onError = (error: unknown) => {
    failures.push(error);
    wake();
  };
  const onAbort = () => onError(abortError(signal as AbortSignal));
  source.add(name, onEvent);
  if (source.hasErrors && name !== "error") source.add("error", onError);
  signal?.addEventListener("abort", onAbort);

  async function* events() {
    try {
      for (;;) {
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) yield next;
        if (failures.length > 0) throw failures[0];
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    } finally {
      source.remove(name, onEvent);
      if (source.hasErrors && name !== "error") source.remove("error", onError);
      signal?.removeEventListener("abort", onAbort);
    }
  }
  return events();
}

type EmitterClass = (new (...values: unknown[]) => Emitter) & { readonly prototype: Emitter };

/** The module of a realm: its emitters throw an "error" without a listener as it is. */
export function realmEvents(host: RealmHost): EmitterClass {
  const HostEmitter = (host.pureModule("events") as unknown as { EventEmitter: EmitterClass }).EventEmitter;
  const prototype = Object.create(HostEmitter.prototype) as Emitter;
  prototype.emit = function emit(this: Emitter, name: string | symbol, ...values: unknown[]) {
    // Node's own takes an error of another context for a value, and wraps it.
    if (name === "error" && values[0] instanceof Error && this.listenerCount("error") === 0) throw values[0];
    return HostEmitter.prototype.emit.call(this, name, ...values);
  };
  const own: Record<string | symbol, unknown> = { once, on, prototype };
  const events: EmitterClass = new Proxy(HostEmitter, {
    get(target, name) {
      if (name === "EventEmitter") return events;
      if (name === Symbol.hasInstance) return (value: unknown) => value instanceof HostEmitter;
      return name in own ? own[name] : Reflect.get(target, name);
    },
  });
  Object.defineProperty(prototype, "constructor", { value: events, writable: true, configurable: true });
  return events;
}
