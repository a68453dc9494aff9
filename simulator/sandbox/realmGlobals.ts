// Globals of a realm that are neither the language's own nor taken from the host as they are.
import type { RealmHost } from "./host";
import { ReadableStream, realmBlob } from "./realmBlob";
import { unavailable } from "./realmUnavailable";

/** What reaches the network, other threads, or the host's own promises: an error that names it. */
const refused = [
  "BroadcastChannel",
  "CompressionStream",
  "DecompressionStream",
  "FormData",
  "MessageChannel",
  "MessagePort",
  "PerformanceObserver",
  "TextDecoderStream",
  "TextEncoderStream",
  "TransformStream",
  "WebSocket",
  "WritableStream",
];

/** Without a date, Intl formats the time now: the virtual one. */
function useVirtualTime(host: RealmHost): void {
  const { prototype } = Intl.DateTimeFormat;
  const { formatToParts } = prototype;
  const getFormat = Object.getOwnPropertyDescriptor(prototype, "format")?.get as () => Intl.DateTimeFormat["format"];
  const bound = new WeakMap<Intl.DateTimeFormat, Intl.DateTimeFormat["format"]>();
  Object.defineProperty(prototype, "format", {
    configurable: true,
    get(this: Intl.DateTimeFormat) {
      let format = bound.get(this);
      if (format === undefined) {
        const own = getFormat.call(this);
        format = (date) => own(date === undefined ? host.now() : date);
        bound.set(this, format);
      }
      return format;
    },
  });
  Object.defineProperty(prototype, "formatToParts", {
    configurable: true,
    writable: true,
    value(this: Intl.DateTimeFormat, date?: Date | number) {
      return formatToParts.call(this, date === undefined ? host.now() : date);
    },
  });
}

type Constructor = new (...values: unknown[]) => object;

/** WebAssembly compiles in other threads, when it is asked for a promise. */
function compileInPlace(): void {
  const { WebAssembly: assembly } = globalThis as unknown as { WebAssembly: Record<string, Constructor> };
  const { Module, Instance } = assembly as { Module: Constructor; Instance: Constructor };
  const instantiate = async (source: object, imports?: object) => {
    if (source instanceof Module) return new Instance(source, imports);
    const module = new Module(source);
    return { module, instance: new Instance(module, imports) };
  };
  Object.assign(assembly, { instantiate, compile: async (source: object) => new Module(source) });
}

/** Sets up what the language brings, and gives the other globals. */
export function realmGlobals(host: RealmHost): Record<string, unknown> {
  const HostEvent = host.globals.Event as typeof Event;
  class CustomEvent extends HostEvent {
    readonly detail: unknown;

    constructor(type: string, options: { detail?: unknown; bubbles?: boolean; cancelable?: boolean } = {}) {
      super(type, options);
      this.detail = options.detail ?? null;
    }
  }
  useVirtualTime(host);
  compileInPlace();
  for (const name of ["wait", "waitAsync"]) Object.assign(Atomics, { [name]: unavailable("Atomics", name) });
  const { URLPattern } = host.pureModule("url");
  const stubs = Object.fromEntries(refused.map((name) => [name, unavailable("globalThis", name)]));
  const navigator = { hardwareConcurrency: 2, language: "en-US", languages: ["en-US"], platform: "linux" };
  return { ...stubs, ...realmBlob(host), CustomEvent, ReadableStream, URLPattern, navigator };
}
