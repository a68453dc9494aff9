// Queues: creating, finding and configuring them, and the policy that guards them.
import { describe, expect, it } from "vitest";
import type { Iam } from "../../../../../simulator/iam";
import type { Authorization } from "../../../../../simulator/service";
import { queryErrorCode } from "../../../../../simulator/services/sqs/errors";
import { sqsWorld } from "./sqsWorld";

const arn = "arn:aws:sqs:eu-west-1:123456789012:orders";

describe("CreateQueue", () => {
  it("gives AWS's defaults", () => {
    const { createQueue, call } = sqsWorld();
    const QueueUrl = createQueue("orders");
    expect(QueueUrl).toBe("https://sqs.eu-west-1.amazonaws.com/123456789012/orders");
    expect(call("GetQueueAttributes", { QueueUrl, AttributeNames: ["All"] })).toEqual({
      Attributes: {
        ApproximateNumberOfMessages: "0",
        ApproximateNumberOfMessagesDelayed: "0",
        ApproximateNumberOfMessagesNotVisible: "0",
        CreatedTimestamp: "1767225600",
        DelaySeconds: "0",
        LastModifiedTimestamp: "1767225600",
        MaximumMessageSize: "1048576",
        MessageRetentionPeriod: "345600",
        QueueArn: arn,
        ReceiveMessageWaitTimeSeconds: "0",
        SqsManagedSseEnabled: "true",
        VisibilityTimeout: "30",
      },
    });
  });

  it("gives the same queue back for the same attributes and refuses others", () => {
    const { createQueue, failure } = sqsWorld();
    const url = createQueue("orders", { DelaySeconds: "5" });
    expect(createQueue("orders", { DelaySeconds: "5" })).toBe(url);
    expect(createQueue("orders")).toBe(url);
    expect(failure("CreateQueue", { QueueName: "orders", Attributes: { DelaySeconds: "6" } })).toBe(
      "QueueNameExists: A queue already exists with the same name and a different value for attribute DelaySeconds",
    );
  });

  it("refuses names and values that AWS does not take, and what only FIFO queues have", () => {
    const { failure } = sqsWorld();
    const attempt = (QueueName: string, Attributes = {}) => failure("CreateQueue", { QueueName, Attributes });
    for (const name of ["a.b", "a b", "x".repeat(81)]) {
      expect(attempt(name)).toBe(
        "InvalidParameterValueException: Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length",
      );
    }
    expect(attempt("a.fifo")).toMatch(/^InvalidParameterValueException: Can only include /);
    expect(attempt("a", { FifoQueue: "true" })).toBe(
      "InvalidParameterValueException: The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length.",
    );
    expect(attempt("a", { ContentBasedDeduplication: "true" })).toBe(
      "InvalidAttributeName: Unknown Attribute ContentBasedDeduplication.",
    );
    expect(attempt("a", { Colour: "red" })).toBe("InvalidAttributeName: Unknown Attribute Colour.");
    const outside = {
      DelaySeconds: ["-1", "901"],
      MaximumMessageSize: ["1023", "1048577"],
      MessageRetentionPeriod: ["59", "1209601"],
      ReceiveMessageWaitTimeSeconds: ["21", "x"],
      VisibilityTimeout: ["43201", "1.5"],
    };
    for (const [name, values] of Object.entries(outside)) {
      for (const value of values) {
        expect(attempt("a", { [name]: value })).toBe(`InvalidAttributeValue: Invalid value for the parameter ${name}.`);
      }
    }
  });
});

describe("SetQueueAttributes", () => {
  it("changes what it names, all of it or nothing", () => {
    const { createQueue, call, failure } = sqsWorld();
    const QueueUrl = createQueue("orders");
    const read = () =>
      call<{ Attributes: object }>("GetQueueAttributes", {
        QueueUrl,
        AttributeNames: ["DelaySeconds", "VisibilityTimeout"],
      }).Attributes;
    call("SetQueueAttributes", { QueueUrl, Attributes: { DelaySeconds: "7" } });
    expect(read()).toEqual({ DelaySeconds: "7", VisibilityTimeout: "30" });
    expect(failure("SetQueueAttributes", { QueueUrl, Attributes: { VisibilityTimeout: "1", Policy: "{" } })).toBe(
      "InvalidAttributeValue: Invalid value for the parameter Policy.",
    );
    expect(read()).toEqual({ DelaySeconds: "7", VisibilityTimeout: "30" });
  });

  it("has one kind of encryption at a time, as recorded on AWS", () => {
    const { createQueue, call, failure } = sqsWorld();
    const QueueUrl = createQueue("orders");
    const set = (Attributes: object) => call("SetQueueAttributes", { QueueUrl, Attributes: { ...Attributes } });
    const read = () => {
      const AttributeNames = ["KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds", "SqsManagedSseEnabled"];
      return call<{ Attributes: object }>("GetQueueAttributes", { QueueUrl, AttributeNames }).Attributes;
    };
    set({ KmsMasterKeyId: "testKeyId", KmsDataKeyReusePeriodSeconds: "6000" });
    expect(read()).toEqual({
      KmsMasterKeyId: "testKeyId",
      KmsDataKeyReusePeriodSeconds: "6000",
      SqsManagedSseEnabled: "false",
    });
    set({ SqsManagedSseEnabled: "true" });
    expect(read()).toEqual({ SqsManagedSseEnabled: "true" });
    const both = { KmsMasterKeyId: "k", SqsManagedSseEnabled: "true" };
    expect(failure("SetQueueAttributes", { QueueUrl, Attributes: both })).toBe(
      "InvalidAttributeName: You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE.",
    );
  });

  it("removes a policy with an empty text", () => {
    const { createQueue, call } = sqsWorld();
    const QueueUrl = createQueue("orders");
    const Policy = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Deny", Principal: "*", Action: "sqs:*", Resource: "*" }],
    });
    call("SetQueueAttributes", { QueueUrl, Attributes: { Policy } });
    expect(call("GetQueueAttributes", { QueueUrl, AttributeNames: ["Policy"] })).toEqual({ Attributes: { Policy } });
    call("SetQueueAttributes", { QueueUrl, Attributes: { Policy: "" } });
    expect(call("GetQueueAttributes", { QueueUrl, AttributeNames: ["Policy"] })).toEqual({ Attributes: {} });
  });
});

describe("DeleteQueue", () => {
  it("ends the queue, its messages and the polls that wait, and keeps the name for a minute", () => {
    const { world, createQueue, call, failure, send } = sqsWorld();
    const QueueUrl = createQueue("orders", { VisibilityTimeout: "0" });
    const answers: unknown[] = [];
    const input = { QueueUrl, WaitTimeSeconds: 20 };
    world.gateway.call({ service: "sqs", action: "ReceiveMessage", input, principal: { kind: "operator" } }, (answer) =>
      answers.push(answer),
    );
    world.run(1_000);
    call("DeleteQueue", { QueueUrl });
    world.run(50);
    expect(answers).toMatchObject([{ ok: false, error: { code: "QueueDoesNotExist" } }]);
    expect(() => send(QueueUrl, "a")).toThrow("The specified queue does not exist.");
    expect(failure("CreateQueue", { QueueName: "orders" })).toBe(
      "QueueDeletedRecently: You must wait 60 seconds after deleting a queue before you can create another with the same name.",
    );
    world.run(60_000);
    expect(createQueue("orders")).toBe(QueueUrl);
  });
});

describe("tags", () => {
  it("are added, replaced, listed and taken away", () => {
    const { createQueue, call } = sqsWorld();
    const QueueUrl = createQueue("orders");
    expect(call("ListQueueTags", { QueueUrl })).toEqual({});
    call("TagQueue", { QueueUrl, Tags: { team: "shop", stage: "test" } });
    call("TagQueue", { QueueUrl, Tags: { team: "bank" } });
    expect(call("ListQueueTags", { QueueUrl })).toEqual({ Tags: { team: "bank", stage: "test" } });
    call("UntagQueue", { QueueUrl, TagKeys: ["stage", "none"] });
    expect(call("ListQueueTags", { QueueUrl })).toEqual({ Tags: { team: "bank" } });
  });
});

describe("a queue's policy", () => {
  it.each([
    [
      "has no statement",
      { Version: "2012-10-17", Statement: [] },
      "InvalidAttributeValue: Invalid value for the parameter Policy. Reason: [Statement] must have at least one statement",
    ],
    [
      "names nobody",
      { Statement: [{ Effect: "Allow", Action: "sqs:*", Resource: "*" }] },
      "InvalidAttributeValue: Invalid value for the parameter Policy. Reason: Missing required field Principal",
    ],
  ])("is refused when it %s", (_what, policy, message) => {
    const { failure } = sqsWorld();
    expect(failure("CreateQueue", { QueueName: "orders", Attributes: { Policy: JSON.stringify(policy) } })).toBe(
      message,
    );
  });

  it("is refused when the simulator could not evaluate it", () => {
    const { failure } = sqsWorld();
    const Statement = [
      { Effect: "Allow", Principal: "*", Action: "sqs:*", Resource: `arn:aws:sqs:*:*:\${aws:username}` },
    ];
    const attempt = { QueueName: "orders", Attributes: { Policy: JSON.stringify({ Statement }) } };
    expect(failure("CreateQueue", attempt)).toMatch(/^SimulatorUnsupportedPolicyVariable/);
  });
});

describe("finding queues", () => {
  it("is by name and by prefix, in pages", () => {
    const { createQueue, call, failure } = sqsWorld();
    const urls = ["spool", "spool-poison", "orders"].map((name) => createQueue(name));
    expect(call("GetQueueUrl", { QueueName: "spool" })).toEqual({ QueueUrl: urls[0] });
    expect(failure("GetQueueUrl", { QueueName: "spoo" })).toBe(
      "QueueDoesNotExist: The specified queue does not exist.",
    );
    expect(failure("GetQueueUrl", { QueueName: "spool", QueueOwnerAWSAccountId: "999999999999" })).toMatch(
      /^QueueDoesNotExist/,
    );
    expect(call("ListQueues", { QueueNamePrefix: "spool" })).toEqual({ QueueUrls: urls.slice(0, 2) });
    expect(call("ListQueues", { MaxResults: 2 })).toEqual({ QueueUrls: urls.slice(0, 2), NextToken: "2" });
    expect(call("ListQueues", { MaxResults: 2, NextToken: "2" })).toEqual({ QueueUrls: urls.slice(2) });
    expect(call("ListQueues", { QueueNamePrefix: "x" })).toEqual({});
  });
});

describe("what a call needs", () => {
  it("is the single action for a batch, on the queue, with the queue's own policy", () => {
    const asked: Authorization[] = [];
    const iam: Iam = { authorize: (_call, authorization) => void asked.push(authorization) };
    const { createQueue, call } = sqsWorld({ iam });
    const policy = {
      Version: "2012-10-17",
      Statement: [{ Effect: "Deny" as const, Principal: "*" as const, Action: "sqs:*", Resource: "*" }],
    };
    const QueueUrl = createQueue("orders", { Policy: JSON.stringify(policy) });
    call("SendMessageBatch", { QueueUrl, Entries: [{ Id: "1", MessageBody: "a" }] });
    call("ListQueues", {});
    expect(asked).toEqual([
      { action: "sqs:CreateQueue", resource: arn },
      { action: "sqs:SendMessage", resource: arn, resourcePolicy: policy },
      { action: "sqs:ListQueues", resource: "*" },
    ]);
  });
});

describe("error names of the query protocol", () => {
  it("differ from those of the JSON protocol as recorded on AWS", () => {
    expect(
      ["QueueDoesNotExist", "QueueNameExists", "InvalidParameterValueException", "OverLimit"].map(queryErrorCode),
    ).toEqual(["AWS.SimpleQueueService.NonExistentQueue", "QueueAlreadyExists", "InvalidParameterValue", "OverLimit"]);
  });
});
