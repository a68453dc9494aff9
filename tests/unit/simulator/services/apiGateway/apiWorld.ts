// A simulation with one REST API, whose function answers as the test says.
import { archiveMark } from "../../../../../simulator/assets";
import type { HttpResponse } from "../../../../../simulator/internet";
import type { JsonObject } from "../../../../../simulator/json";
import type { Principal } from "../../../../../simulator/service";
import { type OutsideRequest, Simulation, type SimulationOptions } from "../../../../../simulator/simulation";

const trust = (service: string) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
  });

/** A handler that returns the event it got. */
const echo = "exports.handler = async (event) => ({ statusCode: 200, body: JSON.stringify(event) });";

export interface ApiWorldOptions extends SimulationOptions {
  /** Source of the module. @default echo */
  readonly handler?: string;
  readonly timeout?: number;
  /** Members of the document, over a GET /books/{bookId} and a POST /books. */
  readonly document?: JsonObject;
  /** Members of the GET operation. */
  readonly get?: JsonObject;
  /** Members of the POST operation. */
  readonly post?: JsonObject;
  readonly api?: JsonObject;
  readonly stage?: JsonObject;
  readonly settings?: JsonObject;
  /** The sourceArn of the permission, below the API's execution ARN; false for no permission. @default "/*" */
  readonly permission?: string | false;
  /** @default with the managed policy; false for none */
  readonly account?: boolean;
}

export interface ApiWorld {
  readonly simulation: Simulation;
  readonly url: string;
  readonly apiId: string;
  readonly executionArn: string;
  /** The name of the function's role. */
  readonly functionRole: string;
  http(path: string, request?: Partial<OutsideRequest>): HttpResponse;
  /** The JSON of an answer's body. */
  json(path: string, request?: Partial<OutsideRequest>): JsonObject;
  role(name: string, statements: readonly JsonObject[]): Principal;
  metrics(name: string, dimensions: Record<string, string>): number[];
}

export function apiWorld(options: ApiWorldOptions = {}): ApiWorld {
  const { handler = echo, timeout = 29, permission = "/*", account = true, ...rest } = options;
  const simulation = new Simulation(rest);
  const create = (type: string, name: string, inputs: JsonObject) => simulation.create({ type, name, inputs }).state;
  const own = create("aws:iam/role:Role", "own", { assumeRolePolicy: trust("lambda.amazonaws.com") });
  const code = { [archiveMark]: { "index.js": Buffer.from(handler).toString("base64") } };
  const made = { role: own.arn, handler: "index.handler", runtime: "nodejs24.x", timeout, code };
  const target = create("aws:lambda/function:Function", "f", { name: "f", ...made });
  if (account) {
    const logs = create("aws:iam/role:Role", "gateway", { assumeRolePolicy: trust("apigateway.amazonaws.com") });
    const policyArn = "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs";
    create("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "gateway", { role: logs.name, policyArn });
    create("aws:apigateway/account:Account", "account", { cloudwatchRoleArn: logs.arn });
  }
  const integration = {
    "x-amazon-apigateway-integration": { type: "aws_proxy", httpMethod: "POST", uri: target.invokeArn },
  };
  const body = JSON.stringify({
    openapi: "3.0.3",
    info: { title: "books", version: "1" },
    paths: {
      "/books/{bookId}": { get: { operationId: "getBook", ...integration, ...options.get } },
      "/books": { post: { operationId: "addBook", ...integration, ...options.post } },
    },
    ...options.document,
  });
  const api = create("aws:apigateway/restApi:RestApi", "books", { name: "books", body, ...options.api });
  const apiId = String(simulation.call<{ item: { id: string }[] }>("apigateway", "GetRestApis").item[0]?.id);
  if (permission !== false) {
    const sourceArn = `${String(api.executionArn)}${permission}`;
    const grant = { action: "lambda:InvokeFunction", function: "f", principal: "apigateway.amazonaws.com", sourceArn };
    create("aws:lambda/permission:Permission", "api", grant);
  }
  const deployment = simulation.create({
    type: "aws:apigateway/deployment:Deployment",
    name: "d",
    inputs: { restApi: apiId },
  });
  const where = { restApi: apiId, stageName: "prod" };
  const stage = create("aws:apigateway/stage:Stage", "s", { ...where, deployment: deployment.id, ...options.stage });
  if (options.settings !== undefined) {
    const settings = { ...where, methodPath: "*/*", settings: options.settings };
    create("aws:apigateway/methodSettings:MethodSettings", "m", settings);
  }
  const url = String(stage.invokeUrl);
  const http: ApiWorld["http"] = (path, request) => simulation.http({ url: `${url}${path}`, ...request });
  return {
    simulation,
    url,
    apiId,
    executionArn: String(api.executionArn),
    functionRole: String(own.name),
    http,
    json: (path, request) => JSON.parse(String(http(path, request).body)) as JsonObject,
    role: (name, statements) => {
      const { arn, name: role } = create("aws:iam/role:Role", name, {
        name,
        assumeRolePolicy: trust("lambda.amazonaws.com"),
      });
      const policy = JSON.stringify({ Version: "2012-10-17", Statement: statements });
      if (statements.length > 0) create("aws:iam/rolePolicy:RolePolicy", name, { role, policy });
      return { kind: "role", roleArn: String(arn) };
    },
    metrics: (MetricName, dimensions) => {
      simulation.runFor(120_000);
      const { MetricDataResults } = simulation.call<{ MetricDataResults: { Values: number[] }[] }>(
        "cloudwatch",
        "GetMetricData",
        {
          StartTime: simulation.clock.now / 1000 - 3_600,
          EndTime: simulation.clock.now / 1000,
          MetricDataQueries: [
            {
              Id: "m",
              MetricStat: {
                Metric: {
                  Namespace: "AWS/ApiGateway",
                  MetricName,
                  Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
                },
                Period: 3_600,
                Stat: "Sum",
              },
            },
          ],
        },
      );
      return MetricDataResults[0]?.Values ?? [];
    },
  };
}
