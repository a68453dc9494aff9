// arn:aws:states:::aws-sdk:sqs:<action>: any SQS action, its arguments and its answer as they are.
import type { JsonObject } from "../../../json";
import { Payload } from "../payload";
import { checkArguments } from "./arguments";
import { serviceEvents } from "./events";
import type { Integration } from "./integration";
import { sqsErrors } from "./sqsSendMessage";

const resourceArn = /^arn:aws:states:::aws-sdk:sqs:([a-z][A-Za-z]+)$/;

export const sdkSqs: Integration = {
  description: "arn:aws:states:::aws-sdk:sqs:<action>",
  handles: (resource) => resourceArn.test(resource),
  check: (field, location, diagnostics) => {
    checkArguments(field, { required: [] }, location, diagnostics);
  },
  plan: (resource, parameters, world) => {
    const action = resourceArn.exec(resource)?.[1] as string;
    return {
      label: "aws-sdk:sqs",
      events: serviceEvents("aws-sdk:sqs", action, world.region, parameters),
      call: {
        service: "sqs",
        action: `${action.charAt(0).toUpperCase()}${action.slice(1)}`,
        input: parameters.value as JsonObject,
      },
      result: (output) => Payload.of(output),
      failure: ({ code, message, status }) => {
        const name = sqsErrors[code] ?? "SqsException";
        const details = `Service: Sqs, Status Code: ${status}, Request ID: ${world.random.uuid()}`;
        return { error: `Sqs.${name}`, cause: `${message} (${details}) (SDK Attempt Count: 1)` };
      },
    };
  },
};
