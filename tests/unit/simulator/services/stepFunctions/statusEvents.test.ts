import { describe, expect, it } from "vitest";
import { stepFunctionsWorld } from "./stepFunctionsWorld";

const fail = { A: { Type: "Fail", Error: "E", Cause: "C" } };

describe("status change events", () => {
  it("have AWS's shape, at the start and at the end", () => {
    const { create, start, view, world } = stepFunctionsWorld();
    const stateMachineArn = create({ A: { Type: "Pass", Output: { ok: true }, End: true } });
    const executionArn = start(stateMachineArn, { id: 1 }, "one");
    world.runUntilQuiet();
    const { startedAt, stoppedAt } = view(executionArn);
    const common = {
      executionArn,
      stateMachineArn,
      name: "one",
      startDate: startedAt,
      input: '{"id":1}',
      stateMachineVersionArn: null,
      stateMachineAliasArn: null,
      redriveCount: 0,
      redriveDate: null,
      redriveStatus: "NOT_REDRIVABLE",
      inputDetails: { included: true },
      error: null,
      cause: null,
    };
    const envelope = {
      source: "aws.states",
      detailType: "Step Functions Execution Status Change",
      resources: [executionArn],
    };
    expect(world.collected.busEvents).toEqual([
      {
        ...envelope,
        detail: {
          ...common,
          status: "RUNNING",
          stopDate: null,
          output: null,
          outputDetails: null,
          redriveStatusReason: "Execution is RUNNING and cannot be redriven",
        },
      },
      {
        ...envelope,
        detail: {
          ...common,
          status: "SUCCEEDED",
          stopDate: stoppedAt,
          output: '{"ok":true}',
          outputDetails: { included: true },
          redriveStatusReason: "Execution is SUCCEEDED and cannot be redriven",
        },
      },
    ]);
  });

  it("carry the error of a failure, and no output", () => {
    const { run, world } = stepFunctionsWorld();
    run(fail);
    expect(world.collected.busEvents[1]?.detail).toMatchObject({
      status: "FAILED",
      error: "E",
      cause: "C",
      output: null,
      outputDetails: null,
      redriveStatus: "REDRIVABLE",
      redriveStatusReason: null,
    });
  });

  it("leave out an input that is above 248 KB once escaped", () => {
    const included = (input: string) => {
      const { run, world } = stepFunctionsWorld();
      run(fail, input);
      const detail = world.collected.busEvents[1]?.detail;
      return [detail?.inputDetails, typeof detail?.input === "string"];
    };
    // The text's two quotes take four characters more when escaped, and two enclose the whole.
    expect(included("x".repeat(248 * 1024 - 6))).toEqual([{ included: true }, true]);
    expect(included("x".repeat(248 * 1024 - 5))).toEqual([{ included: false }, false]);
    expect(included('"'.repeat(80_000))).toEqual([{ included: false }, false]);
  });

  it("leave out the input before the output", () => {
    const { run, world } = stepFunctionsWorld();
    run({ A: { Type: "Pass", End: true } }, "x".repeat(200_000));
    expect(world.collected.busEvents[1]?.detail).toMatchObject({
      input: null,
      inputDetails: { included: false },
      outputDetails: { included: true },
    });
  });
});

describe("metrics", () => {
  it("count executions by their ends, and measure them", () => {
    const { run, world } = stepFunctionsWorld();
    const execution = run(fail);
    const dimensions = { StateMachineArn: "arn:aws:states:eu-west-1:123456789012:stateMachine:orders" };
    const milliseconds = (execution.stoppedAt ?? 0) - execution.startedAt;
    expect(world.collected.data).toEqual([
      { namespace: "AWS/States", dimensions, name: "ExecutionsStarted", values: [1], unit: "Count" },
      { namespace: "AWS/States", dimensions, name: "ExecutionsFailed", values: [1], unit: "Count" },
      { namespace: "AWS/States", dimensions, name: "ExecutionTime", values: [milliseconds], unit: "Milliseconds" },
    ]);
  });

  it.each([
    ["ExecutionsSucceeded", { A: { Type: "Succeed" } }, {}],
    ["ExecutionsTimedOut", { A: { Type: "Wait", Seconds: 60, End: true } }, { TimeoutSeconds: 1 }],
  ])("have a name for each end: %s", (name, states, machine) => {
    const { run, world } = stepFunctionsWorld();
    run(states, {}, machine);
    expect(world.collected.data.map((datum) => datum.name)).toContain(name);
  });
});
