// What a target receives: constants, paths, templates.
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../../../simulator/json";
import { defaultQuotas } from "../../../../../simulator/quotas";
import type { TargetInput } from "../../../../../simulator/services/eventBridge/rule";
import { defineTarget } from "../../../../../simulator/services/eventBridge/targetDefinition";

const quotas = defaultQuotas("eu-west-1").eventBridge;
const ruleArn = "arn:aws:events:eu-west-1:123456789012:rule/example";
const event: JsonObject = {
  version: "0",
  id: "7bf7",
  "detail-type": "Order failed",
  source: "shop",
  account: "123456789012",
  time: "2026-01-01T00:00:00Z",
  region: "eu-west-1",
  resources: ["arn:r"],
  detail: { order: "o-1", count: 2, input: '{"a":"b"}', note: null, lines: [{ sku: "x" }, { sku: "y" }] },
};

function target(more: Partial<TargetInput>) {
  return defineTarget({ Id: "t", Arn: "arn:aws:sqs:eu-west-1:123456789012:q", ...more }, quotas);
}

function input(more: Partial<TargetInput>): string | undefined {
  return target(more).input({ event, ruleArn, ruleName: "example", ingestionTime: "2026-01-01T00:00:01Z" });
}

const paths = {
  order: "$.detail.order",
  count: "$.detail.count",
  input: "$.detail.input",
  note: "$.detail.note",
  lines: "$.detail.lines",
  none: "$.detail.none",
};

function template(InputTemplate: string): string | undefined {
  return input({ InputTransformer: { InputPathsMap: paths, InputTemplate } });
}

describe("a target's input", () => {
  it("is the event, a constant, or a part of the event", () => {
    expect(input({})).toBe(JSON.stringify(event));
    expect(input({ Input: '{ "a": 1 }' })).toBe('{ "a": 1 }');
    expect(input({ InputPath: "$.detail.order" })).toBe('"o-1"');
    expect(input({ InputPath: "$.detail.lines[1]" })).toBe('{"sku":"y"}');
    expect(input({ InputPath: "$.detail.lines[*].sku" })).toBe('["x","y"]');
    expect(input({ InputPath: "$.detail-type" })).toBe('"Order failed"');
  });

  it("comes from one of these only", () => {
    expect(() => target({ Input: "{}", InputPath: "$" })).toThrow(
      "Only one of Input, InputPath, or InputTransformer must be provided for target t.",
    );
  });
});

describe("an input template", () => {
  it("of JSON gets values as JSON, and is minified", () => {
    expect(template('{ "order": <order>,\n  "count": [<count>, true], "lines": <lines>, "note": <note> }')).toBe(
      '{"order":"o-1","count":[2,true],"lines":[{"sku":"x"},{"sku":"y"}],"note":null}',
    );
  });

  it("escapes text outside of quotes, so that JSON text stays a string", () => {
    expect(template('{"input": <input>}')).toBe('{"input":"{\\"a\\":\\"b\\"}"}');
  });

  it("puts text within quotes as it is, which may give no JSON", () => {
    expect(template('{"text": "order \\"<order>\\" of <count>"}')).toBe('{"text":"order \\"o-1\\" of 2"}');
    expect(template('{"text": "lines: <lines>"}')).toBe('{"text":"lines: [{sku:x},{sku:y}]"}');
    expect(template('{"text": "<input>"}')).toBeUndefined();
  });

  it("in quotes is passed on with its quotes", () => {
    expect(template('"order <order>: <none>"')).toBe('"order o-1: "');
  });

  it("has an empty text for what the event does not have", () => {
    expect(template('{"none": <none>, "text": "<none>"}')).toBe('{"none":"","text":""}');
  });

  it("knows AWS's own variables", () => {
    expect(template('{"arn": <aws.events.rule-arn>, "name": "<aws.events.rule-name>"}')).toBe(
      `{"arn":"${ruleArn}","name":"example"}`,
    );
    expect(template('{"at": <aws.events.event.ingestion-time>}')).toBe('{"at":"2026-01-01T00:00:01Z"}');
    expect(template("<aws.events.event.json>")).toBe(JSON.stringify(event));
    expect(JSON.parse(template("<aws.events.event>") as string)).toEqual({
      id: "7bf7",
      account: "123456789012",
      detailType: "Order failed",
      time: "2026-01-01T00:00:00Z",
      source: "shop",
      region: "eu-west-1",
      resources: ["arn:r"],
      version: "0",
    });
  });
});

describe("a target that is not valid", () => {
  const transformer = (InputTemplate: string, InputPathsMap: Record<string, string> = {}) => ({
    InputTransformer: { InputTemplate, InputPathsMap },
  });

  it.each<[Partial<TargetInput>, string]>([
    [{ Input: "{" }, "JSON syntax error in input for target t."],
    [{ InputPath: "$['detail']" }, "Invalid JSONPath for target t: $['detail']"],
    [transformer('"<nobody>"'), "InputTemplate for target t contains invalid placeholder nobody."],
    [transformer("order <order>", { order: "$.id" }), "Invalid InputTemplate for target t : order <order>"],
    [
      transformer('"x"', { awsRule: "$.id" }),
      "InputPathsMap for target t must not have a key that starts with AWS, got awsRule.",
    ],
    [
      { RetryPolicy: { MaximumRetryAttempts: 186 } },
      "[RetryPolicy.MaximumRetryAttempts] must be a whole number from 0 to 185, got 186",
    ],
    [
      { RetryPolicy: { MaximumEventAgeInSeconds: 59 } },
      "[RetryPolicy.MaximumEventAgeInSeconds] must be a whole number from 60 to 86400, got 59",
    ],
    [
      { DeadLetterConfig: { Arn: "arn:aws:sqs:eu-west-1:123456789012:q.fifo" } },
      "[DeadLetterConfig.Arn] of target t must be the ARN of a standard SQS queue, got arn:aws:sqs:eu-west-1:123456789012:q.fifo",
    ],
    [
      { Arn: "arn:aws:states:eu-west-1:123456789012:stateMachine:m" },
      "RoleArn is required for target arn:aws:states:eu-west-1:123456789012:stateMachine:m.",
    ],
    [
      { Arn: "arn:aws:sns:eu-west-1:123456789012:t.fifo" },
      "[Targets.Arn] the simulator delivers to Lambda functions, SQS queues, SNS standard topics, Step Functions state machines, Kinesis streams and event buses, " +
        'got "arn:aws:sns:eu-west-1:123456789012:t.fifo"',
    ],
    [
      { Arn: "arn:aws:events:eu-west-1:123456789012:event-bus/b" },
      "RoleArn is required for target arn:aws:events:eu-west-1:123456789012:event-bus/b.",
    ],
    [
      {
        Arn: "arn:aws:events:eu-west-1:123456789012:event-bus/b",
        RoleArn: "arn:aws:iam::123456789012:role/r",
        Input: "1",
      },
      "[Targets.Input] the simulator sends events to another event bus as they are, target t",
    ],
    [
      { Arn: "arn:aws:sqs:eu-west-1:123456789012:q.fifo" },
      "Parameter(s) MessageGroupId must be specified for target: t.",
    ],
    [
      { SqsParameters: { MessageGroupId: "g" } },
      "[SqsParameters.MessageGroupId] of target t belongs to FIFO queues, got arn:aws:sqs:eu-west-1:123456789012:q",
    ],
  ])("%j", (more, message) => {
    expect(() => target(more)).toThrow(expect.objectContaining({ message }));
  });

  it("names parameters that the simulator lacks", () => {
    const given = { Id: "t", Arn: "arn:aws:sqs:eu-west-1:123456789012:q", HttpParameters: {} };
    expect(() => defineTarget(given, quotas)).toThrow(
      "[Targets.HttpParameters] is not in the simulator; it has Id, Arn, RoleArn, Input, InputPath, InputTransformer, " +
        "SqsParameters, KinesisParameters, DeadLetterConfig, RetryPolicy",
    );
  });
});
