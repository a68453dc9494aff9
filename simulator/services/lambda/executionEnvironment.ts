// One execution environment of a function: starts cold, handles one invocation at a time, and may crash.

import { answerAwsRequest, isAwsHost } from "../../awsEndpoint";
import type { Timer } from "../../clock";
import type { EnvironmentFault } from "../../faults";
import type { HttpRequest, HttpResponse, NetworkFailure } from "../../internet";
import type { RealmRequest, RealmResponse, RealmResult } from "../../sandbox/host";
import { Sandbox } from "../../sandbox/sandbox";
import type { World } from "../../world";
import { environmentVariables } from "./environmentVariables";
import type { FunctionConfiguration } from "./functionConfiguration";
import type { Telemetry } from "./telemetry";

export interface InvocationResult {
  readonly ok: boolean;
  /** JSON text. */
  readonly payload: string;
  /** The last 4 KB of what was logged. */
  readonly log?: string;
}

/** One run of a function. */
export interface FunctionInvocation {
  readonly requestId: string;
  /** JSON text. */
  readonly payload: string;
  /** JSON text; of synchronous invocations. */
  readonly clientContext?: string | undefined;
  /** How the environment dies. */
  readonly fault?: EnvironmentFault | undefined;
}

/** "The last 4 KB of the execution log", API Invoke. */
const logTail = 4096;

interface Running {
  readonly requestId: string;
  readonly started: number;
  readonly timeout: Timer;
  readonly done: (result: InvocationResult) => void;
}

/** JSON as the Node.js runtime reports an error: errorType, errorMessage, trace; Lambda's own errors have no trace. */
export function errorPayload(errorType: string, errorMessage: string, trace?: readonly string[]): string {
  return JSON.stringify(trace === undefined ? { errorType, errorMessage } : { errorType, errorMessage, trace });
}

export class ExecutionEnvironment {
  readonly id: string;
  readonly logStream: string;
  private readonly sandbox: Sandbox;
  private running: Running | undefined;
  private ended = false;
  private reserved = false;
  /** The request that it starts for, until its start-up code has run. */
  private startingFor: string | undefined;
  private startFailure: RealmResult | undefined;
  private log = "";

  constructor(
    private readonly world: World,
    readonly configuration: FunctionConfiguration,
    private readonly telemetry: Telemetry,
    private readonly onEnd: (environment: ExecutionEnvironment) => void,
  ) {
    this.id = world.random.hex(32);
    const date = new Date(world.clock.now).toISOString().slice(0, 10).replaceAll("-", "/");
    this.logStream = `${date}/[$LATEST]${this.id}`;
    this.sandbox = new Sandbox({
      name: configuration.name,
      files: configuration.files,
      handler: configuration.handler,
      environment: environmentVariables(configuration, world.region, this.logStream),
      now: () => world.clock.now,
      schedule: (milliseconds, run) => world.clock.after(milliseconds, run),
      fillRandom: (bytes) => world.random.fill(bytes),
      request: (request, reply) => this.request(request, reply),
      write: (_stream, text) => this.write(text),
      exited: (result) => this.exited(result),
    });
  }

  get busy(): boolean {
    return this.reserved || this.running !== undefined;
  }

  get alive(): boolean {
    return !this.ended;
  }

  /** Keeps it for an invocation that is on its way. */
  reserve(): void {
    this.reserved = true;
  }

  /** Runs the function's own start-up code. */
  load(requestId: string): RealmResult | undefined {
    this.startingFor = requestId;
    const failed = this.sandbox.load();
    this.startingFor = undefined;
    this.sandbox.freeze();
    return this.startFailure ?? failed;
  }

  invoke(invocation: FunctionInvocation, done: (result: InvocationResult) => void): void {
    const { clock } = this.world;
    const { configuration } = this;
    const { requestId, payload, clientContext, fault } = invocation;
    const deadline = clock.now + configuration.timeout * 1000;
    const timeout = clock.at(deadline, () => this.timedOut());
    this.reserved = false;
    const running: Running = { requestId, started: clock.now, timeout, done };
    this.running = running;
    this.log = "";
    this.telemetry.start(this.write, requestId);
    if (fault !== undefined && fault.after === undefined) {
      this.die(fault.kind);
      return;
    }
    if (fault?.after !== undefined) {
      clock.after(fault.after, () => {
        if (this.running === running) this.die(fault.kind);
      });
    }
    this.sandbox.thaw();
    this.sandbox.invoke(
      {
        requestId,
        event: payload,
        functionName: configuration.name,
        functionVersion: "$LATEST",
        invokedFunctionArn: configuration.arn,
        memoryLimitInMB: String(configuration.memorySize),
        logGroupName: configuration.logGroup,
        logStreamName: this.logStream,
        deadline,
        clientContext,
      },
      (result) => this.finished(result),
    );
  }

  /** Ends it as the death of its process would; an invocation that runs fails with `Runtime.ExitError`. */
  crash(reason: string): void {
    const requestId = this.running?.requestId ?? "";
    this.fail("Runtime.ExitError", `RequestId: ${requestId} Error: Runtime exited with error: ${reason}`);
  }

  /** See "Runtime.OutOfMemory" among the error types that Lambda's telemetry reports. */
  private die(kind: EnvironmentFault["kind"]): void {
    const requestId = this.running?.requestId ?? "";
    const errorType = kind === "outOfMemory" ? "Runtime.OutOfMemory" : "Runtime.ExitError";
    this.fail(errorType, `RequestId: ${requestId} Error: Runtime exited with error: signal: killed`);
  }

  private readonly write = (text: string): void => {
    this.log = (this.log + text).slice(-logTail);
    this.telemetry.write(this.logStream, text);
  };

  /** No further invocation comes here. */
  retire(): void {
    if (this.ended) return;
    this.ended = true;
    this.sandbox.kill();
    this.onEnd(this);
  }

  private finished(result: RealmResult): void {
    const running = this.running;
    if (running === undefined || this.ended) return;
    running.timeout.cancel();
    this.sandbox.freeze();
    // The runtime's own way back to the service, and no call into the context from within it.
    this.world.clock.after(1, () => {
      this.running = undefined;
      this.telemetry.end(this.write, running.requestId, running.started, result.ok ? undefined : result.errorType);
      const { log } = this;
      if (result.ok) running.done({ ok: true, payload: result.payload, log });
      else running.done({ ok: false, payload: errorPayload(result.errorType, result.errorMessage, result.trace), log });
    });
  }

  private exited(result: RealmResult): void {
    if (result.ok) return;
    const requestId = this.startingFor ?? this.running?.requestId ?? "";
    const errorMessage = result.errorMessage.replace("{requestId}", requestId);
    if (this.startingFor === undefined) this.fail(result.errorType, errorMessage, result.trace);
    else this.startFailure ??= { ...result, errorMessage };
  }

  private timedOut(): void {
    const requestId = this.running?.requestId ?? "";
    const seconds = this.configuration.timeout.toFixed(2);
    this.write(
      `${new Date(this.world.clock.now).toISOString()} ${requestId} Task timed out after ${seconds} seconds\n\n`,
    );
    this.fail("Sandbox.Timedout", `RequestId: ${requestId} Error: Task timed out after ${seconds} seconds`);
  }

  private fail(errorType: string, errorMessage: string, trace?: readonly string[]): void {
    const running = this.running;
    this.retire();
    this.running = undefined;
    if (running === undefined) return;
    running.timeout.cancel();
    this.telemetry.end(this.write, running.requestId, running.started, errorType);
    const { log } = this;
    const payload = errorPayload(errorType, errorMessage, trace);
    this.world.clock.after(1, () => running.done({ ok: false, payload, log }));
  }

  private request(request: RealmRequest, reply: (response: RealmResponse) => void): void {
    const { world, configuration } = this;
    const url = new URL(request.url);
    const sent: HttpRequest = {
      method: request.method,
      url,
      headers: request.headers,
      body: Buffer.from(request.body),
    };
    const answer = (response: HttpResponse | NetworkFailure) => {
      if (this.ended) return;
      if ("networkError" in response) {
        reply({ kind: "failure", code: response.networkError, message: response.message });
        return;
      }
      const body = typeof response.body === "string" ? Buffer.from(response.body) : (response.body ?? Buffer.alloc(0));
      reply({ kind: "response", status: response.status, headers: response.headers ?? {}, body });
    };
    if (isAwsHost(url.hostname)) {
      const origin = {
        functionName: configuration.name,
        environmentId: this.id,
        requestId: this.running?.requestId ?? "",
        crash: () => this.crash("signal: killed"),
      };
      const principal = { kind: "role", roleArn: configuration.role } as const;
      const secureTransport = url.protocol === "https:";
      answerAwsRequest(world.gateway, sent, { principal, origin, secureTransport }, answer);
      return;
    }
    // A few milliseconds each way, as on a real network.
    world.clock.after(world.random.integer(5, 25), () =>
      world.internet.request(
        sent,
        (response) => void world.clock.after(world.random.integer(5, 25), () => answer(response)),
      ),
    );
  }
}
