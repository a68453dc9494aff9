// Status changes of executions have the shape that was recorded on AWS, and records/ reads them.
import type { JsonObject } from "@respool/simulator";
import { describe, expect, it } from "vitest";
import { parseRecord } from "../../../records/parse";
import { account, queueArn, recordedShapesAccount, shapeOf } from "./recordedShapes";

describe("a status change of a Step Functions execution", () => {
  /** The events of one execution in a queue, by status. */
  function events(state: JsonObject): ReadonlyMap<string, { readonly detail: JsonObject; readonly text: string }> {
    const { simulation, create, queue, receive, rule } = recordedShapesAccount();
    queue("work");
    rule({ source: ["aws.states"] }, { arn: queueArn("work") });
    const trusted = { Effect: "Allow", Principal: { Service: "states.amazonaws.com" }, Action: "sts:AssumeRole" };
    const assumeRolePolicy = JSON.stringify({ Version: "2012-10-17", Statement: [trusted] });
    const role = create("aws:iam/role:Role", "role", { name: "role", assumeRolePolicy });
    const definition = JSON.stringify({ StartAt: "State_1", States: { State_1: state } });
    const machine = create("aws:sfn/stateMachine:StateMachine", "charge", {
      name: "charge",
      definition,
      roleArn: String(role.state.arn),
    });
    const stateMachineArn = String(machine.state.arn);
    simulation.call("states", "StartExecution", { stateMachineArn, name: "order-1", input: "{}" });
    return new Map(
      receive("work").map(({ Body }) => {
        const text = String(Body);
        const { detail } = JSON.parse(text) as { detail: JsonObject };
        return [String(detail.status), { detail, text }];
      }),
    );
  }

  const running = {
    executionArn: "string",
    stateMachineArn: "string",
    name: "string",
    status: "string",
    startDate: "number",
    stopDate: "null",
    input: "string",
    output: "null",
    stateMachineVersionArn: "null",
    stateMachineAliasArn: "null",
    redriveCount: "number",
    redriveDate: "null",
    redriveStatus: "string",
    redriveStatusReason: "string",
    inputDetails: { included: "boolean" },
    outputDetails: "null",
    error: "null",
    cause: "null",
  };

  const declared = { charge: { stateMachineArn: `arn:aws:states:eu-central-1:${account}:stateMachine:charge` } };

  it("has all details, and is no failure while it runs or when it succeeded", () => {
    const found = events({ Type: "Pass", Result: { Arg1: "argument1" }, End: true });
    expect(shapeOf(found.get("RUNNING")?.detail)).toEqual(running);
    const succeeded = { ...running, stopDate: "number", output: "string", outputDetails: { included: "boolean" } };
    expect(shapeOf(found.get("SUCCEEDED")?.detail)).toEqual(succeeded);
    for (const status of ["RUNNING", "SUCCEEDED"]) {
      expect(parseRecord({ Body: found.get(status)?.text }, declared)).toEqual({
        readable: false,
        reason: `[status] must be one of FAILED, TIMED_OUT, ABORTED, got "${status}"`,
      });
    }
  });

  it("is a record when it failed", () => {
    const { detail, text = "" } = events({ Type: "Fail", Error: "E", Cause: "C" }).get("FAILED") ?? {};
    expect(parseRecord({ Body: text }, declared)).toMatchObject({
      readable: true,
      record: {
        source: "charge",
        kind: "failed",
        execution: detail?.executionArn,
        identity: { id: "order-1", born: Math.floor(Number(detail?.startDate) / 1_000) },
        error: { name: "E", cause: "C" },
        input: { by: "value", text: "{}" },
      },
    });
  });
});
