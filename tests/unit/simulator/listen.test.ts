// Real clients of the AWS SDK talk to a simulation over loopback.
import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  SFNClient,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import {
  DeleteMessageCommand,
  GetQueueUrlCommand,
  QueueDoesNotExist,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { AwsError, type Listener, listen, Simulation } from "../../../simulator";

let simulation: Simulation;
let listener: Listener;
let sqs: SQSClient;
let sfn: SFNClient;

const credentials = { accessKeyId: "AKIA", secretAccessKey: "secret" };

function create(type: string, name: string, inputs: object) {
  return simulation.create({ type, name, inputs: inputs as Record<string, string> }).state;
}

beforeEach(async () => {
  simulation = new Simulation();
  listener = await listen(simulation);
  const options = { region: "eu-central-1", endpoint: listener.url, credentials, maxAttempts: 1 };
  sqs = new SQSClient(options);
  sfn = new SFNClient(options);
});

afterEach(async () => {
  sqs.destroy();
  sfn.destroy();
  await listener.close();
});

const denyInsecure = (arn: unknown) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Deny",
        Principal: "*",
        Action: "sqs:*",
        Resource: arn,
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ],
  });

describe("listen", () => {
  it("serves SQS: messages with attributes, batches, receipts", async () => {
    create("aws:sqs/queue:Queue", "orders", { name: "orders" });
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: "orders" }));
    const sent = await sqs.send(
      new SendMessageCommand({
        QueueUrl,
        MessageBody: "one",
        MessageAttributes: { respool: { DataType: "String", StringValue: "1" } },
      }),
    );
    const batch = await sqs.send(
      new SendMessageBatchCommand({ QueueUrl, Entries: [{ Id: "a", MessageBody: "two", DelaySeconds: 900 }] }),
    );
    expect(batch.Successful?.[0]?.Id).toBe("a");
    const { Messages } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: 10,
        MessageAttributeNames: ["All"],
        MessageSystemAttributeNames: ["All"],
      }),
    );
    expect(Messages).toMatchObject([
      {
        MessageId: sent.MessageId,
        Body: "one",
        MessageAttributes: { respool: { StringValue: "1" } },
        Attributes: { ApproximateReceiveCount: "1" },
      },
    ]);
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: Messages?.[0]?.ReceiptHandle }));
    expect(simulation.sqs.messages(QueueUrl as string).map(({ body }) => body)).toEqual(["two"]);
  });

  it("serves a long poll: twenty seconds of virtual time, hardly any of the client's", async () => {
    const { url: QueueUrl } = create("aws:sqs/queue:Queue", "orders", {});
    const before = { virtual: simulation.clock.now, real: performance.now() };
    const empty = await sqs.send(new ReceiveMessageCommand({ QueueUrl: String(QueueUrl), WaitTimeSeconds: 20 }));
    expect(empty.Messages).toBeUndefined();
    expect(simulation.clock.now - before.virtual).toBeGreaterThanOrEqual(20_000);
    expect(simulation.clock.now - before.virtual).toBeLessThan(20_100);
    expect(performance.now() - before.real).toBeLessThan(5000);
  });

  it("lets a long poll have what comes meanwhile", async () => {
    const { url: QueueUrl } = create("aws:sqs/queue:Queue", "orders", {});
    simulation.clock.after(7000, () => {
      const input = { QueueUrl: String(QueueUrl), MessageBody: "late" };
      simulation.gateway.call(
        { service: "sqs", action: "SendMessage", input, principal: { kind: "operator" } },
        () => undefined,
      );
    });
    const before = simulation.clock.now;
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: String(QueueUrl), WaitTimeSeconds: 20 }));
    expect(Messages?.[0]?.Body).toBe("late");
    expect(simulation.clock.now - before).toBeLessThan(8000);
  });

  it("counts as secure transport", async () => {
    const { url, arn } = create("aws:sqs/queue:Queue", "orders", {});
    create("aws:sqs/queuePolicy:QueuePolicy", "policy", { queueUrl: url, policy: denyInsecure(arn) });
    const send = new SendMessageCommand({ QueueUrl: String(url), MessageBody: "one" });
    await expect(sqs.send(send)).resolves.toHaveProperty("MessageId");
    const call = { service: "sqs", action: "SendMessage", input: { QueueUrl: String(url), MessageBody: "two" } };
    let code: string | undefined;
    simulation.gateway.call({ ...call, principal: { kind: "operator" }, secureTransport: false }, (outcome) => {
      code = outcome.ok ? "ok" : outcome.error.code;
    });
    simulation.runUntilQuiet();
    expect(code).toMatch(/AccessDenied/);
  });

  it("serves Step Functions", async () => {
    const trust = {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: "states.amazonaws.com" }, Action: "sts:AssumeRole" }],
    };
    const role = create("aws:iam/role:Role", "role", { assumeRolePolicy: JSON.stringify(trust) });
    const definition = JSON.stringify({
      QueryLanguage: "JSONata",
      StartAt: "Wait",
      States: { Wait: { Type: "Wait", Seconds: 60, End: true } },
    });
    const machine = create("aws:sfn/stateMachine:StateMachine", "machine", { roleArn: role.arn, definition });
    const stateMachineArn = String(machine.arn);
    const started = await sfn.send(new StartExecutionCommand({ stateMachineArn, name: "one", input: '{"a":1}' }));
    expect(started.startDate).toBeInstanceOf(Date);
    expect(Math.abs(Number(started.startDate) - simulation.clock.now)).toBeLessThan(1000);
    simulation.runUntilQuiet();
    const described = await sfn.send(new DescribeExecutionCommand({ executionArn: started.executionArn }));
    expect(described).toMatchObject({ status: "SUCCEEDED", input: '{"a":1}', output: '{"a":1}' });
    expect(Number(described.stopDate) - Number(described.startDate)).toBeGreaterThanOrEqual(60_000);
    const again = sfn.send(new StartExecutionCommand({ stateMachineArn, name: "one", input: "{}" }));
    await expect(again).rejects.toThrow(ExecutionAlreadyExists);
  });

  it("answers errors that the clients know by their types", async () => {
    await expect(sqs.send(new GetQueueUrlCommand({ QueueName: "none" }))).rejects.toThrow(QueueDoesNotExist);
    const executionArn = "arn:aws:states:eu-central-1:123456789012:execution:none:none";
    await expect(sfn.send(new DescribeExecutionCommand({ executionArn }))).rejects.toThrow(ExecutionDoesNotExist);
    const { url } = create("aws:sqs/queue:Queue", "orders", {});
    simulation.faults.intoCalls({
      when: ({ action }) => action === "SendMessage",
      fault: { kind: "errorBefore", error: new AwsError("RequestThrottled", "Rate exceeded", 400) },
    });
    await expect(sqs.send(new SendMessageCommand({ QueueUrl: String(url), MessageBody: "x" }))).rejects.toMatchObject({
      name: "RequestThrottled",
      $metadata: { httpStatusCode: 400, requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
    });
  });

  it("treats a request without a signature as anybody's", async () => {
    const { url } = create("aws:sqs/queue:Queue", "orders", {});
    const response = await fetch(listener.url, {
      method: "POST",
      headers: { "x-amz-target": "AmazonSQS.SendMessage" },
      body: JSON.stringify({ QueueUrl: url, MessageBody: "x" }),
    });
    expect(response.status).toBe(403);
  });

  it("names a request that the simulator does not know, and goes on after one that it cannot read", async () => {
    const unknown = await fetch(`${listener.url}/2015-03-31/functions/`);
    expect(unknown.status).toBe(501);
    expect(await unknown.json()).toEqual({
      message: `the simulator does not know the request GET /2015-03-31/functions/ to ${new URL(listener.url).host}`,
    });
    const paths = ["//", "/2015-03-31/functions/%E0%A4%A/invocations"];
    const statuses = await Promise.all(
      paths.map(async (path) => (await fetch(`${listener.url}${path}`, { method: "POST" })).status),
    );
    expect(statuses.every((status) => status >= 400)).toBe(true);
    const target = { "x-amz-target": "AmazonSQS.SendMessage", authorization: "AWS4-HMAC-SHA256 x" };
    const broken = await fetch(listener.url, { method: "POST", headers: target, body: "{" });
    expect(broken.status).toBeGreaterThanOrEqual(400);
    await expect(sqs.send(new GetQueueUrlCommand({ QueueName: "none" }))).rejects.toThrow(QueueDoesNotExist);
  });

  it("sets no end to a connection that is idle: a simulation may compute meanwhile", async () => {
    const { headers } = await fetch(listener.url);
    expect(headers.get("connection")).toBe("keep-alive");
    expect(headers.get("keep-alive")).toBeNull();
  });

  it("refuses a port that is taken", async () => {
    await expect(listen(simulation, Number(new URL(listener.url).port))).rejects.toThrow("EADDRINUSE");
  });
});
