// .sync: a task that waits for another execution.
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../../../../simulator/json";
import { type StepFunctionsWorld, stepFunctionsWorld, types } from "../stepFunctionsWorld";

function nested(
  child: JsonObject,
  pattern: string,
  fields: object = {},
): StepFunctionsWorld & { parent: string; childArn: string } {
  const made = stepFunctionsWorld();
  const childArn = made.create({ C: child }, { name: "child" });
  const parent = made.create({
    A: {
      Type: "Task",
      Resource: `arn:aws:states:::states:startExecution${pattern}`,
      Arguments: { StateMachineArn: childArn, Input: { n: 1 }, Name: "once" },
      End: true,
      ...fields,
    },
  } as unknown as JsonObject);
  return { ...made, parent, childArn };
}

function run(child: JsonObject, pattern: string, fields: object = {}) {
  const made = nested(child, pattern, fields);
  const executionArn = made.start(made.parent);
  made.world.runUntilQuiet();
  const [childExecution] = made.service.executions(made.childArn);
  return { ...made.view(executionArn), child: childExecution };
}

const pass = { Type: "Pass", End: true };

describe("a task that waits for an execution", () => {
  it("gives its description, with input and output as text or as JSON", () => {
    const { output, history, child } = run({ ...pass, Output: { done: true } }, ".sync");
    expect(types(history).slice(2, 7)).toEqual([
      ...["TaskScheduled", "TaskStarted", "TaskSubmitted", "TaskSucceeded", "TaskStateExited"],
    ]);
    expect(JSON.parse(output ?? "")).toMatchObject({
      ExecutionArn: child?.arn,
      Input: '{"n":1}',
      InputDetails: { Included: true },
      Name: "once",
      Output: '{"done":true}',
      Status: "SUCCEEDED",
    });
    expect(JSON.parse(run({ ...pass, Output: { done: true } }, ".sync:2").output ?? "")).toMatchObject({
      Output: { done: true },
    });
  });

  it("fails when the execution does, with its description as the cause", () => {
    const { error, cause } = run({ Type: "Fail", Error: "Broken", Cause: "why" }, ".sync");
    expect(error).toBe("States.TaskFailed");
    expect(JSON.parse(cause ?? "")).toMatchObject({ Status: "FAILED", Error: "Broken", Cause: "why" });
  });

  it("does not wait without a pattern", () => {
    const { output, child } = run({ Type: "Wait", Seconds: 60, End: true }, "");
    expect(Object.keys(JSON.parse(output ?? "") as object)).toContain("ExecutionArn");
    expect(child?.status).toBe("SUCCEEDED");
  });

  it("stops the execution when it times out, or is stopped itself", () => {
    const wait = { Type: "Wait", Seconds: 60, End: true };
    const timedOut = run(wait, ".sync", { TimeoutSeconds: 5 });
    expect([timedOut.error, timedOut.child?.status]).toEqual(["States.Timeout", "ABORTED"]);
    const made = nested(wait, ".sync");
    const executionArn = made.start(made.parent);
    made.world.run(1000);
    made.world.call("states", "StopExecution", { executionArn });
    made.world.runUntilQuiet();
    expect(made.service.executions(made.childArn)[0]?.status).toBe("ABORTED");
  });

  it("can be answered by its token before, which leaves the execution alone", () => {
    const made = nested({ Type: "Wait", Seconds: 60, End: true }, ".sync", {
      Arguments: {
        StateMachineArn: "arn:aws:states:eu-west-1:123456789012:stateMachine:child",
        Input: { token: "{% $states.context.Task.Token %}" },
      },
    });
    const executionArn = made.start(made.parent);
    made.world.run(1000);
    const [child] = made.service.executions(made.childArn);
    const { token } = JSON.parse(child?.input ?? "") as { token: string };
    made.world.call("states", "SendTaskSuccess", { taskToken: token, output: "7" });
    made.world.runUntilQuiet();
    expect(made.view(executionArn).output).toBe("7");
    expect(made.service.executions(made.childArn)[0]?.status).toBe("SUCCEEDED");
  });
});
