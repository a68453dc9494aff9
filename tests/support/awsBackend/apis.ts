// REST APIs of API Gateway, created by the AWS SDK from their OpenAPI documents.
import {
  type APIGatewayClient,
  CreateDeploymentCommand,
  CreateStageCommand,
  DeleteRestApiCommand,
  DeleteStageCommand,
  type EndpointType,
  ImportRestApiCommand,
  type Op,
  UpdateStageCommand,
} from "@aws-sdk/client-api-gateway";
import { given, type LiveResourceTypes, liveType } from "./resourceType";

interface RestApiArguments {
  readonly name?: string;
  /** An OpenAPI document, as JSON. */
  readonly body: string;
  readonly endpointConfiguration?: { readonly types: EndpointType };
}

interface DeploymentArguments {
  readonly restApi: string;
  /** What makes a new one: only a program that is deployed again looks at it. */
  readonly triggers?: Readonly<Record<string, string>>;
}

interface StageArguments {
  readonly restApi: string;
  readonly deployment: string;
  readonly stageName: string;
  readonly xrayTracingEnabled?: boolean;
}

interface MethodSettingsArguments {
  readonly restApi: string;
  readonly stageName: string;
  readonly methodPath: string;
  readonly settings: {
    readonly metricsEnabled?: boolean;
    readonly throttlingBurstLimit?: number;
    readonly throttlingRateLimit?: number;
  };
}

/** Where UpdateStage finds a method setting: https://docs.aws.amazon.com/apigateway/latest/api/API_PatchOperation.html */
const settingPaths: Readonly<Record<keyof MethodSettingsArguments["settings"], string>> = {
  metricsEnabled: "metrics/enabled",
  throttlingBurstLimit: "throttling/burstLimit",
  throttlingRateLimit: "throttling/rateLimit",
};

/** @param account such as "eu-central-1:123456789012" */
export function apiTypes(apiGateway: APIGatewayClient, account: string): LiveResourceTypes {
  const [region = ""] = account.split(":");
  return {
    "aws:apigateway/restApi:RestApi": liveType<RestApiArguments>({
      knownArguments: ["name", "body", "endpointConfiguration"],
      async create({ name, body, endpointConfiguration }, physicalName) {
        const document = JSON.parse(body) as { readonly info: object };
        // The name comes from the document, and the provider sets the resource's own afterwards.
        const named = { ...document, info: { ...document.info, title: name ?? physicalName } };
        const created = await apiGateway.send(
          new ImportRestApiCommand({
            failOnWarnings: false,
            parameters: endpointConfiguration && { endpointConfigurationTypes: String(endpointConfiguration.types) },
            body: Buffer.from(JSON.stringify(named)),
          }),
        );
        const restApiId = given("id", created.id);
        return {
          id: restApiId,
          state: {
            name: name ?? physicalName,
            body,
            arn: `arn:aws:apigateway:${region}::/restapis/${restApiId}`,
            executionArn: executionArn(account, restApiId),
          },
          remove: () => apiGateway.send(new DeleteRestApiCommand({ restApiId })),
        };
      },
    }),
    "aws:apigateway/deployment:Deployment": liveType<DeploymentArguments>({
      knownArguments: ["restApi", "triggers"],
      async create({ restApi: restApiId }) {
        const created = await apiGateway.send(new CreateDeploymentCommand({ restApiId }));
        // A deployment of a stage cannot be deleted on its own: it goes with its API.
        return { id: given("id", created.id), state: {}, remove: async () => undefined };
      },
    }),
    "aws:apigateway/stage:Stage": liveType<StageArguments>({
      knownArguments: ["restApi", "deployment", "stageName", "xrayTracingEnabled"],
      async create({ restApi: restApiId, deployment: deploymentId, stageName, xrayTracingEnabled: tracingEnabled }) {
        await apiGateway.send(new CreateStageCommand({ restApiId, deploymentId, stageName, tracingEnabled }));
        return {
          id: `ags-${restApiId}-${stageName}`,
          state: {
            stageName,
            arn: `arn:aws:apigateway:${region}::/restapis/${restApiId}/stages/${stageName}`,
            executionArn: `${executionArn(account, restApiId)}/${stageName}`,
            invokeUrl: `https://${restApiId}.execute-api.${region}.amazonaws.com/${stageName}`,
          },
          remove: () => apiGateway.send(new DeleteStageCommand({ restApiId, stageName })),
        };
      },
    }),
    "aws:apigateway/methodSettings:MethodSettings": liveType<MethodSettingsArguments>({
      knownArguments: ["restApi", "stageName", "methodPath", "settings"],
      async create({ restApi: restApiId, stageName, methodPath, settings }) {
        const patchOperations = Object.entries(settingPaths).flatMap(([setting, path]) => {
          const value = Reflect.get(settings, setting) as boolean | number | undefined;
          return value === undefined
            ? []
            : [{ op: "replace" satisfies Op as Op, path: `/${methodPath}/${path}`, value: String(value) }];
        });
        await apiGateway.send(new UpdateStageCommand({ restApiId, stageName, patchOperations }));
        // They go with the stage.
        return { id: `${restApiId}-${stageName}-${methodPath}`, state: {}, remove: async () => undefined };
      },
    }),
  };
}

function executionArn(account: string, restApiId: string): string {
  return `arn:aws:execute-api:${account}:${restApiId}`;
}
