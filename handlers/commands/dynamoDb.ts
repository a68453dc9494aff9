// The calls of DynamoDB that the status of commands needs.
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  BatchGetCommand,
  type BatchGetCommandInput,
  type BatchGetCommandOutput,
  DynamoDBDocumentClient,
  GetCommand,
  type GetCommandInput,
  type GetCommandOutput,
  PutCommand,
  type PutCommandInput,
  TransactWriteCommand,
  type TransactWriteCommandInput,
  UpdateCommand,
  type UpdateCommandInput,
  type UpdateCommandOutput,
} from "@aws-sdk/lib-dynamodb";
import { timeouts } from "../aws";

/** DynamoDB with plain values. */
export interface CommandDynamoDb {
  put(input: PutCommandInput): Promise<unknown>;
  get(input: GetCommandInput): Promise<Pick<GetCommandOutput, "Item">>;
  batchGet(input: BatchGetCommandInput): Promise<Pick<BatchGetCommandOutput, "Responses" | "UnprocessedKeys">>;
  update(input: UpdateCommandInput): Promise<Pick<UpdateCommandOutput, "Attributes">>;
  transactWrite(input: TransactWriteCommandInput): Promise<unknown>;
}

/**
 * DynamoDB through the SDK's document client.
 *
 * @param dynamoDb @default a client of its own
 */
export function commandDynamoDb(
  dynamoDb: DynamoDBClient = new DynamoDBClient({ requestHandler: timeouts(5_000) }),
): CommandDynamoDb {
  const client = DynamoDBDocumentClient.from(dynamoDb, { marshallOptions: { removeUndefinedValues: true } });
  return {
    put: (input) => client.send(new PutCommand(input)),
    get: (input) => client.send(new GetCommand(input)),
    batchGet: (input) => client.send(new BatchGetCommand(input)),
    update: (input) => client.send(new UpdateCommand(input)),
    transactWrite: (input) => client.send(new TransactWriteCommand(input)),
  };
}
