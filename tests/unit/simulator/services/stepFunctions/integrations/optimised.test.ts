// Optimised integrations against the real simulated services.
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../../../../simulator/json";
import { integrationAccount } from "./integrationAccount";

const table = "orders";
const item = { id: { S: "1" }, n: { N: "1" } };
const jsonPath = (resource: string, Parameters: JsonObject): JsonObject => ({
  QueryLanguage: "JSONPath",
  Type: "Task",
  Resource: `arn:aws:states:::${resource}`,
  Parameters,
  End: true,
});

describe("arn:aws:states:::dynamodb", () => {
  it("puts, updates, reads and deletes items", () => {
    const account = integrationAccount();
    const run = (action: string, parameters: JsonObject) =>
      account.run(jsonPath(`dynamodb:${action}`, { TableName: table, ...parameters })).output;
    expect(run("putItem", { Item: item })).toEqual({
      SdkHttpMetadata: expect.anything() as object,
      SdkResponseMetadata: expect.anything() as object,
    });
    const add = {
      UpdateExpression: "ADD n :n",
      ExpressionAttributeValues: { ":n": { N: "2" } },
      ReturnValues: "ALL_NEW",
    };
    expect(run("updateItem", { Key: { id: { S: "1" } }, ...add })).toMatchObject({
      Attributes: { id: { S: "1" }, n: { N: "3" } },
    });
    expect(run("getItem", { Key: { id: { S: "1" } } })).toMatchObject({ Item: { n: { N: "3" } } });
    run("deleteItem", { Key: { id: { S: "1" } } });
    expect(run("getItem", { Key: { id: { S: "1" } } })).not.toHaveProperty("Item");
  });

  it("names errors as AWS does", () => {
    const { run } = integrationAccount();
    const fails = (parameters: JsonObject) => {
      const { error, cause } = run(jsonPath("dynamodb:putItem", { TableName: table, ...parameters }));
      return { error, cause: cause?.replace(/[0-9a-f-]{36}/, "ID") };
    };
    expect(fails({ "Item.$": "$.none" }).error).toBe("States.Runtime");
    expect(fails({ Item: item, TableName: "none" })).toEqual({
      error: "DynamoDB.ResourceNotFoundException",
      cause:
        "Requested resource not found (Service: AmazonDynamoDBv2; Status Code: 400; Error Code: ResourceNotFoundException; Request ID: ID; Proxy: null)",
    });
    expect(fails({ Item: item, ConditionExpression: "attribute_exists(id)" }).error).toBe(
      "DynamoDB.ConditionalCheckFailedException",
    );
    const { error, cause } = fails({ Item: null });
    expect(error).toBe("DynamoDB.AmazonDynamoDBException");
    expect(cause).toContain("Value null at 'item' failed to satisfy constraint: Member must not be null");
  });

  it("refuses arguments that it does not have, when the definition is created", () => {
    const { run } = integrationAccount();
    expect(() => run(jsonPath("dynamodb:getItem", { "TableName.$": "$.t", Limit: 1, Key: {} }))).toThrow(
      'The field "Limit" is not supported by Step Functions at /States/A/Parameters',
    );
    expect(() => run(jsonPath("dynamodb:getItem", { "TableName.$": "$.t" }))).toThrow(
      "The field 'Key' is required but was missing at /States/A/Parameters",
    );
  });
});

describe("arn:aws:states:::sns:publish", () => {
  it("publishes text as it is and anything else as JSON", () => {
    const account = integrationAccount();
    const { output } = account.run(jsonPath("sns:publish", { TopicArn: account.topicArn, Message: { id: 1 } }));
    expect(output).toMatchObject({ MessageId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string });
    account.run(jsonPath("sns:publish", { TopicArn: account.topicArn, Message: "text" }));
    expect(account.inbox()).toEqual(['{"id":1}', "text"]);
  });

  it("names errors as AWS does", () => {
    const { run, topicArn } = integrationAccount();
    const { error, cause } = run(jsonPath("sns:publish", { TopicArn: `${topicArn}x`, Message: "m" }));
    expect(error).toBe("SNS.NotFoundException");
    expect(cause).toMatch(
      /^Topic does not exist \(Service: AmazonSNS; Status Code: 404; Error Code: NotFound; Request ID: [0-9a-f-]{36}; Proxy: null\)$/,
    );
    expect(run(jsonPath("sns:publish", { TopicArn: topicArn, Message: null })).error).toBe(
      "SNS.InvalidParameterException",
    );
  });
});

describe("arn:aws:states:::events:putEvents", () => {
  const entry = { Source: "shop", DetailType: "sold", Detail: { id: 1 } };

  it("puts details as JSON", () => {
    const { run } = integrationAccount();
    expect(run(jsonPath("events:putEvents", { Entries: [entry] })).output).toMatchObject({
      Entries: [{ EventId: expect.any(String) as string }],
      FailedEntryCount: 0,
    });
  });

  it("fails with the answer when one entry failed", () => {
    const { run } = integrationAccount();
    const { error, cause } = run(jsonPath("events:putEvents", { Entries: [entry, { ...entry, Source: null }] }));
    expect(error).toBe("EventBridge.FailedEntry");
    expect(JSON.parse(cause ?? "")).toEqual({
      Entries: [
        { EventId: expect.any(String) as string },
        {
          ErrorCode: "InvalidArgument",
          ErrorMessage: "Parameter Source is not valid. Reason: Source is a required argument.",
        },
      ],
      FailedEntryCount: 1,
    });
  });
});

describe("arn:aws:states:::states:startExecution", () => {
  const start = (resource: string, parameters: JsonObject) => jsonPath(`states:startExecution${resource}`, parameters);

  it("starts, and goes on", () => {
    const { run, childArn } = integrationAccount();
    const { output } = run(start("", { StateMachineArn: childArn, Input: { id: 1 }, Name: "child" }));
    expect(output).toMatchObject({
      ExecutionArn: childArn.replace(":stateMachine:", ":execution:").concat(":child"),
      StartDate: expect.any(Number) as number,
    });
  });

  it("waits with .sync, and gives the description with texts", () => {
    const { run, childArn } = integrationAccount();
    const { output } = run(start(".sync", { StateMachineArn: childArn, Input: { id: 1 }, Name: "child" }));
    expect(output).toMatchObject({ Name: "child", Status: "SUCCEEDED", Input: '{"id":1}', Output: '{"id":1}' });
    expect(Object.keys(output as object)).toEqual(Object.keys(output as object).sort());
  });

  it("waits with .sync:2, and gives the description with JSON", () => {
    const { run, childArn } = integrationAccount();
    const { output } = run(start(".sync:2", { StateMachineArn: childArn, Input: { id: 1 } }));
    expect(output).toMatchObject({ Status: "SUCCEEDED", Input: { id: 1 }, Output: { id: 1 } });
  });

  it("fails with the description when the child failed", () => {
    const { run, childArn } = integrationAccount();
    const { error, cause } = run(start(".sync", { StateMachineArn: childArn, Input: { fail: true } }));
    expect(error).toBe("States.TaskFailed");
    expect(JSON.parse(cause ?? "")).toMatchObject({ Status: "FAILED", Error: "Child.Failed", Input: '{"fail":true}' });
  });

  it("names errors as AWS does", () => {
    const { run, childArn } = integrationAccount();
    const { error, cause } = run(start("", { StateMachineArn: `${childArn}x` }));
    expect(error).toBe("StepFunctions.StateMachineDoesNotExistException");
    expect(cause).toMatch(/\(Service: AWSStepFunctions; Status Code: 400; Error Code: StateMachineDoesNotExist; /);
  });
});

describe("arn:aws:states:::sqs:sendMessage", () => {
  it("fails for a host that nobody knows", () => {
    const { run } = integrationAccount();
    const { error, cause } = run(jsonPath("sqs:sendMessage", { QueueUrl: "http://no-such-queue", MessageBody: "m" }));
    expect(error).toBe("SQS.SdkClientException");
    expect(cause).toBe("Unable to execute HTTP request: no-such-queue: Name or service not known");
  });

  it("gives the codes of SQS's older protocol", () => {
    const { run, queueUrl } = integrationAccount();
    const { error, cause } = run(jsonPath("sqs:sendMessage", { QueueUrl: queueUrl, MessageBody: null }));
    expect(error).toBe("SQS.AmazonSQSException");
    expect(cause).toMatch(/^The request must contain the parameter MessageBody\. .*Error Code: MissingParameter;/);
  });
});
