// Both ways to call SQS.
import { describe, expect, it } from "vitest";
import { AwsError } from "../../../../../../simulator/service";
import { refusal, stepFunctionsWorld } from "../stepFunctionsWorld";

const queueUrl = "https://sqs.eu-west-1.amazonaws.com/123456789012/spool";
const send = (parameters: object, resource = "arn:aws:states:::sqs:sendMessage") => ({
  A: { Type: "Task", Resource: resource, Arguments: { QueueUrl: queueUrl, ...parameters }, End: true },
});

describe("arn:aws:states:::sqs:sendMessage", () => {
  it("sends text as it is, and anything else as JSON", () => {
    const body = (value: unknown) => {
      const { run, calls } = stepFunctionsWorld();
      run(send({ MessageBody: value }), { id: 1 });
      return calls[0]?.input.MessageBody;
    };
    expect(body("text")).toBe("text");
    expect(body({ respool: 1, input: "{% $states.input %}" })).toBe('{"respool":1,"input":{"id":1}}');
    expect(body("{% [1, 2] %}")).toBe("[1,2]");
  });

  it("passes the message's attributes on, and answers the message's id", () => {
    const { run, calls } = stepFunctionsWorld();
    const attributes = { respool: { DataType: "String", StringValue: "1" } };
    const execution = run(send({ MessageBody: "x", MessageAttributes: attributes }));
    expect(calls[0]).toMatchObject({
      action: "SendMessage",
      input: { QueueUrl: queueUrl, MessageBody: "x", MessageAttributes: attributes },
    });
    expect(JSON.parse(execution.output ?? "")).toMatchObject({ MD5OfMessageBody: "md5", MessageId: "id" });
    expect(execution.history[2]?.taskScheduledEventDetails).toMatchObject({
      resourceType: "sqs",
      resource: "sendMessage",
    });
  });

  it("names SQS's errors as AWS does", () => {
    const failing = (error: AwsError) => stepFunctionsWorld({ sqs: () => error }).run(send({ MessageBody: "x" }));
    const missing = failing(new AwsError("MissingParameter", "The request must contain the parameter MessageBody."));
    expect(missing.error).toBe("SQS.AmazonSQSException");
    expect(missing.cause).toMatch(
      /^The request must contain the parameter MessageBody\. \(Service: AmazonSQS; Status Code: 400; Error Code: MissingParameter; Request ID: [0-9a-f-]{36}; Proxy: null\)$/,
    );
    expect(failing(new AwsError("AccessDenied", "x", 403)).error).toBe("SQS.AmazonSQSException");
    expect(failing(new AwsError("QueueDoesNotExist", "x")).error).toBe("SQS.QueueDoesNotExistException");
    expect(failing(new AwsError("TimeoutError", "x", 0)).error).toBe("SQS.SdkClientException");
  });

  it("fails when the reply is lost, although the message is there", () => {
    const { world, run, calls } = stepFunctionsWorld();
    const error = new AwsError("TimeoutError", "Read timed out", 0);
    world.faults.intoCalls({ when: ({ service }) => service === "sqs", fault: { kind: "errorAfter", error } });
    expect(run(send({ MessageBody: "x" }))).toMatchObject({
      error: "SQS.SdkClientException",
      cause: "Unable to execute HTTP request: Read timed out",
    });
    expect(calls).toHaveLength(1);
  });

  it("knows its arguments when the definition is created", () => {
    expect(refusal(send({}))).toContain("The field 'MessageBody' is required but was missing");
    expect(refusal(send({ MessageBody: "x", Body: "y" }))).toContain(
      'The field "Body" is not supported by Step Functions',
    );
  });
});

describe("arn:aws:states:::aws-sdk:sqs:<action>", () => {
  const resource = "arn:aws:states:::aws-sdk:sqs:getQueueUrl";

  it("calls any action, arguments and answer as they are", () => {
    const { run, calls } = stepFunctionsWorld({ sqs: () => ({ QueueUrl: "u" }) });
    const execution = run(send({ QueueName: "spool" }, resource));
    expect(calls[0]).toMatchObject({ action: "GetQueueUrl", input: { QueueName: "spool" } });
    expect(execution.output).toBe('{"QueueUrl":"u"}');
    expect(execution.history[2]?.taskScheduledEventDetails).toMatchObject({
      resourceType: "aws-sdk:sqs",
      resource: "getQueueUrl",
    });
  });

  it("names errors in the SDK's newer form", () => {
    const sqs = () => new AwsError("AWS.SimpleQueueService.NonExistentQueue", "The specified queue does not exist.");
    const execution = stepFunctionsWorld({ sqs }).run(send({}, resource));
    expect(execution.error).toBe("Sqs.QueueDoesNotExistException");
    expect(execution.cause).toMatch(
      /^The specified queue does not exist\. \(Service: Sqs, Status Code: 400, Request ID: [0-9a-f-]{36}\) \(SDK Attempt Count: 1\)$/,
    );
  });
});
