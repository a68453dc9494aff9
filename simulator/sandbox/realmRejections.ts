// Finds the rejected promises of a realm that nobody handles, at the moment at which Node looks for them: when no
// microtask and no tick is left. V8 tells of rejections only to Node, and Node only once the host's own code has ended.
import type { RealmHost } from "./host";

type Hear = (promise: object) => void;

/** One for a process: V8's promise hooks are, too. */
interface Hub {
  /** Hears of the promises that `await` makes of a thenable, and waits for, while a realm's code runs. */
  awaited: Hear | undefined;
  /** Hears of every promise that settles. */
  settled: Hear | undefined;
  /** The prototypes of the realms' promises, with the function's name and whether its environment has ended. */
  readonly realms: WeakMap<object, () => { readonly name: string; readonly ended: boolean }>;
}

interface V8 {
  readonly promiseHooks: {
    createHook(hooks: { init(promise: object, parent: object | undefined): void; settled: Hear }): void;
  };
}

interface HostProcess {
  on(name: "unhandledRejection", run: (reason: unknown, promise: object) => void): void;
  listenerCount(name: string): number;
  emitWarning(text: string): void;
}

const hubKey = Symbol.for("respool.simulator.settledPromises");

/** Ends with the realm that made it, but a process keeps that one. */
function createHub(host: RealmHost): Hub {
  const hub: Hub = { awaited: undefined, settled: undefined, realms: new WeakMap() };
  let newest: object | undefined;
  let newestParent: object | undefined;
  (host.pureModule("v8") as unknown as V8).promiseHooks.createHook({
    init(promise, parent) {
      // `await` makes a promise whose parent is that of the async function, and at once one that continues it.
      if (parent !== undefined && parent === newest && newestParent !== undefined) hub.awaited?.(parent);
      newest = promise;
      newestParent = parent;
    },
    settled: (promise) => hub.settled?.(promise),
  });
  const process = host.pureModule("process") as unknown as HostProcess;
  // What the accessor below cannot see, such as a subclass of Promise, must not end the host.
  process.on("unhandledRejection", (reason, promise) => {
    let prototype = Object.getPrototypeOf(promise) as object | null;
    while (prototype !== null && !hub.realms.has(prototype)) prototype = Object.getPrototypeOf(prototype);
    const realm = prototype === null ? undefined : hub.realms.get(prototype)?.();
    if (realm === undefined) {
      // Other listeners decide; without any, Node would have thrown.
      if (process.listenerCount("unhandledRejection") === 1) throw reason;
      return;
    }
    if (realm.ended) return;
    const text = reason instanceof Error ? reason.stack : String(reason);
    process.emitWarning(
      `function ${realm.name} left a rejected promise unhandled; on AWS its process ends then: ${text}`,
    );
  });
  return hub;
}

/** A constructor that stamps a field on the promise itself: nobody sees it, and it costs less than a WeakSet. */
function Stamped(promise: object): object {
  return promise;
}

/** Marks a promise as one that somebody handles. */
class Handled extends (Stamped as unknown as new (promise: object) => object) {
  #handled = true;

  static has(promise: object): promise is Handled {
    return #handled in promise;
  }
}

export interface Rejections {
  /** From now on, the promises that settle are this realm's concern. */
  begin(): void;
  /** Looks at what settled without a handler; tells whether microtasks must run before `take` knows more. */
  probe(): boolean;
  /** The rejections that were found, oldest first. */
  take(): readonly { readonly reason: unknown; readonly promise: object }[];
  /** Nothing is under way in this realm. */
  end(): void;
  /** The environment ended: whatever is still rejected is nobody's concern. */
  silence(): void;
}

/** Called once a realm, before any code of the function. */
export function realmRejections(host: RealmHost): Rejections {
  const v8 = host.pureModule("v8") as Record<symbol, Hub | undefined>;
  const hub = v8[hubKey] ?? createHub(host);
  v8[hubKey] = hub;
  const RealmPromise = Promise;
  const { prototype } = RealmPromise;
  const { then } = prototype;
  const name = host.environment.AWS_LAMBDA_FUNCTION_NAME ?? "";
  let ended = false;
  let settled: object[] = [];
  let found: { reason: unknown; promise: object }[] = [];
  hub.realms.set(prototype, () => ({ name, ended }));

  const remember: Hear = (promise) => void settled.push(promise);
  const mark = (promise: object) => {
    if (!Handled.has(promise)) new Handled(promise);
  };
  const watch = (promise: object, rejected: (reason: unknown) => void) => {
    mark(promise);
    mark(then.call(promise, undefined, rejected));
  };
  // All ways to handle a promise ask for its constructor first.
  Object.defineProperty(prototype, "constructor", {
    configurable: true,
    get(this: object) {
      mark(this);
      return RealmPromise;
    },
    set(this: object, value: unknown) {
      Object.defineProperty(this, "constructor", { value, writable: true, configurable: true, enumerable: true });
    },
  });
  // `util.inspect` looks for a name among the values of the prototypes' constructors.
  Object.setPrototypeOf(prototype, Object.create(Object.prototype, { constructor: { value: RealmPromise } }));

  const isOpen = (promise: object) => !Handled.has(promise) && Object.getPrototypeOf(promise) === prototype;
  return {
    begin() {
      hub.awaited = mark;
      hub.settled = remember;
    },
    probe() {
      const open = settled.filter(isOpen);
      settled = [];
      for (const promise of open) watch(promise, (reason) => void found.push({ reason, promise }));
      return open.length > 0;
    },
    take() {
      const taken = found;
      found = [];
      return taken;
    },
    end() {
      hub.awaited = undefined;
      hub.settled = undefined;
      settled = [];
    },
    silence() {
      ended = true;
      for (const promise of settled.filter(isOpen)) watch(promise, () => undefined);
      settled = [];
      hub.awaited = mark;
      hub.settled = (promise) => {
        if (isOpen(promise)) watch(promise, () => undefined);
      };
    },
  };
}
