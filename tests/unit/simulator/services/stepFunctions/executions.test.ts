// What finds executions again, and stops them.
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../../../simulator/json";
import { functionArn, later, returns, type StepFunctionsWorld, stepFunctionsWorld } from "./stepFunctionsWorld";

const pass = { A: { Type: "Pass", End: true } };

describe("a look at one execution from outside", () => {
  it("shows it without a call, and refuses what is not there", () => {
    const { create, start, world, service } = stepFunctionsWorld();
    const machineArn = create(pass);
    const executionArn = start(machineArn, { a: 1 }, "one");
    world.runUntilQuiet();
    expect(service.execution(executionArn)).toMatchObject({
      name: "one",
      machineArn,
      status: "SUCCEEDED",
      input: '{"a":1}',
    });
    expect(() => service.execution(`${executionArn}-other`)).toThrow("Execution Does Not Exist");
  });
});

describe("DescribeExecution", () => {
  it("tells all of one that succeeded", () => {
    const { create, start, world } = stepFunctionsWorld();
    const executionArn = start(create(pass), { a: 1 }, "one");
    world.runUntilQuiet();
    expect(world.call("states", "DescribeExecution", { executionArn })).toEqual({
      executionArn,
      stateMachineArn: "arn:aws:states:eu-west-1:123456789012:stateMachine:orders",
      name: "one",
      status: "SUCCEEDED",
      startDate: expect.closeTo(Date.UTC(2026, 0, 1) / 1000, 0),
      stopDate: expect.closeTo(Date.UTC(2026, 0, 1) / 1000, 0),
      input: '{"a":1}',
      inputDetails: { included: true },
      output: '{"a":1}',
      outputDetails: { included: true },
      redriveCount: 0,
      redriveStatus: "NOT_REDRIVABLE",
      redriveStatusReason: "Execution is SUCCEEDED and cannot be redriven",
    });
  });

  it("tells the error of one that failed", () => {
    const { create, start, world } = stepFunctionsWorld();
    const executionArn = start(create({ A: { Type: "Fail", Error: "E", Cause: "C" } }));
    world.runUntilQuiet();
    const described = world.call("states", "DescribeExecution", { executionArn });
    expect(described).toMatchObject({ status: "FAILED", error: "E", cause: "C", redriveStatus: "REDRIVABLE" });
    expect(described).not.toHaveProperty("output");
    expect(described).not.toHaveProperty("redriveStatusReason");
  });

  it("leaves data out when asked to", () => {
    const { create, start, world } = stepFunctionsWorld();
    const request = { executionArn: start(create(pass)), includedData: "METADATA_ONLY" };
    const described = world.call("states", "DescribeExecution", request);
    expect(described).toMatchObject({ inputDetails: { included: false } });
    expect(described).not.toHaveProperty("input");
  });
});

describe("ListExecutions", () => {
  interface Listed {
    readonly executions: readonly { readonly name: string; readonly status: string }[];
    readonly nextToken?: string;
  }

  it("lists a machine's, newest first, page by page, while others start", () => {
    const { create, start, world } = stepFunctionsWorld();
    const stateMachineArn = create(pass);
    for (const name of ["a", "b", "c", "d"]) start(stateMachineArn, {}, name);
    start(create(pass, { name: "other" }), {}, "x");
    const list = (more: JsonObject) =>
      world.call<Listed>("states", "ListExecutions", { stateMachineArn, maxResults: 2, ...more });
    const first = list({});
    expect(first.executions.map(({ name }) => name)).toEqual(["d", "c"]);
    start(stateMachineArn, {}, "e");
    const second = list({ nextToken: first.nextToken });
    expect(second.executions.map(({ name }) => name)).toEqual(["b", "a"]);
    expect(second.nextToken).toBeUndefined();
  });

  it("filters by status", () => {
    const { create, start, world } = stepFunctionsWorld();
    const choice = { Type: "Choice", Choices: [{ Condition: "{% $states.input.ok %}", Next: "B" }], Default: "C" };
    const stateMachineArn = create({ A: choice, B: { Type: "Succeed" }, C: { Type: "Fail" } });
    start(stateMachineArn, { ok: true }, "good");
    start(stateMachineArn, { ok: false }, "bad");
    world.runUntilQuiet();
    const list = (statusFilter: string) =>
      world.call<Listed>("states", "ListExecutions", { stateMachineArn, statusFilter });
    expect(list("FAILED").executions).toEqual([
      expect.objectContaining({ name: "bad", status: "FAILED", redriveCount: 0 }),
    ]);
    expect(list("ABORTED").executions).toEqual([]);
    expect(() => list("LOST")).toThrow(
      "Member must be one of [RUNNING, SUCCEEDED, FAILED, TIMED_OUT, ABORTED, PENDING_REDRIVE]",
    );
  });

  it("refuses sizes and tokens that AWS refuses", () => {
    const { create, world } = stepFunctionsWorld();
    const stateMachineArn = create(pass);
    const list = (more: JsonObject) => () => world.call("states", "ListExecutions", { stateMachineArn, ...more });
    expect(list({ maxResults: 1001 })).toThrow("Value '1001' at 'maxResults' failed to satisfy constraint");
    expect(list({ nextToken: "other" })).toThrow("Invalid Token: 'other'");
  });
});

describe("StopExecution", () => {
  it("aborts what runs; a task's late answer changes nothing", () => {
    const made: StepFunctionsWorld = stepFunctionsWorld({ lambda: () => later(() => made.world, 60_000, returns(1)) });
    const { create, start, view, world } = made;
    const executionArn = start(create({ A: { Type: "Task", Resource: functionArn, End: true } }));
    world.run(1000);
    const { stopDate } = world.call<{ stopDate: number }>("states", "StopExecution", {
      executionArn,
      error: "E",
      cause: "C",
    });
    world.runUntilQuiet();
    const execution = view(executionArn);
    expect(execution).toMatchObject({ status: "ABORTED", error: "E", cause: "C", stoppedAt: stopDate * 1000 });
    expect(execution.history.at(-1)).toMatchObject({
      type: "ExecutionAborted",
      executionAbortedEventDetails: { error: "E", cause: "C" },
    });
  });

  it("leaves nothing to wait for", () => {
    const { create, start, world } = stepFunctionsWorld();
    const executionArn = start(create({ A: { Type: "Wait", Seconds: 3600, End: true } }));
    world.run(1000);
    world.call("states", "StopExecution", { executionArn });
    expect(world.clock.busy).toBe(false);
  });

  it("leaves what has ended as it is", () => {
    const { create, start, view, world } = stepFunctionsWorld();
    const executionArn = start(create(pass));
    world.runUntilQuiet();
    const { stoppedAt = 0 } = view(executionArn);
    expect(world.call("states", "StopExecution", { executionArn })).toEqual({ stopDate: stoppedAt / 1000 });
    expect(view(executionArn).status).toBe("SUCCEEDED");
  });
});

describe("GetExecutionHistory", () => {
  interface History {
    readonly events: readonly JsonObject[];
    readonly nextToken?: string;
  }

  it("pages forwards and backwards, with or without data", () => {
    const { create, start, world } = stepFunctionsWorld();
    const executionArn = start(create(pass), { a: 1 });
    world.runUntilQuiet();
    const get = (more: JsonObject) => world.call<History>("states", "GetExecutionHistory", { executionArn, ...more });
    const first = get({ maxResults: 3 });
    expect(first.events.map(({ id }) => id)).toEqual([1, 2, 3]);
    expect(get({ maxResults: 3, nextToken: first.nextToken }).events.map(({ id }) => id)).toEqual([4]);
    expect(get({ reverseOrder: true }).events.map(({ id }) => id)).toEqual([4, 3, 2, 1]);
    expect(first.events[1]).toEqual({
      timestamp: expect.any(Number),
      type: "PassStateEntered",
      id: 2,
      previousEventId: 0,
      stateEnteredEventDetails: { name: "A", input: '{"a":1}', inputDetails: { truncated: false } },
    });
    expect(get({ includeExecutionData: false }).events[1]).toMatchObject({ stateEnteredEventDetails: { name: "A" } });
    expect(JSON.stringify(get({ includeExecutionData: false }))).not.toContain('"input"');
  });
});
