// What the simulator does not answer for.
import { describe, expect, it } from "vitest";
import { featuresOf } from "../../../conformance/features";
import { skipReason } from "../../../conformance/skipping";

const reason = (...features: string[]) => skipReason({ features, type: "STANDARD" });

describe("skipReason", () => {
  it("goes by features", () => {
    expect(reason("map", "map-distributed")).toBe("distributed Map");
    expect(reason("activity")).toBe("activities");
    expect(reason("express")).toBe("Express");
    expect(reason("task:aws-sdk:s3:getObject")).toBe("an integration with s3");
    expect(reason("task:ecs:runTask.sync")).toBe("an integration with ecs");
    expect(skipReason({ features: [], type: "EXPRESS" })).toBe("Express");
  });

  it("skips nothing of the services that are simulated", () => {
    expect(reason("task:lambda:invoke", "task:sqs:sendMessage.waitForTaskToken", "task:sns:publish")).toBeUndefined();
    expect(
      reason("task:aws-sdk:dynamodb:query", "task:events:putEvents", "task:aws-sdk:sfn:startExecution"),
    ).toBeUndefined();
    expect(reason("task:states:startExecution.sync", "lambda-arn", "map", "parallel", "jsonata")).toBeUndefined();
  });
});

describe("featuresOf", () => {
  it("finds what a definition uses, at any depth", () => {
    const task = {
      Type: "Task",
      Resource: "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
      HeartbeatSeconds: 5,
      Retry: [],
    };
    const call = {
      Type: "Task",
      Resource: "arn:aws:lambda:eu-west-1:123456789012:function:f",
      Catch: [],
      TimeoutSeconds: 3,
    };
    const inner = { StartAt: "A", ProcessorConfig: { Mode: "DISTRIBUTED" }, States: { A: call } };
    const states = { One: task, Two: { Type: "Map", ItemProcessor: inner }, Three: { Type: "Choice", Choices: [] } };
    expect(featuresOf({ QueryLanguage: "JSONata", StartAt: "One", States: states })).toEqual([
      ...["catch", "choice", "heartbeat", "jsonata", "lambda-arn", "map", "map-distributed", "retry"],
      ...["task:sqs:sendMessage.waitForTaskToken", "timeout"],
    ]);
    expect(featuresOf({ States: { A: { Type: "Task", Resource: "arn:aws:states:r:1:activity:a" } } })).toEqual([
      "activity",
    ]);
  });
});
