// The resource types of the Pulumi AWS provider for REST APIs.
import type { PolicyDocument, Roles } from "../../iam";
import type { Json, JsonObject } from "../../json";
import type { ResourceType } from "../../service";
import { arn } from "../../world";
import { type AccessLog, type Apis, type MethodSettings, type RestApi, Stage } from "./apis";
import { checkTemplate } from "./contextVariables";
import { badRequest, notFound, unsupported } from "./errors";
import { importOpenApi } from "./openApiImport";
import { objectAt, onlyKnown, onlyValue, textAt } from "./reading";

function optionalText(where: string, value: Json | undefined): string | undefined {
  return value === undefined || value === null || value === "" ? undefined : textAt(where, value);
}

function policyOf(value: Json | undefined): PolicyDocument | undefined {
  const text = optionalText("policy", value);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as PolicyDocument;
  } catch {
    throw badRequest("Invalid policy document. Please check the policy syntax and ensure that Principals are valid.");
  }
}

function executionArn(apis: Apis, api: RestApi): string {
  return arn(apis.world, "execute-api", api.id);
}

function restApiType(apis: Apis): ResourceType {
  return {
    knownArguments: [
      "name",
      "description",
      "body",
      "endpointConfiguration",
      "policy",
      "failOnWarnings",
      "putRestApiMode",
      "tags",
    ],
    create(inputs, physicalName) {
      onlyValue("putRestApiMode", inputs.putRestApiMode, ["overwrite"]);
      const endpoint = objectAt("endpointConfiguration", inputs.endpointConfiguration ?? {});
      onlyKnown("endpointConfiguration", endpoint, ["types"]);
      onlyValue("endpointConfiguration.types", endpoint.types === undefined ? undefined : String(endpoint.types), [
        "REGIONAL",
      ]);
      const definition = importOpenApi(textAt("body", inputs.body));
      const name = optionalText("name", inputs.name) ?? physicalName;
      const description = optionalText("description", inputs.description);
      const tags = objectAt("tags", inputs.tags ?? {}) as Readonly<Record<string, string>>;
      const policy = policyOf(inputs.policy) ?? definition.policy;
      // https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
      if (policy !== undefined && definition.methods.some(({ authorizer }) => authorizer !== undefined)) {
        throw unsupported("policy", policy, "no policy of an API with authorizers");
      }
      const api = apis.create({ name, description, definition, policy, tags });
      const state = { executionArn: executionArn(apis, api), rootResourceId: api.id, tagsAll: tags };
      return { id: api.id, state: { ...inputs, name, arn: apiArn(apis, api), ...state } };
    },
  };
}

function apiArn({ world }: Apis, { id }: Pick<RestApi, "id">): string {
  return `arn:aws:apigateway:${world.region}::/restapis/${id}`;
}

function deploymentType(apis: Apis): ResourceType {
  return {
    knownArguments: ["restApi", "description", "triggers"],
    create(inputs) {
      const api = apis.get(textAt("restApi", inputs.restApi));
      const deployment = apis.deploy(api, optionalText("description", inputs.description));
      return { id: deployment.id, state: { ...inputs, createdDate: new Date(deployment.createdAt).toISOString() } };
    },
  };
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html */
function accessLogOf(apis: Apis, value: Json | undefined): AccessLog | undefined {
  if (value === undefined || value === null) return undefined;
  const where = "accessLogSettings";
  const given = objectAt(where, value);
  onlyKnown(where, given, ["destinationArn", "format"]);
  if (apis.cloudWatchRoleArn === undefined) {
    throw badRequest("CloudWatch Logs role ARN must be set in account settings to enable logging");
  }
  const destinationArn = textAt(`${where}.destinationArn`, given.destinationArn).replace(/:\*$/, "");
  if (!/^arn:aws:logs:[^:]+:\d+:log-group:[^:]+$/.test(destinationArn)) {
    throw badRequest(`Invalid ARN specified in the request: ${destinationArn}`);
  }
  const format = textAt(`${where}.format`, given.format);
  checkTemplate(`${where}.format`, format);
  if (!/\$context\.(requestId|extendedRequestId)\b/.test(format)) {
    throw badRequest("Access Log format must contain at least $context.requestId or $context.extendedRequestId");
  }
  if (format.includes("\n")) throw badRequest("Access Log format must be single line");
  return { destinationArn, format };
}

function stageType(apis: Apis): ResourceType {
  return {
    knownArguments: [
      "restApi",
      "deployment",
      "stageName",
      "description",
      "accessLogSettings",
      "xrayTracingEnabled",
      "tags",
    ],
    create(inputs) {
      const api = apis.get(textAt("restApi", inputs.restApi));
      const deployment = api.deployments.get(textAt("deployment", inputs.deployment));
      if (deployment === undefined) throw notFound("Deployment");
      const name = textAt("stageName", inputs.stageName);
      if (!/^\w{1,128}$/.test(name)) throw badRequest("Stage name only allows a-zA-Z0-9_");
      if (api.stages.has(name)) throw badRequest("Stage already exists");
      const accessLog = accessLogOf(apis, inputs.accessLogSettings);
      api.stages.set(name, new Stage(name, deployment, accessLog, inputs.xrayTracingEnabled === true));
      const state = {
        arn: `${apiArn(apis, api)}/stages/${name}`,
        executionArn: `${executionArn(apis, api)}/${name}`,
        invokeUrl: `https://${apis.host(api)}/${name}`,
        tagsAll: inputs.tags ?? {},
      };
      return { id: `ags-${api.id}-${name}`, state: { ...inputs, ...state } };
    },
  };
}

function methodSettingsOf(value: Json | undefined): MethodSettings {
  const given = objectAt("settings", value);
  const members = ["throttlingRateLimit", "throttlingBurstLimit", "metricsEnabled", "loggingLevel", "dataTraceEnabled"];
  onlyKnown("settings", given, [...members, "cachingEnabled"]);
  onlyValue("settings.loggingLevel", given.loggingLevel, ["OFF"]);
  onlyValue("settings.dataTraceEnabled", given.dataTraceEnabled, [false]);
  onlyValue("settings.cachingEnabled", given.cachingEnabled, [false]);
  const { throttlingRateLimit: rateLimit = -1, throttlingBurstLimit: burstLimit = -1 } = given;
  if (typeof rateLimit !== "number" || typeof burstLimit !== "number") {
    throw badRequest("[settings.throttlingRateLimit] and [settings.throttlingBurstLimit] must be numbers");
  }
  // -1 leaves the limit to the account, as in the provider.
  const throttled = rateLimit >= 0 || burstLimit >= 0;
  const limit = (number: number) => (number < 0 ? Number.MAX_SAFE_INTEGER : number);
  return {
    throttling: throttled ? { rateLimit: limit(rateLimit), burstLimit: limit(burstLimit) } : undefined,
    metricsEnabled: given.metricsEnabled === true,
  };
}

function methodSettingsType(apis: Apis): ResourceType {
  return {
    knownArguments: ["restApi", "stageName", "methodPath", "settings"],
    create(inputs) {
      const api = apis.get(textAt("restApi", inputs.restApi));
      const stage = api.stages.get(textAt("stageName", inputs.stageName));
      if (stage === undefined) throw notFound("Stage");
      const methodPath = textAt("methodPath", inputs.methodPath);
      stage.set(
        methodPath === "*/*" ? methodPath : `/${methodPath.replace(/^\//, "")}`,
        methodSettingsOf(inputs.settings),
      );
      return { id: `${api.id}-${stage.name}-${methodPath}`, state: { ...inputs } };
    },
  };
}

function accountType(apis: Apis, roles: Roles): ResourceType {
  return {
    knownArguments: ["cloudwatchRoleArn"],
    create(inputs) {
      const roleArn = optionalText("cloudwatchRoleArn", inputs.cloudwatchRoleArn);
      if (roleArn !== undefined) roles.assertAssumable(roleArn, "apigateway.amazonaws.com");
      apis.cloudWatchRoleArn = roleArn;
      return { id: "api-gateway-account", state: { ...inputs } as JsonObject };
    },
  };
}

export function apiGatewayResources(apis: Apis, roles: Roles): Readonly<Record<string, ResourceType>> {
  return {
    "aws:apigateway/restApi:RestApi": restApiType(apis),
    "aws:apigateway/deployment:Deployment": deploymentType(apis),
    "aws:apigateway/stage:Stage": stageType(apis),
    "aws:apigateway/methodSettings:MethodSettings": methodSettingsType(apis),
    "aws:apigateway/account:Account": accountType(apis, roles),
  };
}
