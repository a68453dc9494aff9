// arn:aws:states:::aws-sdk:<service>:<action>: any action of a service, its arguments and its answer as they are
// (Developer Guide: "Learning to use AWS service SDK integrations in Step Functions").
import type { Json, JsonObject } from "../../../json";
import { Payload } from "../payload";
import { checkArguments } from "./arguments";
import { serviceEvents } from "./events";
import type { Integration } from "./integration";
import { asText, givenArguments, type Pattern, taskTokenWaiting } from "./optimised";
import { camelCase, pascalCase } from "./pascalCase";
import { dynamoDb, eventBridge, lambda, sns, sqs, stepFunctions } from "./sdkServices";
import { type SdkService, sdkFailure } from "./serviceErrors";

interface SdkTarget {
  /** The simulator's name of the service. */
  readonly service: string;
  /** The prefix of its errors, which the SDK's second version spells otherwise. */
  readonly prefix: string;
  readonly model: SdkService;
  /** Arguments that are text on the wire, and may be any JSON here. */
  readonly texts: readonly string[];
  /** Member names are in camel case on the wire. */
  readonly camelCase?: true;
}

/** By the service's name in the Resource. */
const targets: Readonly<Record<string, SdkTarget>> = {
  sqs: { service: "sqs", prefix: "Sqs", model: sqs, texts: ["MessageBody"] },
  sns: { service: "sns", prefix: "Sns", model: sns, texts: ["Message"] },
  dynamodb: { service: "dynamodb", prefix: "DynamoDb", model: dynamoDb, texts: [] },
  eventbridge: { service: "events", prefix: "EventBridge", model: eventBridge, texts: ["Detail"] },
  sfn: {
    service: "states",
    prefix: "Sfn",
    model: stepFunctions,
    texts: ["Input", "Output", "Definition"],
    camelCase: true,
  },
  lambda: { service: "lambda", prefix: "Lambda", model: lambda, texts: ["Payload"] },
};

const services = Object.keys(targets);
const resourceArn = new RegExp(
  `^arn:aws:states:::aws-sdk:(${services.join("|")}):([a-z][A-Za-z]+)(\\.waitForTaskToken)?$`,
);

/** Writes documents as text where the API wants text: in the arguments, and in the entries of a batch. */
function withTexts(value: JsonObject, texts: readonly string[]): JsonObject {
  const entry = (element: Json) =>
    typeof element === "object" && element !== null && !Array.isArray(element)
      ? withTexts(element as JsonObject, texts)
      : element;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => {
      if (texts.includes(name)) return [name, asText(member)];
      return [name, Array.isArray(member) ? member.map((element) => entry(element as Json)) : member];
    }),
  );
}

function inputOf(target: SdkTarget, parameters: Json): JsonObject {
  const input = withTexts(givenArguments(parameters), target.texts);
  return target.camelCase === true ? (camelCase(input, target.texts) as JsonObject) : input;
}

const dates = /(Date|Time|Timestamp)$/;

/** The SDK's second version shows times as text. */
function withDates(value: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      typeof member === "number" && dates.test(name) ? new Date(member * 1000).toISOString() : member,
    ]),
  );
}

function resultOf(target: SdkTarget, output: JsonObject): JsonObject {
  return target.camelCase === true ? withDates(pascalCase(output, target.texts) as JsonObject) : output;
}

export const sdkIntegration: Integration = {
  description: `arn:aws:states:::aws-sdk:<${services.join(" or ")}>:<action>`,
  handles: (resource) => resourceArn.test(resource),
  check: (field, location, diagnostics, name) => {
    checkArguments(field, { required: [] }, location, diagnostics, name);
  },
  plan: (resource, parameters, world) => {
    const [, service = "", action = "", pattern = ""] = resourceArn.exec(resource) ?? [];
    const target = targets[service] as SdkTarget;
    const resourceType = `aws-sdk:${service}`;
    return {
      label: resourceType,
      events: serviceEvents(resourceType, `${action}${pattern}`, world.region, parameters),
      call: {
        service: target.service,
        action: `${action.charAt(0).toUpperCase()}${action.slice(1)}`,
        input: inputOf(target, parameters.value),
      },
      result: (output) => Payload.of(resultOf(target, output)),
      failure: (error) => sdkFailure(target.prefix, target.model, error, world),
      waiting: taskTokenWaiting(pattern as Pattern),
    };
  },
};
