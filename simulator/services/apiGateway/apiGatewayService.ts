// Amazon API Gateway, REST APIs (v1): the resources of a program, and reads of them.
import type { Roles } from "../../iam";
import type { JsonObject } from "../../json";
import { type Authorization, type Operation, operation, type ResourceType, type Service } from "../../service";
import type { Apis, Deployment, RestApi, Stage } from "./apis";
import { notFound, unsupported } from "./errors";
import { apiGatewayResources } from "./resources";

interface ApiInput {
  readonly restApiId: string;
}

interface StageInput extends ApiInput {
  readonly stageName: string;
}

/** What a REST API of the simulator's can be read through; a program creates them as resources. */
export class ApiGatewayService implements Service {
  readonly name = "apigateway";
  readonly operations: Readonly<Record<string, Operation>>;
  readonly resourceTypes: Readonly<Record<string, ResourceType>>;

  constructor(
    private readonly apis: Apis,
    roles: Roles,
  ) {
    this.operations = this.reads();
    this.resourceTypes = apiGatewayResources(apis, roles);
  }

  private reads(): Record<string, Operation> {
    const { apis } = this;
    const ofApi = <Input extends ApiInput>(
      path: (input: Input) => string,
      read: (api: RestApi, input: Input) => object,
    ) =>
      operation<Input>({
        authorize: (input) => this.get(`/restapis/${input.restApiId}${path(input)}`),
        handle: (input) => read(apis.get(input.restApiId), input),
      });
    return {
      GetRestApis: operation<object>({
        authorize: () => this.get("/restapis"),
        handle: () => ({ item: apis.all.map(describeApi) }),
      }),
      GetRestApi: ofApi(() => "", describeApi),
      GetDeployments: ofApi(
        () => "/deployments",
        (api) => ({ item: [...api.deployments.values()].map(describeDeployment) }),
      ),
      GetStages: ofApi(
        () => "/stages",
        (api) => ({ item: [...api.stages.values()].map(describeStage) }),
      ),
      GetStage: ofApi<StageInput>(
        ({ stageName }) => `/stages/${stageName}`,
        (api, { stageName }) => describeStage(stageOf(api, stageName)),
      ),
      GetExport: ofApi<StageInput & { readonly exportType: string; readonly accepts?: string }>(
        ({ stageName, exportType }) => `/stages/${stageName}/exports/${exportType}`,
        (api, { stageName, exportType, accepts = "application/json" }) => {
          if (exportType !== "oas30") throw unsupported("exportType", exportType, '"oas30"');
          if (accepts !== "application/json") throw unsupported("accepts", accepts, '"application/json"');
          return { body: exported(stageOf(api, stageName)) };
        },
      ),
      GetAccount: operation<object>({
        authorize: () => this.get("/account"),
        handle: () => ({
          cloudwatchRoleArn: apis.cloudWatchRoleArn,
          apiKeyVersion: "4",
          features: ["UsagePlans"],
        }),
      }),
    };
  }

  private get(path: string): readonly Authorization[] {
    return [{ action: "apigateway:GET", resource: `arn:aws:apigateway:${this.apis.world.region}::${path}` }];
  }
}

function stageOf(api: RestApi, name: string): Stage {
  const stage = api.stages.get(name);
  if (stage === undefined) throw notFound("Stage");
  return stage;
}

const seconds = (milliseconds: number) => Math.floor(milliseconds / 1000);

function describeApi({ id, name, description, createdAt, policy, tags }: RestApi): object {
  const own = { id, name, description, createdDate: seconds(createdAt), rootResourceId: id, tags };
  const fixed = {
    apiKeySource: "HEADER",
    endpointConfiguration: { types: ["REGIONAL"] },
    disableExecuteApiEndpoint: false,
  };
  return { ...own, ...fixed, policy: policy === undefined ? undefined : JSON.stringify(policy) };
}

function describeDeployment({ id, description, createdAt }: Deployment): object {
  return { id, description, createdDate: seconds(createdAt) };
}

function describeStage({ name, deployment, accessLog, tracing, settings }: Stage): object {
  const methodSettings = [...settings].map(([path, { throttling, metricsEnabled }]) => {
    const limits = { throttlingRateLimit: throttling?.rateLimit, throttlingBurstLimit: throttling?.burstLimit };
    return [path.replace(/^\//, ""), { metricsEnabled, ...limits, loggingLevel: "OFF", dataTraceEnabled: false }];
  });
  return {
    stageName: name,
    deploymentId: deployment.id,
    tracingEnabled: tracing,
    accessLogSettings: accessLog,
    methodSettings: Object.fromEntries(methodSettings),
    createdDate: seconds(deployment.createdAt),
  };
}

/** Without API Gateway's extensions, as AWS exports it unless asked for them. */
function exported({ deployment }: Stage): string {
  const strip = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(strip);
    if (typeof value !== "object" || value === null) return value;
    const members = Object.entries(value as JsonObject).filter(([name]) => !name.startsWith("x-amazon-apigateway-"));
    return Object.fromEntries(members.map(([name, member]) => [name, strip(member)]));
  };
  return JSON.stringify(strip(deployment.definition.document));
}
