// An execution environment of Lambda: a vm context of its own, in virtual time, in which the packaged asset runs.
//
// The context has a microtask queue of its own, which is emptied whenever the simulation leaves it: all that one event
// causes in a function has happened before the next event of the simulation.
import { createRequire } from "node:module";
import { createContext, Script } from "node:vm";
import { compileModule, realmScript, runtimePackage } from "./compile";
import type {
  ModuleWrapper,
  Realm,
  RealmFile,
  RealmHost,
  RealmInvocation,
  RealmRequest,
  RealmResponse,
  RealmResult,
} from "./host";
import { hostGlobals } from "./hostGlobals";
import { enterSandbox } from "./watchdog";

export interface SandboxOptions {
  readonly name: string;
  readonly files: ReadonlyMap<string, RealmFile>;
  /** File and export, such as "__index.handler". */
  readonly handler: string;
  readonly environment: Readonly<Record<string, string>>;
  now(): number;
  schedule(milliseconds: number, run: () => void): { cancel(): void };
  fillRandom(bytes: Uint8Array): void;
  request(request: RealmRequest, reply: (response: RealmResponse) => void): void;
  write(stream: "stdout" | "stderr", text: string): void;
  /** The process ended by itself: `process.exit`, or an exception that nobody caught. */
  exited(result: RealmResult): void;
}

type RealmFactory = (require: unknown, process: unknown, controller: unknown) => (host: RealmHost) => Realm;

interface PendingTimer {
  readonly due: number;
  readonly run: () => void;
  timer: { cancel(): void } | undefined;
}

const pureRequire = createRequire(__filename);
const nothing = new Script("0");

/** One execution environment. Frozen between invocations, as Lambda's are: its timers and replies wait. */
export class Sandbox {
  private readonly context = createContext({}, { microtaskMode: "afterEvaluate" });
  private readonly realm: Realm;
  private readonly timers = new Set<PendingTimer>();
  private held: (() => void)[] = [];
  private frozen = false;
  private dead = false;

  constructor(private readonly options: SandboxOptions) {
    // The stream module inside the realm puts its events off by the realm's own nextTick.
    const scope = this.context as { process?: { nextTick(...values: unknown[]): void } };
    const process = {
      nextTick: (...values: unknown[]) => scope.process?.nextTick(...values),
      env: {},
      version: "v24.0.0",
    };
    const require = (name: string) => (name === "process/" ? process : pureRequire(name.replace(/\/$/, "")));
    const create = realmScript().runInContext(this.context) as RealmFactory;
    this.realm = create(require, process, AbortController)(this.host());
  }

  get alive(): boolean {
    return !this.dead;
  }

  /** Runs the handler's module; undefined when it loaded. */
  load(): RealmResult | undefined {
    let failed: RealmResult | undefined;
    this.enter(() => {
      failed = this.realm.load(this.options.handler);
    });
    return failed;
  }

  invoke(invocation: RealmInvocation, done: (result: RealmResult) => void): void {
    this.enter(() => this.realm.invoke(invocation, done));
  }

  freeze(): void {
    this.frozen = true;
    for (const pending of this.timers) {
      pending.timer?.cancel();
      pending.timer = undefined;
    }
  }

  thaw(): void {
    this.frozen = false;
    const waiting = this.held;
    this.held = [];
    for (const pending of this.timers) this.arm(pending);
    for (const run of waiting) this.enter(run);
  }

  /** Nothing of it runs from now on. */
  kill(): void {
    this.freeze();
    this.dead = true;
    this.timers.clear();
    this.held = [];
  }

  private arm(pending: PendingTimer): void {
    pending.timer = this.options.schedule(Math.max(0, pending.due - this.options.now()), () => {
      this.timers.delete(pending);
      this.enter(pending.run);
    });
  }

  /** Runs code of the realm, and all that it put off, to the end. */
  private enter(run: () => void): void {
    if (this.dead) return;
    enterSandbox(this.options.name, () => {
      try {
        run();
        do nothing.runInContext(this.context);
        while (!this.dead && this.realm.runTicks());
      } catch (error) {
        if ((error as { code?: string }).code === "ERR_SCRIPT_EXECUTION_TIMEOUT") throw error;
        this.options.exited(this.realm.describe(error));
      }
    });
  }

  private host(): RealmHost {
    const { options } = this;
    return {
      now: () => options.now(),
      schedule: (milliseconds, run) => {
        const pending: PendingTimer = { due: options.now() + milliseconds, run, timer: undefined };
        this.timers.add(pending);
        if (!this.frozen) this.arm(pending);
        return {
          cancel: () => {
            pending.timer?.cancel();
            this.timers.delete(pending);
          },
        };
      },
      fillRandom: (bytes) => options.fillRandom(bytes),
      request: (request, reply) =>
        options.request(request, (response) => {
          const deliver = () => reply(response);
          if (this.frozen) this.held.push(deliver);
          else this.enter(deliver);
        }),
      write: (stream, text) => options.write(stream, text),
      exit: (code) => {
        const reason = code === 0 ? "without providing a reason" : `with error: exit status ${code}`;
        const errorMessage = `RequestId: {requestId} Error: Runtime exited ${reason}`;
        options.exited({ ok: false, errorType: "Runtime.ExitError", errorMessage });
      },
      pureModule: (name) => pureRequire(`node:${name}`) as Record<string, unknown>,
      files: options.files,
      compile: (path, source) => compileModule(`/var/task/${path}`, source).runInContext(this.context) as ModuleWrapper,
      runtimePackage: (name) => {
        const found = runtimePackage(name);
        if (found === undefined) return undefined;
        return { path: found.path, wrapper: found.script.runInContext(this.context) as ModuleWrapper };
      },
      environment: options.environment,
      globals: hostGlobals,
    };
  }
}
