// What a request leaves behind: metrics, a line in the stage's access log, and a trace segment.
import { createHash } from "node:crypto";
import type { Iam } from "../../iam";
import type { HttpResponse } from "../../internet";
import { isAllowed } from "../iam/isAllowed";
import type { Apis } from "./apis";
import { filled } from "./contextVariables";
import type { Exchange } from "./exchange";

export class ApiTelemetry {
  constructor(
    private readonly apis: Apis,
    private readonly iam: Iam,
  ) {}

  /** The answer is on its way to the client. */
  answered(exchange: Exchange, response: HttpResponse): void {
    const latency = this.apis.world.clock.now - exchange.startedAt;
    exchange.variables
      .set("status", response.status)
      .set("responseLatency", latency)
      .set("responseLength", Buffer.byteLength(response.body ?? ""));
    this.count(exchange, response.status, latency);
    this.log(exchange);
    this.trace(exchange, response.status);
  }

  /** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html */
  private count({ api, stage, route, integrationLatency }: Exchange, status: number, latency: number): void {
    const ofApi = { ApiName: api.name };
    const dimensionSets: Record<string, string>[] = [ofApi, { ...ofApi, Stage: stage.name }];
    if (route !== undefined && stage.settingsOf(route.method)?.metricsEnabled === true) {
      const { httpMethod: Method, resourcePath: Resource } = route.method;
      dimensionSets.push({ ...ofApi, Method, Resource, Stage: stage.name });
    }
    const values: [name: string, value: number | undefined, unit: string][] = [
      ["Count", 1, "Count"],
      ["4XXError", status >= 400 && status < 500 ? 1 : 0, "Count"],
      ["5XXError", status >= 500 ? 1 : 0, "Count"],
      ["Latency", latency, "Milliseconds"],
      ["IntegrationLatency", integrationLatency, "Milliseconds"],
    ];
    for (const dimensions of dimensionSets) {
      for (const [name, value, unit] of values) {
        if (value === undefined) continue;
        this.apis.world.metrics.put({ namespace: "AWS/ApiGateway", name, dimensions, values: [value], unit });
      }
    }
  }

  /** A line is lost when the account's role may not write it, as on AWS. */
  private log({ stage, variables }: Exchange): void {
    const { accessLog } = stage;
    const { world, cloudWatchRoleArn } = this.apis;
    if (accessLog === undefined || cloudWatchRoleArn === undefined) return;
    const stream = createHash("md5").update(stage.deployment.id).digest("hex");
    const streamArn = `${accessLog.destinationArn}:log-stream:${stream}`;
    const actions = ["logs:CreateLogStream", "logs:PutLogEvents"];
    if (!actions.every((action) => isAllowed(this.iam, cloudWatchRoleArn, action, streamArn))) return;
    world.logs.write(accessLog.destinationArn.split(":")[6] ?? "", stream, filled(accessLog.format, variables, "-"));
  }

  private trace({ api, stage, requestId }: Exchange, status: number): void {
    if (!stage.tracing) return;
    const outcome = { fault: status >= 500, error: status >= 400 && status < 500, throttle: status === 429 };
    this.apis.world.events.append("xray.Segment", { api: `${api.name}/${stage.name}`, requestId, status, ...outcome });
  }
}
