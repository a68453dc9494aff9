import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../../../simulator/json";
import { roleArn, stepFunctionsWorld } from "./stepFunctionsWorld";

const logGroupArn = "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/vendedlogs/orders:*";

function lines(loggingConfiguration: JsonObject): JsonObject[] {
  const { world, start } = stepFunctionsWorld();
  const states = { A: { Type: "Pass", Next: "B" }, B: { Type: "Fail", Error: "E" } };
  const definition = JSON.stringify({ QueryLanguage: "JSONata", StartAt: "A", States: states });
  const input = { name: "orders", roleArn, definition, loggingConfiguration };
  start(
    world.call<{ stateMachineArn: string }>("states", "CreateStateMachine", input).stateMachineArn,
    { id: 1 },
    "one",
  );
  world.runUntilQuiet();
  for (const { logGroup } of world.collected.lines) expect(logGroup).toBe("/aws/vendedlogs/orders");
  return world.collected.lines.map(({ message }) => JSON.parse(message) as JsonObject);
}

const destinations = [{ cloudWatchLogsLogGroup: { logGroupArn } }];

describe("loggingConfiguration", () => {
  it("writes every event at level ALL, as AWS does", () => {
    const written = lines({ level: "ALL", includeExecutionData: true, destinations });
    expect(written.map(({ type }) => type)).toEqual([
      "ExecutionStarted",
      "PassStateEntered",
      "PassStateExited",
      "FailStateEntered",
      "ExecutionFailed",
    ]);
    expect(written[1]).toEqual({
      id: "2",
      type: "PassStateEntered",
      details: { name: "A", input: '{"id":1}', inputDetails: { truncated: false } },
      previous_event_id: "0",
      event_timestamp: expect.stringMatching(/^\d{13}$/),
      execution_arn: "arn:aws:states:eu-west-1:123456789012:execution:orders:one",
      redrive_count: "0",
    });
  });

  it("leaves execution data out unless told otherwise", () => {
    expect(lines({ level: "ALL", destinations })[1]?.details).toEqual({ name: "A" });
  });

  it("writes only failures at level ERROR, and nothing when OFF", () => {
    expect(lines({ level: "ERROR", destinations }).map(({ type }) => type)).toEqual(["ExecutionFailed"]);
    expect(lines({ level: "OFF", destinations })).toEqual([]);
  });

  it("needs a level that exists, and a log group", () => {
    expect(() => lines({ level: "SOME", destinations })).toThrow("Member must be one of [ALL, ERROR, FATAL, OFF]");
    expect(() => lines({ level: "ALL" })).toThrow(
      "at 'loggingConfiguration.destinations' failed to satisfy constraint: Member must hold the ARN of a log group that ends with :*",
    );
  });
});
