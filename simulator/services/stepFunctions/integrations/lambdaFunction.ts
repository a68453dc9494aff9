// A function's ARN as the Resource of a Task: its input is the arguments, its result the function's answer.
import { Payload } from "../payload";
import { lambdaFunctionEvents } from "./events";
import type { Integration } from "./integration";
import { type InvokeOutput, parsePayload, throwFunctionError } from "./lambda";
import { lambda } from "./sdkServices";
import { optimisedFailure } from "./serviceErrors";

const functionArn = /^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9-_]+(:[A-Za-z0-9-_$]+)?$/;

export const lambdaFunction: Integration = {
  description: "the ARN of a Lambda function",
  handles: (resource) => functionArn.test(resource),
  check: () => undefined,
  plan: (resource, parameters, world) => ({
    label: resource,
    events: lambdaFunctionEvents(resource, parameters),
    call: { service: "lambda", action: "Invoke", input: { FunctionName: resource, Payload: parameters.text } },
    result: (output) => {
      const answer = output as unknown as InvokeOutput;
      throwFunctionError(answer, (text) => text);
      return Payload.of(parsePayload(answer.Payload ?? "null"));
    },
    failure: (error) => optimisedFailure(lambda, error, world),
  }),
};
