// The query protocol over HTTP, as an SDK's SNS client speaks it.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Listener, listen } from "../../../simulator/listen";
import { Simulation } from "../../../simulator/simulation";

let simulation: Simulation;
let listener: Listener;

beforeEach(async () => {
  simulation = new Simulation();
  listener = await listen(simulation);
});

afterEach(() => listener.close());

async function send(parameters: Record<string, string>) {
  const body = new URLSearchParams({ Version: "2010-03-31", ...parameters });
  const response = await fetch(listener.url, {
    method: "POST",
    body,
    headers: { authorization: "AWS4-HMAC-SHA256 x" },
  });
  return { status: response.status, text: await response.text(), type: response.headers.get("content-type") };
}

const topicArn = "arn:aws:sns:eu-central-1:123456789012:news";

describe("SNS over HTTP", () => {
  it("answers in XML", async () => {
    const { status, text, type } = await send({ Action: "CreateTopic", Name: "news" });
    expect(status).toBe(200);
    expect(type).toBe("text/xml");
    expect(text).toMatch(
      /^<CreateTopicResponse xmlns="http:\/\/sns\.amazonaws\.com\/doc\/2010-03-31\/"><CreateTopicResult><TopicArn>arn:aws:sns:eu-central-1:123456789012:news<\/TopicArn><\/CreateTopicResult><ResponseMetadata><RequestId>[0-9a-f-]{36}<\/RequestId><\/ResponseMetadata><\/CreateTopicResponse>$/,
    );
  });

  it("reads maps and lists, and writes them", async () => {
    await send({
      Action: "CreateTopic",
      Name: "news",
      "Attributes.entry.1.key": "DisplayName",
      "Attributes.entry.1.value": "News & more",
    });
    const { text } = await send({ Action: "GetTopicAttributes", TopicArn: topicArn });
    expect(text).toContain("<entry><key>DisplayName</key><value>News &amp; more</value></entry>");
    const listed = await send({ Action: "ListTopics" });
    expect(listed.text).toContain(`<Topics><member><TopicArn>${topicArn}</TopicArn></member></Topics>`);
    const batch = await send({
      Action: "PublishBatch",
      TopicArn: topicArn,
      "PublishBatchRequestEntries.member.1.Id": "1",
      "PublishBatchRequestEntries.member.1.Message": "a",
      "PublishBatchRequestEntries.member.1.MessageAttributes.entry.1.Name": "n",
      "PublishBatchRequestEntries.member.1.MessageAttributes.entry.1.Value.DataType": "Number",
      "PublishBatchRequestEntries.member.1.MessageAttributes.entry.1.Value.StringValue": "1",
    });
    expect(batch.text).toMatch(
      /<Successful><member><Id>1<\/Id><MessageId>[0-9a-f-]{36}<\/MessageId><\/member><\/Successful>/,
    );
  });

  it("delivers what was published, with its attributes", async () => {
    await send({ Action: "CreateTopic", Name: "news" });
    const { QueueUrl } = simulation.call("sqs", "CreateQueue", { QueueName: "inbox" });
    const queueArn = "arn:aws:sqs:eu-central-1:123456789012:inbox";
    const statement = { Effect: "Allow", Principal: "*", Action: "sqs:SendMessage", Resource: queueArn };
    const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
    simulation.call("sqs", "SetQueueAttributes", { QueueUrl, Attributes: { Policy } });
    await send({
      Action: "Subscribe",
      TopicArn: topicArn,
      Protocol: "sqs",
      Endpoint: queueArn,
      "Attributes.entry.1.key": "RawMessageDelivery",
      "Attributes.entry.1.value": "true",
    });
    await send({
      Action: "Publish",
      TopicArn: topicArn,
      Message: "hello",
      "MessageAttributes.entry.1.Name": "color",
      "MessageAttributes.entry.1.Value.DataType": "String",
      "MessageAttributes.entry.1.Value.StringValue": "red",
    });
    simulation.runUntilQuiet();
    expect(simulation.sqs.messages(queueArn)).toMatchObject([{ body: "hello", attributes: { color: "red" } }]);
  });

  it("tells errors as AWS does", async () => {
    const { status, text } = await send({ Action: "Publish", TopicArn: topicArn, Message: "m" });
    expect(status).toBe(404);
    expect(text).toContain(
      "<Error><Type>Sender</Type><Code>NotFound</Code><Message>Topic does not exist</Message></Error>",
    );
  });

  it("says what it does not know", async () => {
    const { status, text } = await send({ Action: "Publish", Version: "1999-01-01" });
    expect(status).toBe(501);
    expect(text).toContain("the simulator does not know the request POST /");
  });
});
