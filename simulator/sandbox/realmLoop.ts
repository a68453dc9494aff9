// The event loop of a realm: how code is entered, what runs before it is left, and what becomes of errors that nobody
// caught. They end the process, as in the runtime nodejs24.x, which has no handlers of its own for them (see ignition.ts
// of aws-lambda-nodejs-runtime-interface-client 4).
import type { RealmHost, RealmResult } from "./host";
import type { Rejections } from "./realmRejections";

/** The process, as far as the loop needs it. */
export interface LoopProcess {
  readonly version: string;
  emit(name: string, ...values: unknown[]): boolean;
  listenerCount(name: string): number;
}

type Bind = (run: () => void) => () => void;

/** Ends a realm's code at once; nobody is meant to catch it. */
class Ended {}

export interface RealmLoop {
  /** The simulation, entered through this loop; without effect once the process has ended. */
  readonly host: RealmHost;
  /** Runs code that the runtime calls: Node runs microtasks before ticks there. */
  enter(run: () => void): void;
  nextTick(run: () => void): void;
  queueMicrotask(run: () => void): void;
  /** Runs what is due when the microtasks have run; tells whether there was anything. */
  runTicks(): boolean;
  /** Ends the process. */
  exit(code: number): never;
  /** Carries the context of AsyncLocalStorage into timers, ticks and replies from now on. */
  carry(bind: Bind): void;
  /** What the caller of a function gets whose process died. */
  readonly death: RealmResult;
}

export function createLoop(host: RealmHost, process: () => LoopProcess, rejections: Rejections): RealmLoop {
  const { inspect } = host.pureModule("util") as { inspect(value: unknown): string };
  let ticks: (() => void)[] = [];
  let over = false;
  let bind: Bind = (run) => run;

  const finish = () => {
    over = true;
    ticks = [];
    rejections.silence();
  };
  const die = (error: unknown): never => {
    if (error instanceof Ended) throw error;
    host.write("stderr", `${inspect(error)}\n\nNode.js ${process().version}\n`);
    finish();
    throw new Ended();
  };
  const raise = (error: unknown, origin = "uncaughtException") => {
    if (error instanceof Ended) throw error;
    // An emitter of Node's own takes no error of a realm for one.
    const wrapped = error as { code?: string; context?: unknown } | null;
    const thrown = wrapped?.code === "ERR_UNHANDLED_ERROR" ? (wrapped.context ?? error) : error;
    if (process().listenerCount("uncaughtException") === 0) die(thrown);
    attempt(() => void process().emit("uncaughtException", thrown, origin), die);
  };
  const attempt = (run: () => void, failed: (error: unknown) => void) => {
    try {
      run();
    } catch (error) {
      failed(error);
    }
  };
  const drainTicks = () => {
    const any = ticks.length > 0;
    while (ticks.length > 0) {
      const due = ticks;
      ticks = [];
      for (const run of due) attempt(run, raise);
    }
    return any;
  };
  const enter = (run: () => void) => {
    rejections.begin();
    attempt(run, raise);
  };
  const enterFromOutside = (run: () => void) =>
    enter(() => {
      attempt(run, raise);
      drainTicks();
    });
  const unhandled = (reason: unknown, promise: object) => {
    if (process().listenerCount("unhandledRejection") > 0) {
      attempt(() => void process().emit("unhandledRejection", reason, promise), raise);
      return;
    }
    const hasStack = typeof reason === "object" && reason !== null && Object.hasOwn(reason, "stack");
    const text = `This error originated either by throwing inside of an async function without a catch block, or by rejecting a promise which was not handled with .catch(). The promise rejected with the reason "${String(reason)}".`;
    const error = hasStack
      ? reason
      : Object.assign(new Error(text), { name: "UnhandledPromiseRejection", code: "ERR_UNHANDLED_REJECTION" });
    raise(error, "unhandledRejection");
  };

  return {
    host: {
      ...host,
      schedule(milliseconds, run) {
        if (over) return { cancel: () => undefined };
        const bound = bind(run);
        return host.schedule(milliseconds, () => enterFromOutside(bound));
      },
      request(request, reply) {
        if (over) return;
        let answer: Parameters<typeof reply>[0] | undefined;
        const bound = bind(() => reply(answer as Parameters<typeof reply>[0]));
        host.request(request, (response) => {
          answer = response;
          enterFromOutside(bound);
        });
      },
      write(stream, text) {
        if (!over) host.write(stream, text);
      },
    },
    enter,
    nextTick(run) {
      if (!over) ticks.push(bind(run));
    },
    queueMicrotask(run) {
      const bound = bind(run);
      void Promise.resolve().then(() => attempt(bound, (error) => ticks.unshift(() => raise(error))));
    },
    runTicks() {
      if (drainTicks()) return true;
      const found = rejections.take();
      for (const { reason, promise } of found) unhandled(reason, promise);
      if (found.length > 0 || rejections.probe()) return true;
      rejections.end();
      return false;
    },
    exit(code) {
      host.exit(code);
      finish();
      throw new Ended();
    },
    carry(how) {
      bind = how;
    },
    death: {
      ok: false,
      errorType: "Runtime.ExitError",
      errorMessage: "RequestId: {requestId} Error: Runtime exited with error: exit status 1",
    },
  };
}
