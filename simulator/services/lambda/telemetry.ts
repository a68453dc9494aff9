// What a function leaves behind: log lines, trace segments and metrics, as far as its role allows.
import type { Iam } from "../../iam";
import { arn, type World } from "../../world";
import { isAllowed } from "../iam/isAllowed";
import { Tracer } from "../xray/tracer";
import type { FunctionConfiguration } from "./functionConfiguration";

/** Of one function; made anew when its configuration changes. */
export class Telemetry {
  private readonly allowed = new Map<string, boolean>();
  /** The X-Ray daemon beside the function. */
  private readonly tracer: Tracer | undefined;

  constructor(
    private readonly world: World,
    private readonly iam: Iam,
    private readonly configuration: FunctionConfiguration,
  ) {
    const { name, role, tracing } = configuration;
    if (tracing === "Active") this.tracer = new Tracer(world, iam, role, { function: name }, ["PutTelemetryRecords"]);
  }

  write(stream: string, text: string): void {
    if (!this.canLog(stream)) return;
    this.world.logs.write(this.configuration.logGroup, stream, text);
  }

  start(write: (text: string) => void, requestId: string): void {
    write(`START RequestId: ${requestId} Version: $LATEST\n`);
  }

  end(write: (text: string) => void, requestId: string, started: number, errorType: string | undefined): void {
    const { world, configuration } = this;
    const duration = world.clock.now - started;
    const status = errorType === undefined ? "" : `\tStatus: error\tError Type: ${errorType}`;
    write(`END RequestId: ${requestId}\n`);
    write(
      `REPORT RequestId: ${requestId}\tDuration: ${duration.toFixed(2)} ms\tBilled Duration: ${Math.ceil(duration)} ms\tMemory Size: ${configuration.memorySize} MB${status}\n`,
    );
    this.metric("Duration", duration, "Milliseconds");
    this.metric("Errors", errorType === undefined ? 0 : 1, "Count");
    this.tracer?.segment({ requestId, fault: errorType !== undefined });
    this.tracer?.doChores();
  }

  metric(name: string, value: number, unit: string): void {
    const dimensions = { FunctionName: this.configuration.name };
    this.world.metrics.put({ namespace: "AWS/Lambda", name, dimensions, values: [value], unit });
  }

  private canLog(stream: string): boolean {
    const group = arn(this.world, "logs", `log-group:${this.configuration.logGroup}`);
    const created = this.may("logs:CreateLogStream", `${group}:log-stream:${stream}`);
    return created && this.may("logs:PutLogEvents", `${group}:log-stream:${stream}`);
  }

  private may(action: string, resource: string): boolean {
    const key = `${action} ${resource}`;
    let allowed = this.allowed.get(key);
    if (allowed === undefined) {
      allowed = isAllowed(this.iam, this.configuration.role, action, resource);
      this.allowed.set(key, allowed);
    }
    return allowed;
  }
}
