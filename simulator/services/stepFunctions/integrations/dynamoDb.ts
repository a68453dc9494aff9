// arn:aws:states:::dynamodb:getItem and so on (Developer Guide: "Perform Amazon DynamoDB CRUD operations with Step Functions").
import type { Integration } from "./integration";
import { optimised } from "./optimised";
import { dynamoDb } from "./sdkServices";

const expressions = ["ExpressionAttributeNames", "ExpressionAttributeValues"];
const writes = [
  ...["TableName", "ConditionExpression", "ConditionalOperator", "Expected", ...expressions],
  ...["ReturnConsumedCapacity", "ReturnItemCollectionMetrics", "ReturnValues"],
];

function item(action: string, supported: readonly string[], required: readonly string[]): Integration {
  return optimised({
    resourceType: "dynamodb",
    action,
    supported,
    required: ["TableName", ...required],
    service: dynamoDb,
    calls: { service: "dynamodb", action: `${action.charAt(0).toUpperCase()}${action.slice(1)}` },
  });
}

const reads = ["TableName", "Key", "AttributesToGet", "ConsistentRead", "ExpressionAttributeNames"];

export const dynamoDbItems: readonly Integration[] = [
  item("getItem", [...reads, "ProjectionExpression", "ReturnConsumedCapacity"], ["Key"]),
  item("putItem", [...writes, "Item"], ["Item"]),
  item("updateItem", [...writes, "Key", "AttributeUpdates", "UpdateExpression"], ["Key"]),
  item("deleteItem", [...writes, "Key"], ["Key"]),
];
