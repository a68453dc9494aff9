// What the middleware of commands works with, made once per execution environment.
import { SFNClient } from "@aws-sdk/client-sfn";
import { SQSClient } from "@aws-sdk/client-sqs";
import { type SqsApi, type StepFunctionsApi, sqsApi, stepFunctionsApi, timeouts } from "../aws";
import { type AcceptTools, acceptCommand, type CommandToAccept } from "../commands/accept";
import { commandDynamoDb } from "../commands/dynamoDb";
import { newCommandId } from "../commands/ids";
import { StatusStore } from "../commands/statusStore";
import { type MiddlewareTools, toolsOf } from "./attempt";
import type { CommandMiddlewareConfig } from "./config";

/** What the middleware asks of the statuses. */
export type CommandStatuses = Pick<StatusStore, "addChild" | "begin" | "fail" | "park" | "progress" | "succeed">;

export interface CommandTools extends MiddlewareTools {
  readonly statuses: CommandStatuses;
  /** Accepts a command for a function below. */
  accept(command: CommandToAccept): Promise<unknown>;
  /** Where the records of failures go. */
  readonly sqs: Pick<SqsApi, "sendMessage">;
  readonly stepFunctions: Pick<StepFunctionsApi, "startExecution">;
  now(): number;
}

export function commandToolsOf(config: CommandMiddlewareConfig): CommandTools {
  const statuses = new StatusStore(config.store, commandDynamoDb());
  const sqs = sqsApi(new SQSClient({ requestHandler: timeouts(5_000) }));
  const accepting: AcceptTools = { statuses, sqs, now: Date.now, newId: newCommandId };
  return {
    ...toolsOf(config),
    statuses,
    sqs,
    accept: (command) => acceptCommand(accepting, command),
    stepFunctions: stepFunctionsApi(new SFNClient({ requestHandler: timeouts(5_000) })),
    now: Date.now,
  };
}
