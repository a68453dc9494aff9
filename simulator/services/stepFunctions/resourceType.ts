// aws:sfn/stateMachine:StateMachine, as the Pulumi provider creates it.
import type { CreateStateMachineCommandInput } from "@aws-sdk/client-sfn";
import type { JsonObject } from "../../json";
import type { CreatedResource, ResourceType } from "../../service";
import { unsupportedArgument } from "./errors";
import type { StateMachine } from "./stateMachines";

interface LoggingArguments {
  readonly level?: string;
  readonly includeExecutionData?: boolean;
  readonly logDestination?: string;
}

function refuse(inputs: JsonObject): void {
  const { type, namePrefix, publish } = inputs;
  if (type !== undefined && type !== "STANDARD") throw unsupportedArgument("[type]", type, "STANDARD");
  if (namePrefix !== undefined) throw unsupportedArgument("[namePrefix]", namePrefix, "[name] and generated names");
  if (publish === true) throw unsupportedArgument("[publish]", publish, "false");
}

function createInput(inputs: JsonObject, physicalName: string): CreateStateMachineCommandInput {
  const logging = inputs.loggingConfiguration as LoggingArguments | undefined;
  const { tracingConfiguration } = inputs;
  const destination = logging?.logDestination;
  return {
    name: (inputs.name as string | undefined) ?? physicalName,
    definition: inputs.definition as string,
    roleArn: inputs.roleArn as string,
    ...(logging === undefined
      ? {}
      : {
          loggingConfiguration: {
            level: (logging.level ?? "OFF") as "ALL",
            includeExecutionData: logging.includeExecutionData ?? false,
            destinations: destination === undefined ? [] : [{ cloudWatchLogsLogGroup: { logGroupArn: destination } }],
          },
        }),
    ...(tracingConfiguration === undefined
      ? {}
      : { tracingConfiguration: tracingConfiguration as { readonly enabled?: boolean } }),
  };
}

/** @param create CreateStateMachine, without IAM: the provider's own rights are not simulated */
export function stateMachineResourceType(
  create: (input: CreateStateMachineCommandInput) => StateMachine,
): ResourceType {
  return {
    knownArguments: [
      "name",
      "namePrefix",
      "definition",
      "roleArn",
      "type",
      "loggingConfiguration",
      "tracingConfiguration",
      "tags",
      "publish",
    ],
    create: (inputs, physicalName): CreatedResource => {
      refuse(inputs);
      const machine = create(createInput(inputs, physicalName));
      const tags = inputs.tags as JsonObject | undefined;
      return {
        id: machine.arn,
        state: {
          ...inputs,
          arn: machine.arn,
          name: machine.name,
          type: "STANDARD",
          status: machine.status,
          creationDate: new Date(machine.createdAt).toISOString(),
          revisionId: "INITIAL",
          description: "",
          ...(tags === undefined ? {} : { tagsAll: tags }),
        },
      };
    },
  };
}
