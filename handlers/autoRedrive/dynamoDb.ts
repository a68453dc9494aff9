// The two calls of DynamoDB that a run makes: its lease and progress, and the circuit breaker that it looks at.
import type {
  GetItemCommandInput,
  GetItemCommandOutput,
  UpdateItemCommandInput,
  UpdateItemCommandOutput,
} from "@aws-sdk/client-dynamodb";
import { timeouts } from "../aws";

export interface DynamoDbApi {
  getItem(input: GetItemCommandInput): Promise<Pick<GetItemCommandOutput, "Item">>;
  updateItem(input: UpdateItemCommandInput): Promise<Pick<UpdateItemCommandOutput, "Attributes">>;
}

/** DynamoDB through the SDK's client. */
export function dynamoDbApi(): DynamoDbApi {
  const {
    DynamoDBClient,
    GetItemCommand,
    UpdateItemCommand,
  }: typeof import("@aws-sdk/client-dynamodb") = require("@aws-sdk/client-dynamodb");
  const client = new DynamoDBClient({ requestHandler: timeouts(10_000) });
  return {
    getItem: (input) => client.send(new GetItemCommand(input)),
    updateItem: (input) => client.send(new UpdateItemCommand(input)),
  };
}
