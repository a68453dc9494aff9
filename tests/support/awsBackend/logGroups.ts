// CloudWatch log groups and saved queries over them, created by the AWS SDK.
import {
  type CloudWatchLogsClient,
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  DeleteQueryDefinitionCommand,
  PutQueryDefinitionCommand,
  PutRetentionPolicyCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { given, type LiveResourceTypes, liveType } from "./resourceType";

interface LogGroupArguments {
  readonly name?: string;
  readonly retentionInDays?: number;
}

interface QueryDefinitionArguments {
  readonly name: string;
  readonly logGroupNames?: string[];
  readonly queryString: string;
}

/** @param account gives the ARN's middle, such as "eu-central-1:123456789012" */
export function logGroupTypes(logs: CloudWatchLogsClient, account: string): LiveResourceTypes {
  return {
    "aws:cloudwatch/logGroup:LogGroup": liveType<LogGroupArguments>({
      knownArguments: ["name", "retentionInDays"],
      async create({ name = "", retentionInDays }, physicalName) {
        const logGroupName = name || physicalName;
        await logs.send(new CreateLogGroupCommand({ logGroupName }));
        if (retentionInDays !== undefined) {
          await logs.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays }));
        }
        return {
          id: logGroupName,
          state: { name: logGroupName, arn: `arn:aws:logs:${account}:log-group:${logGroupName}` },
          remove: () => logs.send(new DeleteLogGroupCommand({ logGroupName })),
        };
      },
    }),
    "aws:cloudwatch/queryDefinition:QueryDefinition": liveType<QueryDefinitionArguments>({
      knownArguments: ["name", "logGroupNames", "queryString"],
      async create(settings) {
        const created = await logs.send(new PutQueryDefinitionCommand(settings));
        const queryDefinitionId = given("queryDefinitionId", created.queryDefinitionId);
        return {
          id: queryDefinitionId,
          state: { name: settings.name, queryDefinitionId },
          remove: () => logs.send(new DeleteQueryDefinitionCommand({ queryDefinitionId })),
        };
      },
    }),
  };
}
