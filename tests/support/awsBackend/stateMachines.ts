// Step Functions state machines, created by the AWS SDK.
import { CreateStateMachineCommand, DeleteStateMachineCommand, type SFNClient } from "@aws-sdk/client-sfn";
import { given, type LiveResourceTypes, liveType, only } from "./resourceType";

interface StateMachineArguments {
  readonly name?: string;
  readonly definition: string;
  readonly roleArn: string;
  readonly tracingConfiguration?: { readonly enabled?: boolean };
  readonly type?: string;
}

export function stateMachineTypes(stepFunctions: SFNClient): LiveResourceTypes {
  return {
    "aws:sfn/stateMachine:StateMachine": liveType<StateMachineArguments>({
      knownArguments: ["name", "definition", "roleArn", "tracingConfiguration", "type"],
      async create({ name = "", definition, roleArn, tracingConfiguration, type }, physicalName) {
        only("type", type, ["STANDARD"]);
        const command = new CreateStateMachineCommand({
          name: name || physicalName,
          definition,
          roleArn,
          tracingConfiguration,
        });
        const created = await stepFunctions.send(command);
        const arn = given("stateMachineArn", created.stateMachineArn);
        return {
          id: arn,
          state: { arn, name: name || physicalName },
          remove: () => stepFunctions.send(new DeleteStateMachineCommand({ stateMachineArn: arn })),
        };
      },
    }),
  };
}
