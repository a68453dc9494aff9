import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../../../simulator/json";
import { roleArn, stepFunctionsWorld } from "./stepFunctionsWorld";

const definition = JSON.stringify({ QueryLanguage: "JSONata", StartAt: "A", States: { A: { Type: "Succeed" } } });

function create(inputs: JsonObject, made = stepFunctionsWorld()) {
  const type = made.service.resourceTypes["aws:sfn/stateMachine:StateMachine"];
  if (type === undefined) throw new Error("no such resource type");
  return type.create({ definition, roleArn, ...inputs }, "orders-0123456");
}

describe("aws:sfn/stateMachine:StateMachine", () => {
  it("creates a machine that can be started, and answers what the provider answers", () => {
    const made = stepFunctionsWorld();
    const { id, state } = create({ tags: { stage: "dev" } }, made);
    expect(id).toBe("arn:aws:states:eu-west-1:123456789012:stateMachine:orders-0123456");
    expect(state).toMatchObject({
      arn: id,
      name: "orders-0123456",
      type: "STANDARD",
      status: "ACTIVE",
      creationDate: "2026-01-01T00:00:00.000Z",
      definition,
      roleArn,
      tags: { stage: "dev" },
      tagsAll: { stage: "dev" },
    });
    const executionArn = made.start(id);
    made.world.runUntilQuiet();
    expect(made.view(executionArn).status).toBe("SUCCEEDED");
  });

  it("takes the name, logging and tracing that it is given", () => {
    const made = stepFunctionsWorld();
    const logDestination = "arn:aws:logs:eu-west-1:123456789012:log-group:g:*";
    const inputs = {
      name: "mine",
      loggingConfiguration: { level: "ALL", logDestination },
      tracingConfiguration: { enabled: true },
    };
    const { id } = create(inputs, made);
    expect(made.world.call("states", "DescribeStateMachine", { stateMachineArn: id })).toMatchObject({
      name: "mine",
      loggingConfiguration: {
        level: "ALL",
        destinations: [{ cloudWatchLogsLogGroup: { logGroupArn: logDestination } }],
      },
      tracingConfiguration: { enabled: true },
    });
  });

  it("names an argument that it cannot honour", () => {
    expect(() => create({ type: "EXPRESS" })).toThrow('the simulator does not have [type] "EXPRESS"; it has STANDARD');
    expect(() => create({ namePrefix: "x" })).toThrow('the simulator does not have [namePrefix] "x"');
    expect(() => create({ publish: true })).toThrow("the simulator does not have [publish] true; it has false");
    expect(() => create({ definition: "{" })).toThrow("Invalid State Machine Definition");
  });
});
