// aws-sdk integrations: any action, in the forms of the SDK for Java 2.
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../../../../simulator/json";
import { integrationAccount } from "./integrationAccount";

const sdk = (resource: string, Parameters: JsonObject): JsonObject => ({
  Type: "Task",
  Resource: `arn:aws:states:::aws-sdk:${resource}`,
  Parameters,
  End: true,
});

describe("arn:aws:states:::aws-sdk", () => {
  it("calls DynamoDB, whose errors have another spelling than those of the optimised integration", () => {
    const { run } = integrationAccount();
    const Item = { id: { S: "1" } };
    expect(run(sdk("dynamodb:putItem", { TableName: "orders", Item })).output).toEqual({});
    const query = { KeyConditionExpression: "id = :id", ExpressionAttributeValues: { ":id": { S: "1" } } };
    expect(run(sdk("dynamodb:query", { TableName: "orders", ...query })).output).toEqual({
      Count: 1,
      Items: [Item],
      ScannedCount: 1,
    });
    const missing = run(sdk("dynamodb:putItem", { TableName: "none", Item }));
    expect(missing.error).toBe("DynamoDb.ResourceNotFoundException");
    expect(missing.cause).toMatch(
      /^Requested resource not found \(Service: DynamoDb, Status Code: 400, Request ID: [0-9a-f-]{36}\) \(SDK Attempt Count: 1\)$/,
    );
    expect(run(sdk("dynamodb:putItem", { TableName: "orders", Item: {} })).error).toBe("DynamoDb.DynamoDbException");
  });

  it("writes member names with capitals, documents as text, and times as text", () => {
    const { run, childArn } = integrationAccount();
    const { output } = run(sdk("sfn:startExecution", { StateMachineArn: childArn, Input: { id: 1 }, Name: "child" }));
    expect(output).toEqual({
      ExecutionArn: childArn.replace(":stateMachine:", ":execution:").concat(":child"),
      StartDate: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string,
    });
    const ExecutionArn = (output as JsonObject).ExecutionArn as string;
    expect(run(sdk("sfn:describeExecution", { ExecutionArn })).output).toMatchObject({
      Status: "SUCCEEDED",
      Input: '{"id":1}',
      Output: '{"id":1}',
      InputDetails: { Included: true },
    });
    const { error } = run(sdk("sfn:sendTaskSuccess", { TaskToken: "none", Output: {} }));
    expect(error).toBe("Sfn.InvalidTokenException");
  });

  it("calls SNS and EventBridge", () => {
    const { run, topicArn, inbox } = integrationAccount();
    run(sdk("sns:publish", { TopicArn: topicArn, Message: { id: 1 }, MessageAttributes: {} }));
    expect(inbox()).toEqual(['{"id":1}']);
    const entry = { Source: "shop", DetailType: "sold", Detail: { id: 1 } };
    expect(run(sdk("eventbridge:putEvents", { Entries: [entry] })).output).toMatchObject({ FailedEntryCount: 0 });
    expect(run(sdk("sns:publish", { TopicArn: `${topicArn}x`, Message: "m" })).error).toBe("Sns.NotFoundException");
  });

  it("is refused by name for services and actions that the simulator lacks", () => {
    const { run } = integrationAccount();
    expect(() => run(sdk("ecs:runTask", {}))).toThrow(
      'does not have the Resource "arn:aws:states:::aws-sdk:ecs:runTask"',
    );
    expect(() => run(sdk("dynamodb:exportTableToPointInTime", {}))).toThrow(
      "the simulator does not have dynamodb:ExportTableToPointInTime",
    );
  });
});
