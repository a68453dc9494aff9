// A function: its configuration, its environments, its concurrency.
import type { Iam, PolicyDocument, PolicyStatement } from "../../iam";
import { AwsError } from "../../service";
import type { World } from "../../world";
import {
  ExecutionEnvironment,
  errorPayload,
  type FunctionInvocation,
  type InvocationResult,
} from "./executionEnvironment";
import type { FunctionConfiguration } from "./functionConfiguration";
import { Telemetry } from "./telemetry";

/** A cold start: AWS gives no figure; see docs/fidelity.md. Milliseconds. */
const coldStart = { low: 150, high: 450 };

export interface Permission extends PolicyStatement {
  readonly Sid: string;
}

export class LambdaFunction {
  reservedConcurrency: number | undefined;
  readonly permissions: Permission[] = [];
  private environments: ExecutionEnvironment[] = [];
  private starting = 0;
  private telemetry: Telemetry;

  constructor(
    private readonly world: World,
    private readonly iam: Iam,
    private current: FunctionConfiguration,
  ) {
    this.telemetry = new Telemetry(world, iam, current);
  }

  get configuration(): FunctionConfiguration {
    return this.current;
  }

  /** Invocations under way. */
  get concurrency(): number {
    return this.starting + this.environments.filter((environment) => environment.busy).length;
  }

  get policy(): PolicyDocument | undefined {
    return this.permissions.length === 0 ? undefined : { Version: "2012-10-17", Statement: this.permissions };
  }

  /** Idle environments of the old configuration end at once, busy ones after their invocation. */
  configure(configuration: FunctionConfiguration): void {
    this.current = configuration;
    this.telemetry = new Telemetry(this.world, this.iam, configuration);
    for (const environment of [...this.environments]) if (!environment.busy) environment.retire();
  }

  /** Ends every environment. */
  crashEnvironments(reason: string): void {
    for (const environment of [...this.environments]) environment.crash(reason);
  }

  throttled(): AwsError {
    this.telemetry.metric("Throttles", 1, "Count");
    return new AwsError("TooManyRequestsException", "Rate Exceeded.", 429);
  }

  /** The caller has made sure of free concurrency. */
  run(invocation: FunctionInvocation, done: (result: InvocationResult) => void): void {
    const { world } = this;
    const { requestId } = invocation;
    this.telemetry.metric("Invocations", 1, "Count");
    this.telemetry.metric("ConcurrentExecutions", this.concurrency + 1, "Count");
    const finish = (result: InvocationResult) => {
      const { name } = this.current;
      world.events.append("lambda.Invocation", { function: name, requestId, ok: result.ok });
      done(result);
    };
    const idle = this.environments.findLast((environment) => environment.alive && !environment.busy);
    if (idle !== undefined) {
      world.clock.after(1, () => this.handOver(idle, invocation, finish));
      idle.reserve();
      return;
    }
    this.starting += 1;
    world.clock.after(world.random.integer(coldStart.low, coldStart.high), () => {
      this.starting -= 1;
      const environment = new ExecutionEnvironment(world, this.current, this.telemetry, (ended) => {
        this.environments = this.environments.filter((other) => other !== ended);
      });
      this.environments.push(environment);
      world.events.append("lambda.ColdStart", { function: this.current.name });
      const failed = environment.load(requestId);
      if (failed === undefined || failed.ok) {
        environment.reserve();
        this.handOver(environment, invocation, finish);
        return;
      }
      this.telemetry.write(environment.logStream, `${JSON.stringify(failed)}\n`);
      this.telemetry.metric("Errors", 1, "Count");
      environment.retire();
      finish({ ok: false, payload: errorPayload(failed.errorType, failed.errorMessage, failed.trace) });
    });
  }

  private handOver(
    environment: ExecutionEnvironment,
    invocation: FunctionInvocation,
    done: (result: InvocationResult) => void,
  ): void {
    if (!environment.alive) {
      done({
        ok: false,
        payload: errorPayload(
          "Runtime.ExitError",
          `RequestId: ${invocation.requestId} Error: Runtime exited with error: signal: killed`,
        ),
      });
      return;
    }
    environment.invoke(invocation, (result) => {
      if (environment.configuration !== this.current) environment.retire();
      done(result);
    });
  }
}
