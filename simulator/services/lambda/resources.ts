// The Pulumi resource types of Lambda: function, permission, function URL, asynchronous configuration.
import { decodeArchive } from "../../assets";
import type { Json, JsonObject } from "../../json";
import { AwsError, type ResourceType } from "../../service";
import { arn, type World } from "../../world";
import { type AsyncConfiguration, checkAsyncConfiguration } from "./asyncConfiguration";
import { mappingType } from "./eventSources/mappingResource";
import { defaults } from "./functionConfiguration";
import { openFunctionUrl } from "./functionUrl";
import type { Permission } from "./lambdaFunction";
import type { LambdaService } from "./lambdaService";

function object(value: Json | undefined): JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

function required(inputs: JsonObject, name: string): string {
  const value = inputs[name];
  if (typeof value === "string" && value !== "") return value;
  throw new AwsError("InvalidParameterValueException", `[${name}] must be text, got ${JSON.stringify(value)}`);
}

function only(name: string, value: Json | undefined, allowed: readonly Json[]): void {
  if (value === undefined || allowed.includes(value)) return;
  throw new AwsError(
    "SimulatorUnsupportedArgument",
    `[${name}] must be ${allowed.join(" or ")} in the simulator, got ${JSON.stringify(value)}`,
  );
}

function functionType(world: World, lambda: LambdaService): ResourceType {
  return {
    knownArguments: [
      "name",
      "role",
      "handler",
      "runtime",
      "code",
      "timeout",
      "memorySize",
      "environment",
      "reservedConcurrentExecutions",
      "architectures",
      "tracingConfig",
      "loggingConfig",
      "description",
      "tags",
      "packageType",
      "publish",
      "sourceCodeHash",
      "deadLetterConfig",
    ],
    create(inputs, physicalName) {
      const name = typeof inputs.name === "string" ? inputs.name : physicalName;
      const functionArn = arn(world, "lambda", `function:${name}`);
      only("packageType", inputs.packageType, ["Zip"]);
      only("publish", inputs.publish, [false]);
      const logging = object(inputs.loggingConfig);
      only("loggingConfig.logFormat", logging.logFormat, ["Text"]);
      const architectures = Array.isArray(inputs.architectures) ? inputs.architectures : ["x86_64"];
      const variables = object(object(inputs.environment).variables);
      const reserved = inputs.reservedConcurrentExecutions;
      const deadLetters = object(inputs.deadLetterConfig);
      lambda.create(
        {
          name,
          arn: functionArn,
          role: required(inputs, "role"),
          handler: required(inputs, "handler"),
          runtime: required(inputs, "runtime"),
          timeout: typeof inputs.timeout === "number" ? inputs.timeout : defaults.timeout,
          memorySize: typeof inputs.memorySize === "number" ? inputs.memorySize : defaults.memorySize,
          environment: Object.fromEntries(Object.entries(variables).map(([key, value]) => [key, String(value)])),
          logGroup: typeof logging.logGroup === "string" ? logging.logGroup : `/aws/lambda/${name}`,
          tracing: object(inputs.tracingConfig).mode === "Active" ? "Active" : defaults.tracing,
          files: decodeArchive("code", inputs.code),
          description: typeof inputs.description === "string" ? inputs.description : "",
          architecture: String(architectures[0]),
          deadLetterTarget: inputs.deadLetterConfig === undefined ? undefined : required(deadLetters, "targetArn"),
        },
        typeof reserved === "number" && reserved >= 0 ? reserved : undefined,
      );
      const invokeArn = `arn:aws:apigateway:${world.region}:lambda:path/2015-03-31/functions/${functionArn}/invocations`;
      return {
        id: name,
        state: {
          ...inputs,
          name,
          arn: functionArn,
          invokeArn,
          qualifiedArn: `${functionArn}:$LATEST`,
          version: "$LATEST",
        },
      };
    },
  };
}

function permissionType(lambda: LambdaService): ResourceType {
  return {
    knownArguments: [
      "action",
      "function",
      "principal",
      "sourceArn",
      "sourceAccount",
      "statementId",
      "functionUrlAuthType",
      "invokedViaFunctionUrl",
    ],
    create(inputs, physicalName) {
      const target = lambda.named(required(inputs, "function"));
      const principal = required(inputs, "principal");
      const conditions: [string, string, Json | undefined][] = [
        ["ArnLike", "aws:SourceArn", inputs.sourceArn],
        ["StringEquals", "aws:SourceAccount", inputs.sourceAccount],
        ["StringEquals", "lambda:FunctionUrlAuthType", inputs.functionUrlAuthType],
        ["Bool", "lambda:InvokedViaFunctionUrl", inputs.invokedViaFunctionUrl === true ? "true" : undefined],
      ];
      const condition: Record<string, Record<string, string>> = {};
      for (const [operator, key, value] of conditions) {
        if (typeof value === "string") condition[operator] = { ...condition[operator], [key]: value };
      }
      const statement: Permission = {
        Sid: typeof inputs.statementId === "string" ? inputs.statementId : physicalName,
        Effect: "Allow",
        Principal:
          principal === "*" ? "*" : /\.amazonaws\.com$/.test(principal) ? { Service: principal } : { AWS: principal },
        Action: required(inputs, "action"),
        Resource: target.configuration.arn,
        ...(Object.keys(condition).length === 0 ? {} : { Condition: condition }),
      };
      target.permissions.push(statement);
      return { id: statement.Sid, state: { ...inputs, statementId: statement.Sid } };
    },
  };
}

function eventInvokeConfigType(lambda: LambdaService): ResourceType {
  return {
    knownArguments: [
      "functionName",
      "maximumRetryAttempts",
      "maximumEventAgeInSeconds",
      "qualifier",
      "destinationConfig",
    ],
    create(inputs) {
      only("qualifier", inputs.qualifier, ["$LATEST"]);
      const name = lambda.named(required(inputs, "functionName")).configuration.name;
      const { onSuccess, onFailure } = object(inputs.destinationConfig);
      const number = (value: Json | undefined) => (typeof value === "number" ? value : undefined);
      const configuration: AsyncConfiguration = {
        maximumRetryAttempts: number(inputs.maximumRetryAttempts),
        maximumEventAge: number(inputs.maximumEventAgeInSeconds),
        onSuccess: onSuccess === undefined ? undefined : required(object(onSuccess), "destination"),
        onFailure: onFailure === undefined ? undefined : required(object(onFailure), "destination"),
      };
      checkAsyncConfiguration(configuration);
      lambda.asynchronous.configure(name, configuration);
      return { id: name, state: { ...inputs } };
    },
  };
}

function urlType(world: World, lambda: LambdaService): ResourceType {
  return {
    knownArguments: ["functionName", "authorizationType", "invokeMode"],
    create(inputs) {
      only("invokeMode", inputs.invokeMode, ["BUFFERED"]);
      only("authorizationType", inputs.authorizationType, ["NONE"]);
      const target = lambda.named(required(inputs, "functionName"));
      const { urlId, functionUrl } = openFunctionUrl(world, lambda, target);
      return {
        id: target.configuration.name,
        state: { ...inputs, urlId, functionUrl, functionArn: target.configuration.arn },
      };
    },
  };
}

export function lambdaResources(world: World, lambda: LambdaService): Record<string, ResourceType> {
  return {
    "aws:lambda/function:Function": functionType(world, lambda),
    "aws:lambda/permission:Permission": permissionType(lambda),
    "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": eventInvokeConfigType(lambda),
    "aws:lambda/functionUrl:FunctionUrl": urlType(world, lambda),
    "aws:lambda/eventSourceMapping:EventSourceMapping": mappingType(lambda),
  };
}
