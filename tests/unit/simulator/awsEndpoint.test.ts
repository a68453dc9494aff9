import { describe, expect, it } from "vitest";
import { answerAwsRequest, isAwsHost } from "../../../simulator/awsEndpoint";
import type { HttpResponse } from "../../../simulator/internet";
import { AwsError, type Call, operation } from "../../../simulator/service";
import { testWorld } from "../../support/simulatorWorld";

function endpoint(handle: (input: object, call: Call) => object) {
  const world = testWorld();
  const calls: Call[] = [];
  const service = (name: string, actions: readonly string[]) => {
    const perform = operation<object>({
      authorize: () => [],
      handle: (input, call) => {
        calls.push(call);
        return handle(input, call);
      },
    });
    const operations = Object.fromEntries(actions.map((action) => [action, perform]));
    world.gateway.add({ name, resourceTypes: {}, operations });
  };
  service("sqs", ["SendMessage", "ListQueues"]);
  service("lambda", ["Invoke", "GetFunction", "UpdateFunctionConfiguration", "PutFunctionConcurrency"]);
  const ask = (method: string, path: string, headers: Record<string, string> = {}, body = "") => {
    let answer: HttpResponse | undefined;
    const request = { method, url: new URL(path, "https://aws.example"), headers, body: Buffer.from(body) };
    answerAwsRequest(world.gateway, request, { principal: { kind: "operator" } }, (result) => {
      answer = result as HttpResponse;
    });
    world.runUntilQuiet();
    return answer;
  };
  return { ask, calls };
}

const signed = { authorization: "AWS4-HMAC-SHA256 Credential=x" };
const target = (name: string) => ({ ...signed, "x-amz-target": name });

describe("isAwsHost", () => {
  it.each([
    ["sqs.eu-central-1.amazonaws.com", true],
    ["lambda.eu-central-1.api.aws", true],
    ["amazonaws.com.example", false],
    ["payments.example", false],
  ])("%s: %s", (host, expected) => {
    expect(isAwsHost(host)).toBe(expected);
  });
});

describe("answerAwsRequest", () => {
  it("reads a call of the JSON protocol, and answers its output", () => {
    const { ask, calls } = endpoint(() => ({ MessageId: "1" }));
    const answer = ask("POST", "/", target("AmazonSQS.SendMessage"), '{"MessageBody":"x"}');
    expect(calls[0]).toMatchObject({
      service: "sqs",
      action: "SendMessage",
      input: { MessageBody: "x" },
      secureTransport: true,
    });
    expect(answer).toEqual({
      status: 200,
      headers: { "content-type": "application/x-amz-json-1.0", "x-amzn-requestid": calls[0]?.requestId },
      body: '{"MessageId":"1"}',
    });
    ask("POST", "/", target("AmazonSQS.ListQueues"));
    expect(calls[1]?.input).toEqual({});
  });

  it("answers an error with its code, for SQS also in the older form", () => {
    const { ask } = endpoint(() => {
      throw new AwsError("QueueDoesNotExist", "gone", 400);
    });
    const answer = ask("POST", "/", target("AmazonSQS.SendMessage"), "{}");
    expect(answer).toMatchObject({
      status: 400,
      headers: {
        "x-amzn-errortype": "QueueDoesNotExist",
        "x-amzn-query-error": "AWS.SimpleQueueService.NonExistentQueue;Sender",
      },
    });
    expect(JSON.parse(String(answer?.body))).toEqual({ __type: "QueueDoesNotExist", message: "gone" });
  });

  it("blames the service for errors from 500 on", () => {
    const { ask } = endpoint(() => {
      throw new AwsError("InternalError", "oops", 500);
    });
    expect(ask("POST", "/", target("AmazonSQS.SendMessage"), "{}")?.headers?.["x-amzn-query-error"]).toBe(
      "InternalError;Receiver",
    );
  });

  it("reads Lambda's paths", () => {
    const { ask, calls } = endpoint(() => ({ StatusCode: 200, Payload: "{}" }));
    ask(
      "POST",
      "/2015-03-31/functions/my%3Aname/invocations",
      { ...signed, "x-amz-invocation-type": "Event" },
      '{"a":1}',
    );
    ask("POST", "/2015-03-31/functions/f/invocations", signed);
    ask("GET", "/2015-03-31/functions/f", signed);
    ask("PUT", "/2015-03-31/functions/f/configuration", signed, '{"Timeout":5}');
    ask("PUT", "/2017-10-31/functions/f/concurrency", signed, '{"ReservedConcurrentExecutions":0}');
    expect(calls.map(({ action, input }) => [action, input])).toEqual([
      ["Invoke", { FunctionName: "my:name", InvocationType: "Event", Payload: '{"a":1}' }],
      ["Invoke", { FunctionName: "f", InvocationType: "RequestResponse", Payload: "" }],
      ["GetFunction", { FunctionName: "f" }],
      ["UpdateFunctionConfiguration", { Timeout: 5, FunctionName: "f" }],
      ["PutFunctionConcurrency", { ReservedConcurrentExecutions: 0, FunctionName: "f" }],
    ]);
  });

  it("answers an invocation with its payload as the body, and tells a function's error in a header", () => {
    const { ask } = endpoint(() => ({
      StatusCode: 200,
      ExecutedVersion: "$LATEST",
      FunctionError: "Unhandled",
      Payload: '{"errorType":"E"}',
    }));
    expect(ask("POST", "/2015-03-31/functions/f/invocations", signed, "{}")).toMatchObject({
      status: 200,
      headers: { "x-amz-function-error": "Unhandled", "x-amz-executed-version": "$LATEST" },
      body: '{"errorType":"E"}',
    });
  });

  it("takes a request without a signature for anybody's", () => {
    const { ask, calls } = endpoint(() => ({}));
    ask("POST", "/", { "x-amz-target": "AmazonSQS.SendMessage" }, "{}");
    ask("POST", "/", target("AmazonSQS.SendMessage"), "{}");
    expect(calls.map(({ principal }) => principal.kind)).toEqual(["anonymous", "operator"]);
  });

  it.each([
    ["POST", "/", { "x-amz-target": "Firehose_20150804.PutRecord" }, "Firehose_20150804.PutRecord"],
    ["GET", "/2015-03-31/functions", {}, "GET /2015-03-31/functions"],
    ["DELETE", "/2015-03-31/functions/f", {}, "DELETE /2015-03-31/functions/f"],
  ])("names a request that it does not know: %s %s", (method, path, headers, name) => {
    const { ask } = endpoint(() => ({}));
    const answer = ask(method, path, headers as Record<string, string>);
    expect(answer).toMatchObject({ status: 501, headers: { "x-amzn-errortype": "SimulatorUnsupportedOperation" } });
    expect(JSON.parse(String(answer?.body))).toEqual({
      message: `the simulator does not know the request ${name} to aws.example`,
    });
  });
});
