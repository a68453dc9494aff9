// Optimised integrations, `arn:aws:states:::<service>:<action>`: what they have in common
// (Developer Guide: "Integrating optimized services with Step Functions").
import type { Json, JsonObject } from "../../../json";
import type { World } from "../../../world";
import { Payload } from "../payload";
import { checkArguments } from "./arguments";
import { serviceEvents } from "./events";
import type { Integration, Waiting } from "./integration";
import { optimisedFailure, type SdkService, sdkMetadata } from "./serviceErrors";

export type Pattern = "" | ".waitForTaskToken" | ".sync" | ".sync:2";

export interface Optimised {
  /** As in the Resource: "sqs". */
  readonly resourceType: string;
  /** As in the Resource: "sendMessage". */
  readonly action: string;
  /** The patterns that it has besides request-response. */
  readonly patterns?: readonly Pattern[];
  readonly supported: readonly string[];
  readonly required: readonly string[];
  readonly service: SdkService;
  /** The simulator's service and operation. */
  readonly calls: { readonly service: string; readonly action: string };
  /** The operation's input, out of the arguments that are not null. */
  input?(parameters: JsonObject, world: World): JsonObject;
  /** The result without the metadata; throws StateFailure when the answer tells of a failure. */
  answer?(output: JsonObject): JsonObject;
  /** @default application/x-amz-json-1.0 */
  readonly contentType?: string;
  waiting?(pattern: Pattern): Waiting | undefined;
}

/** Null means that an argument is not given: seen on AWS for Lambda, SQS, DynamoDB and Step Functions. */
export function givenArguments(value: Json): JsonObject {
  return Object.fromEntries(Object.entries((value ?? {}) as JsonObject).filter(([, member]) => member !== null));
}

/** Arguments that AWS wants as text may be any JSON; a string is that text already. */
export function asText(value: Json | undefined): Json | undefined {
  return value === undefined || typeof value === "string" ? value : JSON.stringify(value);
}

function patternOf(resource: string, base: string): Pattern {
  return resource.slice(base.length) as Pattern;
}

/** What every pattern but `.sync` waits for. */
export function taskTokenWaiting(pattern: Pattern): Waiting | undefined {
  return pattern === ".waitForTaskToken" ? { until: "taskToken" } : undefined;
}

export function optimised(definition: Optimised): Integration {
  const { resourceType, action, patterns = [], supported, required, service, calls } = definition;
  const base = `arn:aws:states:::${resourceType}:${action}`;
  const resources = ["", ...patterns].map((pattern) => `${base}${pattern}`);
  const { input = (given) => given, answer = (output) => output, waiting = taskTokenWaiting } = definition;
  return {
    description: resources.join(", "),
    handles: (resource) => resources.includes(resource),
    check: (field, location, diagnostics, name) => {
      checkArguments(field, { supported, required }, location, diagnostics, name);
    },
    plan: (resource, parameters, world) => {
      const pattern = patternOf(resource, base);
      return {
        label: resourceType,
        events: serviceEvents(resourceType, `${action}${pattern}`, world.region, parameters),
        call: { ...calls, input: input(givenArguments(parameters.value), world) },
        result: (output) => {
          const shown = answer(output);
          const { contentType = "application/x-amz-json-1.0" } = definition;
          return Payload.of({ ...shown, ...sdkMetadata(world, contentType, JSON.stringify(output).length) });
        },
        failure: (error) => optimisedFailure(service, error, world),
        waiting: waiting(pattern),
      };
    },
  };
}
