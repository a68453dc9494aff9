// arn:aws:states:::lambda:invoke (Developer Guide: "Invoke an AWS Lambda function with Step Functions").
import type { Json, JsonObject } from "../../../json";
import { Payload } from "../payload";
import type { Integration } from "./integration";
import { type InvokeOutput, parsePayload, throwFunctionError } from "./lambda";
import { optimised } from "./optimised";
import { lambda } from "./sdkServices";
import { sdkMetadata } from "./serviceErrors";

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** A string that is JSON is sent as it is (seen on AWS); any other becomes a JSON string. */
function payloadText(payload: Json | undefined): string | undefined {
  if (payload === undefined) return undefined;
  return typeof payload === "string" && isJson(payload) ? payload : JSON.stringify(payload);
}

function answer(output: JsonObject): JsonObject {
  const { StatusCode, ExecutedVersion = "$LATEST", Payload: text = "", ...rest } = output as unknown as InvokeOutput;
  throwFunctionError({ ...rest, StatusCode, Payload: text }, (_text, value) => JSON.stringify(value));
  return { ExecutedVersion, ...(text === "" ? {} : { Payload: parsePayload(text) }), StatusCode };
}

const invoke = optimised({
  resourceType: "lambda",
  action: "invoke",
  patterns: [".waitForTaskToken"],
  supported: ["FunctionName", "Payload", "InvocationType", "ClientContext", "LogType", "Qualifier"],
  required: ["FunctionName"],
  service: lambda,
  calls: { service: "lambda", action: "Invoke" },
  input: ({ Payload: payload, ...others }) => ({ ...others, Payload: payloadText(payload) }),
});

export const lambdaInvoke: Integration = {
  ...invoke,
  plan: (resource, parameters, world) => ({
    ...invoke.plan(resource, parameters, world),
    result: (output) => {
      const { StatusCode, ...shown } = answer(output);
      const version = { "X-Amz-Executed-Version": String(shown.ExecutedVersion) };
      const length = Buffer.byteLength(String(output.Payload ?? ""));
      return Payload.of({ ...shown, ...sdkMetadata(world, "application/json", length, version), StatusCode });
    },
  }),
};
