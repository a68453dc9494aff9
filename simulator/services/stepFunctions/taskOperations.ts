// The operations by which somebody outside answers a task that waits.
import type {
  SendTaskFailureCommandInput,
  SendTaskHeartbeatCommandInput,
  SendTaskSuccessCommandInput,
} from "@aws-sdk/client-sfn";
import { type Authorization, type Operation, operation } from "../../service";
import type { TaskTokens } from "./taskTokens";

export function taskOperations(tokens: TaskTokens): Record<string, Operation> {
  const authorize =
    (action: string) =>
    (input: { readonly taskToken: string | undefined }): readonly Authorization[] => [
      { action: `states:${action}`, resource: tokens.stateMachineArn(input.taskToken) ?? "*" },
    ];
  return {
    SendTaskSuccess: operation<SendTaskSuccessCommandInput>({
      authorize: authorize("SendTaskSuccess"),
      handle: ({ taskToken, output }) => {
        tokens.sendSuccess(taskToken, output);
        return {};
      },
    }),
    SendTaskFailure: operation<SendTaskFailureCommandInput>({
      authorize: authorize("SendTaskFailure"),
      handle: ({ taskToken, error, cause }) => {
        tokens.sendFailure(taskToken, error, cause);
        return {};
      },
    }),
    SendTaskHeartbeat: operation<SendTaskHeartbeatCommandInput>({
      authorize: authorize("SendTaskHeartbeat"),
      handle: ({ taskToken }) => {
        tokens.sendHeartbeat(taskToken);
        return {};
      },
    }),
  };
}
