// What code inside a sandbox's realm may ask of the simulation outside.

/** An HTTP request that leaves a realm. */
export interface RealmRequest {
  readonly method: string;
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export type RealmResponse =
  | {
      readonly kind: "response";
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: Uint8Array;
    }
  | { readonly kind: "failure"; readonly code: string; readonly message: string };

/** A timer of the simulation's clock. */
export interface RealmTimer {
  cancel(): void;
}

/** A file of the packaged asset. */
export interface RealmFile {
  readonly path: string;
  readonly content: Uint8Array;
}

/** How a compiled module is run: with its realm's own require. */
export type ModuleWrapper = (
  exports: object,
  require: (name: string) => unknown,
  module: { exports: unknown },
  filename: string,
  dirname: string,
) => void;

/** Everything that a realm gets from the simulation; nothing else of the machine is reachable. */
export interface RealmHost {
  /** Virtual time in milliseconds. */
  now(): number;
  schedule(milliseconds: number, run: () => void): RealmTimer;
  fillRandom(bytes: Uint8Array): void;
  request(request: RealmRequest, reply: (response: RealmResponse) => void): void;
  write(stream: "stdout" | "stderr", text: string): void;
  /** `process.exit` and `process.abort`. */
  exit(code: number): void;
  /** A module of Node that computes and does no input or output. */
  pureModule(name: string): Record<string, unknown>;
  /** Files below /var/task. */
  readonly files: ReadonlyMap<string, RealmFile>;
  /** Compiles a file of the asset in this realm. */
  compile(path: string, source: string): ModuleWrapper;
  /** A package that the runtime has, compiled in this realm (the AWS SDK); undefined when it has none of that name. */
  runtimePackage(name: string): { readonly path: string; readonly wrapper: ModuleWrapper } | undefined;
  readonly environment: Readonly<Record<string, string>>;
  readonly globals: Readonly<Record<string, unknown>>;
}

/** The context of one invocation. */
export interface RealmInvocation {
  readonly requestId: string;
  readonly event: string;
  readonly functionName: string;
  readonly functionVersion: string;
  readonly invokedFunctionArn: string;
  readonly memoryLimitInMB: string;
  readonly logGroupName: string;
  readonly logStreamName: string;
  /** Virtual time in milliseconds. */
  readonly deadline: number;
  /** JSON text. */
  readonly clientContext?: string | undefined;
}

export type RealmResult =
  | { readonly ok: true; readonly payload: string }
  | {
      readonly ok: false;
      readonly errorType: string;
      readonly errorMessage: string;
      /** Not of the runtime's own death. */
      readonly trace?: readonly string[];
    };

/** What the realm gives to the simulation. */
export interface Realm {
  /** Loads the handler's module; undefined when it is there. */
  load(handler: string): RealmResult | undefined;
  invoke(invocation: RealmInvocation, done: (result: RealmResult) => void): void;
  /** Runs what `process.nextTick` put off; tells whether there was anything. */
  runTicks(): boolean;
  describe(error: unknown): RealmResult;
}
