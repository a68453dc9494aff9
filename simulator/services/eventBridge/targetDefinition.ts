// Checks a target and makes ready what it will receive.

import type { EventBridgeQuotas } from "../../quotas";
import { AwsError } from "../../service";
import {
  createInputTransformer,
  isReserved,
  isValidTemplate,
  type TransformContext,
  undefinedPlaceholders,
} from "./inputTransformer";
import { type JsonPath, parseJsonPath } from "./jsonPath";
import type { Target, TargetInput } from "./rule";
import { targetService } from "./targetCall";

const supported = [
  ...["Id", "Arn", "RoleArn", "Input", "InputPath", "InputTransformer"],
  ...["SqsParameters", "KinesisParameters", "DeadLetterConfig", "RetryPolicy"],
];
const maximumInputCharacters = 8_192;

function invalid(message: string): AwsError {
  return new AwsError("ValidationException", message);
}

function checkJson(text: string, id: string): void {
  if (text.length > maximumInputCharacters) {
    throw invalid(`Input for target ${id} must have length less than or equal to ${maximumInputCharacters}.`);
  }
  try {
    JSON.parse(text);
  } catch {
    throw invalid(`JSON syntax error in input for target ${id}.`);
  }
}

function compilePath(path: string, id: string): JsonPath {
  const compiled = parseJsonPath(path);
  if (compiled === undefined) throw invalid(`Invalid JSONPath for target ${id}: ${path}`);
  return compiled;
}

function compileTransformer(given: NonNullable<TargetInput["InputTransformer"]>, id: string): Target["input"] {
  const { InputPathsMap: paths = {}, InputTemplate: template } = given;
  const taken = Object.keys(paths).find(isReserved);
  if (taken !== undefined)
    throw invalid(`InputPathsMap for target ${id} must not have a key that starts with AWS, got ${taken}.`);
  const [unknown] = undefinedPlaceholders(template, paths);
  if (unknown !== undefined) throw invalid(`InputTemplate for target ${id} contains invalid placeholder ${unknown}.`);
  if (!isValidTemplate(template)) throw invalid(`Invalid InputTemplate for target ${id} : ${template}`);
  const compiled = Object.fromEntries(Object.entries(paths).map(([name, path]) => [name, compilePath(path, id)]));
  const transformer = createInputTransformer(template, compiled);
  return (context) => transformer.transform(context);
}

/** Of constant, path and transformer at most one; without any, the event itself. */
function compileInput({ Id: id, Input, InputPath, InputTransformer }: TargetInput): Target["input"] {
  if ([Input, InputPath, InputTransformer].filter((given) => given !== undefined).length > 1) {
    throw invalid(`Only one of Input, InputPath, or InputTransformer must be provided for target ${id}.`);
  }
  if (Input !== undefined) {
    checkJson(Input, id);
    return () => Input;
  }
  if (InputPath !== undefined) {
    const path = compilePath(InputPath, id);
    return ({ event }: TransformContext) => JSON.stringify(path(event) ?? null);
  }
  if (InputTransformer !== undefined) return compileTransformer(InputTransformer, id);
  return ({ event }: TransformContext) => JSON.stringify(event);
}

function checkWhole(value: number, range: readonly [number, number], argument: string): void {
  if (Number.isInteger(value) && value >= range[0] && value <= range[1]) return;
  throw invalid(`[${argument}] must be a whole number from ${range[0]} to ${range[1]}, got ${value}`);
}

function checkDeadLetterQueue(arn: string | undefined, id: string): void {
  if (arn === undefined) return;
  if (!/^arn:aws:sqs:[\w-]+:\d{12}:[\w-]+$/.test(arn)) {
    throw invalid(`[DeadLetterConfig.Arn] of target ${id} must be the ARN of a standard SQS queue, got ${arn}`);
  }
}

function checkForService({ Id: id, Arn, RoleArn, SqsParameters, KinesisParameters, ...inputs }: TargetInput): void {
  const service = targetService(Arn);
  if (["states", "events", "kinesis"].includes(service) && RoleArn === undefined) {
    throw invalid(`RoleArn is required for target ${Arn}.`);
  }
  const changed = ["Input", "InputPath", "InputTransformer"].find((name) => Object.hasOwn(inputs, name));
  if (service === "events" && inputs[changed as keyof typeof inputs] !== undefined) {
    const text = `[Targets.${changed}] the simulator sends events to another event bus as they are, target ${id}`;
    throw new AwsError("SimulatorUnsupportedArgument", text);
  }
  if (KinesisParameters !== undefined) {
    const { PartitionKeyPath: path = "" } = KinesisParameters;
    if (service !== "kinesis")
      throw invalid(`[KinesisParameters] of target ${id} belongs to Kinesis streams, got ${Arn}`);
    compilePath(path, id);
  }
  const isFifo = Arn.endsWith(".fifo");
  const group = SqsParameters?.MessageGroupId;
  if (isFifo && !group) throw invalid(`Parameter(s) MessageGroupId must be specified for target: ${id}.`);
  if (!isFifo && group !== undefined) {
    throw invalid(`[SqsParameters.MessageGroupId] of target ${id} belongs to FIFO queues, got ${Arn}`);
  }
}

/** @throws AwsError ValidationException, or SimulatorUnsupported... for targets and parameters that the simulator lacks */
export function defineTarget(given: TargetInput, quotas: EventBridgeQuotas): Target {
  const unknown = Object.keys(given).find((name) => !supported.includes(name));
  if (unknown !== undefined) {
    const allowed = supported.join(", ");
    throw new AwsError(
      "SimulatorUnsupportedArgument",
      `[Targets.${unknown}] is not in the simulator; it has ${allowed}`,
    );
  }
  if (!/^[.\-\w]{1,64}$/.test(given.Id))
    throw invalid(`[Targets.Id] must be 1 to 64 characters of letters, digits and .-_, got "${given.Id}"`);
  checkForService(given);
  checkDeadLetterQueue(given.DeadLetterConfig?.Arn, given.Id);
  const {
    MaximumRetryAttempts: maximumRetryAttempts = quotas.maximumRetryAttempts,
    MaximumEventAgeInSeconds: maximumEventAgeSeconds = quotas.maximumEventAgeSeconds,
  } = given.RetryPolicy ?? {};
  checkWhole(maximumRetryAttempts, [0, quotas.maximumRetryAttempts], "RetryPolicy.MaximumRetryAttempts");
  checkWhole(
    maximumEventAgeSeconds,
    [quotas.minimumEventAgeSeconds, quotas.maximumEventAgeSeconds],
    "RetryPolicy.MaximumEventAgeInSeconds",
  );
  return { given, maximumRetryAttempts, maximumEventAgeSeconds, input: compileInput(given) };
}
