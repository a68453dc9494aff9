// arn:aws:states:::lambda:invoke (Developer Guide: "Invoke an AWS Lambda function with Step Functions").
import type { JsonObject } from "../../../json";
import { Payload } from "../payload";
import { checkArguments } from "./arguments";
import { serviceEvents } from "./events";
import type { Integration } from "./integration";
import { type InvokeOutput, lambdaService, parsePayload, throwFunctionError } from "./lambda";
import { optimisedFailure, sdkMetadata } from "./serviceErrors";

const resourceArn = "arn:aws:states:::lambda:invoke";

const supported = ["FunctionName", "Payload", "InvocationType", "ClientContext", "LogType", "Qualifier"];

function invokeInput(parameters: JsonObject): JsonObject {
  const { Payload: payload, ...others } = parameters;
  // A null payload is the text "null"; only an absent one sends nothing.
  return payload === undefined ? others : { ...others, Payload: JSON.stringify(payload) };
}

export const lambdaInvoke: Integration = {
  description: resourceArn,
  handles: (resource) => resource === resourceArn,
  check: (field, location, diagnostics) => {
    checkArguments(field, { supported, required: ["FunctionName"] }, location, diagnostics);
  },
  plan: (_resource, parameters, world) => ({
    label: "lambda",
    events: serviceEvents("lambda", "invoke", world.region, parameters),
    call: { service: "lambda", action: "Invoke", input: invokeInput(parameters.value as JsonObject) },
    result: (output) => {
      const {
        StatusCode,
        ExecutedVersion = "$LATEST",
        Payload: text = "",
        ...rest
      } = output as unknown as InvokeOutput;
      throwFunctionError({ ...rest, StatusCode, Payload: text }, (_text, value) => JSON.stringify(value));
      const version = { "X-Amz-Executed-Version": ExecutedVersion };
      return Payload.of({
        ExecutedVersion,
        ...(text === "" ? {} : { Payload: parsePayload(text) }),
        ...sdkMetadata(world, "application/json", Buffer.byteLength(text), version),
        StatusCode,
      });
    },
    failure: (error) => optimisedFailure(lambdaService, error, world),
  }),
};
