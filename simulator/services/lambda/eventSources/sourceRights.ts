// What a function's role needs to read its event sources.
// Developer guide: "Configuring execution role permissions" of SQS; of the streams, the managed policies AWSLambdaDynamoDBExecutionRole
// and AWSLambdaKinesisExecutionRole, and the actions that Lambda's own error names.
import type { Iam, PolicyDocument } from "../../../iam";
import { type Authorization, AwsError, type Call } from "../../../service";
import type { LambdaFunction } from "../lambdaFunction";

interface Needed {
  readonly service: "sqs" | "dynamodb" | "kinesis";
  readonly actions: readonly string[];
  refusal(sourceArn: string, action: string): string;
}

function cannotAccess(sourceArn: string, actions: string): string {
  return `Cannot access stream ${sourceArn}. Please ensure the role can perform the ${actions} Actions on your stream in IAM.`;
}

const needs: Readonly<Record<string, Needed>> = {
  sqs: {
    service: "sqs",
    actions: ["ReceiveMessage", "DeleteMessage", "GetQueueAttributes"],
    refusal: (_, action) => `The provided execution role does not have permissions to call ${action} on SQS`,
  },
  dynamodb: {
    service: "dynamodb",
    actions: ["GetRecords", "GetShardIterator", "DescribeStream", "ListStreams"],
    refusal: (sourceArn) => cannotAccess(sourceArn, "GetRecords, GetShardIterator, DescribeStream, and ListStreams"),
  },
  kinesis: {
    service: "kinesis",
    actions: ["GetRecords", "GetShardIterator", "DescribeStream", "ListShards", "ListStreams"],
    refusal: (sourceArn) =>
      cannotAccess(sourceArn, "GetRecords, GetShardIterator, DescribeStream, ListShards, and ListStreams"),
  },
};

/**
 * Throws AwsError, in Lambda's words, unless the role of a function may read the source.
 *
 * @param resourcePolicy of the source itself
 */
export function assertRights(
  iam: Iam,
  target: LambdaFunction,
  sourceArn: string,
  resourcePolicy: PolicyDocument | undefined,
): void {
  const principal = { kind: "role", roleArn: target.configuration.role } as const;
  const { service, actions, refusal } = needs[sourceArn.split(":")[2] as string] as Needed;
  for (const action of actions) {
    const call: Call = { service, action, input: {}, principal, secureTransport: true, requestId: "" };
    const needed: Authorization = { action: `${service}:${action}`, resource: sourceArn };
    try {
      iam.authorize(call, resourcePolicy === undefined ? needed : { ...needed, resourcePolicy });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      throw new AwsError("InvalidParameterValueException", refusal(sourceArn, action));
    }
  }
}
