// What a function leaves behind: log lines, trace segments and metrics, as far as its role allows.
import type { Iam } from "../../iam";
import type { Call } from "../../service";
import { AwsError } from "../../service";
import { arn, type World } from "../../world";
import type { FunctionConfiguration } from "./functionConfiguration";

/** Of one function; made anew when its configuration changes. */
export class Telemetry {
  private readonly allowed = new Map<string, boolean>();

  constructor(
    private readonly world: World,
    private readonly iam: Iam,
    private readonly configuration: FunctionConfiguration,
  ) {}

  write(stream: string, text: string): void {
    if (!this.canLog(stream)) return;
    this.world.logs.write(this.configuration.logGroup, stream, text);
  }

  start(stream: string, requestId: string): void {
    this.write(stream, `START RequestId: ${requestId} Version: $LATEST\n`);
  }

  end(stream: string, requestId: string, started: number, errorType: string | undefined): void {
    const { world, configuration } = this;
    const duration = world.clock.now - started;
    const status = errorType === undefined ? "" : `\tStatus: error\tError Type: ${errorType}`;
    this.write(stream, `END RequestId: ${requestId}\n`);
    this.write(
      stream,
      `REPORT RequestId: ${requestId}\tDuration: ${duration.toFixed(2)} ms\tBilled Duration: ${Math.ceil(duration)} ms\tMemory Size: ${configuration.memorySize} MB${status}\n`,
    );
    this.metric("Duration", duration, "Milliseconds");
    this.metric("Errors", errorType === undefined ? 0 : 1, "Count");
    this.trace(requestId, errorType);
  }

  metric(name: string, value: number, unit: string): void {
    const dimensions = { FunctionName: this.configuration.name };
    this.world.metrics.put({ namespace: "AWS/Lambda", name, dimensions, values: [value], unit });
  }

  /** The X-Ray daemon beside the function sends segments, and telemetry about itself, with the function's role. */
  private trace(requestId: string, errorType: string | undefined): void {
    if (this.configuration.tracing !== "Active") return;
    const detail = { function: this.configuration.name, requestId };
    if (this.may("xray", "PutTraceSegments", "*")) {
      this.world.events.append("xray.Segment", { ...detail, fault: errorType !== undefined });
    }
    if (this.may("xray", "PutTelemetryRecords", "*")) this.world.events.append("xray.TelemetryRecords", detail);
  }

  private canLog(stream: string): boolean {
    const group = arn(this.world, "logs", `log-group:${this.configuration.logGroup}`);
    const created = this.may("logs", "CreateLogStream", `${group}:log-stream:${stream}`);
    return created && this.may("logs", "PutLogEvents", `${group}:log-stream:${stream}`);
  }

  private may(service: string, action: string, resource: string): boolean {
    const key = `${service}:${action} ${resource}`;
    const known = this.allowed.get(key);
    if (known !== undefined) return known;
    const principal = { kind: "role", roleArn: this.configuration.role } as const;
    const call: Call = { service, action, input: {}, principal, secureTransport: true, requestId: "" };
    let result = true;
    try {
      this.iam.authorize(call, { action: `${service}:${action}`, resource });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      result = false;
    }
    this.allowed.set(key, result);
    return result;
  }
}
