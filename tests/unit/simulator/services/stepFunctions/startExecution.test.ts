// StartExecution: names, inputs, idempotence, retention, throttling.
import { describe, expect, it } from "vitest";
import { functionArn, stepFunctionsWorld } from "./stepFunctionsWorld";

const pass = { A: { Type: "Pass", End: true } };
const wait = { A: { Type: "Wait", Seconds: 3600, End: true } };
const day = 24 * 60 * 60 * 1000;

describe("StartExecution", () => {
  it("names the execution by a UUID unless told otherwise, with {} as its input", () => {
    const { create, world, service } = stepFunctionsWorld();
    const stateMachineArn = create(pass);
    world.call("states", "StartExecution", { stateMachineArn });
    world.call("states", "StartExecution", { stateMachineArn, name: "n".repeat(80) });
    const [first, second] = service.executions(stateMachineArn);
    expect(first?.name).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(first?.input).toBe("{}");
    expect(second?.arn).toBe(`arn:aws:states:eu-west-1:123456789012:execution:orders:${"n".repeat(80)}`);
  });

  it("refuses names that AWS refuses", () => {
    const { create, start } = stepFunctionsWorld();
    const machineArn = create(pass);
    expect(() => start(machineArn, {}, "n".repeat(81))).toThrow(
      "at 'name' failed to satisfy constraint: Member must have length from 1 to 80",
    );
    for (const name of ["a b", "a/b", "a:b", "a#b", "a\u0001", "a\u0085", "<a>", "a?"]) {
      expect(() => start(machineArn, {}, name)).toThrow(`Invalid Name: '${name}'`);
    }
    expect(() => start(machineArn, {}, "a.b_c-d=é")).not.toThrow();
  });

  it("takes any JSON up to 262,144 bytes of UTF-8", () => {
    const { create, world } = stepFunctionsWorld();
    const stateMachineArn = create(pass);
    const begin = (input: string) => () => world.call("states", "StartExecution", { stateMachineArn, input });
    expect(begin("{")).toThrow("Invalid State Machine Execution Input: 'it is not valid JSON'");
    expect(begin(JSON.stringify("x".repeat(262_142)))).not.toThrow();
    expect(begin(JSON.stringify("x".repeat(262_143)))).toThrow(
      "1 validation error detected: Value at 'input' failed to satisfy constraint: Member must have length less than or equal to 262144",
    );
  });

  it("answers the first start while the same name runs with the same input", () => {
    const { create, world, service } = stepFunctionsWorld();
    const stateMachineArn = create(wait);
    const request = { stateMachineArn, name: "one", input: '{"a":1}' };
    const first = world.call("states", "StartExecution", request);
    world.run(60_000);
    expect(world.call("states", "StartExecution", request)).toEqual(first);
    expect(service.executions(stateMachineArn)).toHaveLength(1);
  });

  it("refuses the name for another input, and once it is closed", () => {
    const { create, start, world } = stepFunctionsWorld();
    const machineArn = create(wait);
    const executionArn = start(machineArn, { a: 1 }, "one");
    const taken = `Execution Already Exists: '${executionArn}'`;
    expect(() => start(machineArn, { a: 2 }, "one")).toThrow(taken);
    world.run(2 * 3600 * 1000);
    expect(() => start(machineArn, { a: 1 }, "one")).toThrow(taken);
  });

  it("has names apart for each machine", () => {
    const { create, start } = stepFunctionsWorld();
    const [one, two] = [create(pass, { name: "one" }), create(pass, { name: "two" })];
    expect(start(one, { a: 1 }, "same")).not.toBe(start(two, { a: 2 }, "same"));
  });

  it("frees a name 90 days after its execution closed", () => {
    const { create, start, world, service } = stepFunctionsWorld();
    const machineArn = create(pass);
    const executionArn = start(machineArn, {}, "one");
    world.run(90 * day - 1000);
    expect(() => start(machineArn, {}, "one")).toThrow("Execution Already Exists");
    world.run(2000);
    expect(() => world.call("states", "DescribeExecution", { executionArn })).toThrow(
      `Execution Does Not Exist: '${executionArn}'`,
    );
    expect(service.executions(machineArn)).toHaveLength(0);
    expect(() => start(machineArn, {}, "one")).not.toThrow();
  });

  it("knows the machine, and not its versions", () => {
    const { create, start } = stepFunctionsWorld();
    const machineArn = create(pass);
    expect(() => start("arn:aws:states:eu-west-1:123456789012:stateMachine:no")).toThrow(
      "State Machine Does Not Exist: 'arn:aws:states:eu-west-1:123456789012:stateMachine:no'",
    );
    expect(() => start("no")).toThrow("Invalid Arn: 'Invalid ARN prefix: no'");
    expect(() => start(`${machineArn}:live`)).toThrow(
      `the simulator does not have the version or alias "${machineArn}:live"`,
    );
  });

  it("is throttled by a token bucket, and says so in a metric", () => {
    const { create, world } = stepFunctionsWorld({ quotas: { startExecutionBucket: 3, startExecutionRefill: 1 } });
    const stateMachineArn = create(pass);
    const outcomes = [1, 2, 3, 4].map(() => world.outcome("states", "StartExecution", { stateMachineArn }));
    expect(outcomes.map(({ ok }) => ok)).toEqual([true, true, true, false]);
    expect(outcomes[3]).toMatchObject({ error: { code: "ThrottlingException", message: "Rate exceeded" } });
    expect(world.collected.data.filter(({ name }) => name === "ThrottledEvents")).toEqual([
      expect.objectContaining({ namespace: "AWS/States", dimensions: { APIName: "StartExecution" } }),
    ]);
    world.run(1000);
    expect(world.outcome("states", "StartExecution", { stateMachineArn }).ok).toBe(true);
  });

  it("keeps the definition and the role of its start", () => {
    const { create, start, view, world, calls } = stepFunctionsWorld();
    const slow = { ...wait.A, End: undefined, Next: "B" };
    const stateMachineArn = create({ A: slow, B: { Type: "Task", Resource: functionArn, End: true } });
    const executionArn = start(stateMachineArn);
    const definition = JSON.stringify({ QueryLanguage: "JSONata", StartAt: "A", States: { A: { Type: "Fail" } } });
    const roleArn = "arn:aws:iam::123456789012:role/other";
    world.call("states", "UpdateStateMachine", { stateMachineArn, definition, roleArn });
    world.runUntilQuiet();
    expect(view(executionArn).status).toBe("SUCCEEDED");
    expect(calls[0]?.call.principal).toMatchObject({ roleArn: "arn:aws:iam::123456789012:role/machine" });
    const next = start(stateMachineArn);
    world.runUntilQuiet();
    expect(view(next).status).toBe("FAILED");
  });
});
