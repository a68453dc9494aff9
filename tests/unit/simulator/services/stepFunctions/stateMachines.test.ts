import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../../../simulator/json";
import { roleArn, stepFunctionsWorld } from "./stepFunctionsWorld";

const definition = (comment: string) =>
  JSON.stringify({
    Comment: comment,
    QueryLanguage: "JSONata",
    StartAt: "A",
    States: { A: { Type: "Pass", End: true } },
  });

function api() {
  const made = stepFunctionsWorld();
  return { ...made, call: (action: string, input: JsonObject) => made.world.call("states", action, input) };
}

describe("CreateStateMachine", () => {
  it("is idempotent by name and definition, whatever the role", () => {
    const { call } = api();
    const input = { name: "m", definition: definition("one"), roleArn };
    const created = call("CreateStateMachine", input);
    expect(created.stateMachineArn).toBe("arn:aws:states:eu-west-1:123456789012:stateMachine:m");
    expect(call("CreateStateMachine", { ...input, roleArn: "arn:aws:iam::123456789012:role/x" })).toEqual(created);
    expect(() => call("CreateStateMachine", { ...input, definition: definition("two") })).toThrow(
      "State Machine Already Exists: 'arn:aws:states:eu-west-1:123456789012:stateMachine:m'",
    );
  });

  it("refuses what is wrong and what the simulator lacks", () => {
    const { call } = api();
    const create = (more: JsonObject) => () =>
      call("CreateStateMachine", { name: "m", definition: definition("one"), roleArn, ...more });
    expect(create({ name: "a b" })).toThrow("Invalid Name: 'a b'");
    expect(create({ roleArn: "role" })).toThrow("Invalid Role Arn: 'role'");
    expect(create({ type: "EXPRESS" })).toThrow('the simulator does not have type "EXPRESS"; it has STANDARD');
    expect(create({ publish: true })).toThrow("the simulator does not have publish true");
    expect(create({ encryptionConfiguration: { type: "CUSTOMER_MANAGED_KMS_KEY" } })).toThrow(
      'the simulator does not have encryptionConfiguration.type "CUSTOMER_MANAGED_KMS_KEY"; it has AWS_OWNED_KEY',
    );
  });
});

describe("DescribeStateMachine and UpdateStateMachine", () => {
  it("show and change a machine", () => {
    const { call } = api();
    const { stateMachineArn } = call("CreateStateMachine", { name: "m", definition: definition("one"), roleArn });
    expect(call("DescribeStateMachine", { stateMachineArn })).toEqual({
      stateMachineArn,
      name: "m",
      status: "ACTIVE",
      definition: definition("one"),
      roleArn,
      type: "STANDARD",
      creationDate: expect.any(Number),
      loggingConfiguration: { level: "OFF", includeExecutionData: false },
      tracingConfiguration: { enabled: false },
    });
    const updated = call("UpdateStateMachine", { stateMachineArn, definition: definition("two") });
    expect(call("DescribeStateMachine", { stateMachineArn })).toMatchObject({
      definition: definition("two"),
      roleArn,
      revisionId: updated.revisionId,
    });
  });

  it("change nothing when the update is refused", () => {
    const { call } = api();
    const { stateMachineArn } = call("CreateStateMachine", { name: "m", definition: definition("one"), roleArn });
    expect(() => call("UpdateStateMachine", { stateMachineArn })).toThrow("must be specified");
    const update = { stateMachineArn, definition: definition("two"), roleArn: "no" };
    expect(() => call("UpdateStateMachine", update)).toThrow("Invalid Role Arn: 'no'");
    expect(call("DescribeStateMachine", { stateMachineArn })).toMatchObject({ definition: definition("one") });
  });
});

describe("ListStateMachines", () => {
  it("lists page by page", () => {
    const { call } = api();
    for (const name of ["a", "b", "c"]) call("CreateStateMachine", { name, definition: definition(name), roleArn });
    const names = (answer: JsonObject) => (answer.stateMachines as JsonObject[]).map(({ name }) => name);
    const first = call("ListStateMachines", { maxResults: 2 });
    expect(names(first)).toEqual(["a", "b"]);
    const second = call("ListStateMachines", { maxResults: 2, nextToken: first.nextToken });
    expect(names(second)).toEqual(["c"]);
    expect(second).not.toHaveProperty("nextToken");
  });
});

describe("DeleteStateMachine", () => {
  it("removes a machine, at once when nothing runs", () => {
    const { call } = api();
    const { stateMachineArn } = call("CreateStateMachine", { name: "m", definition: definition("one"), roleArn });
    call("DeleteStateMachine", { stateMachineArn });
    expect(() => call("DescribeStateMachine", { stateMachineArn })).toThrow("State Machine Does Not Exist");
    expect(call("DeleteStateMachine", { stateMachineArn })).toEqual({});
  });

  it("lets running executions end first", () => {
    const { create, start, view, world, call } = api();
    const stateMachineArn = create({ A: { Type: "Wait", Seconds: 60, End: true } });
    const executionArn = start(stateMachineArn);
    call("DeleteStateMachine", { stateMachineArn });
    expect(call("DescribeStateMachine", { stateMachineArn })).toMatchObject({ status: "DELETING" });
    expect(() => start(stateMachineArn)).toThrow(`State Machine is being deleted: '${stateMachineArn}'`);
    world.runUntilQuiet();
    expect(view(executionArn).status).toBe("SUCCEEDED");
    expect(() => start(stateMachineArn)).toThrow("State Machine Does Not Exist");
  });
});

describe("authorization", () => {
  it("asks for the action on the machine or the execution", () => {
    const asked: string[] = [];
    const iam = {
      authorize: (_call: unknown, { action, resource }: { action: string; resource: string }) =>
        void asked.push(`${action} ${resource}`),
    };
    const { create, start, world } = stepFunctionsWorld({ iam });
    const stateMachineArn = create({ A: { Type: "Pass", End: true } });
    const executionArn = start(stateMachineArn, {}, "one");
    for (const action of ["DescribeExecution", "GetExecutionHistory", "StopExecution"]) {
      world.call("states", action, { executionArn });
    }
    world.call("states", "ListExecutions", { stateMachineArn });
    expect(asked).toEqual([
      `states:CreateStateMachine ${stateMachineArn}`,
      `states:StartExecution ${stateMachineArn}`,
      `states:DescribeExecution ${executionArn}`,
      `states:GetExecutionHistory ${executionArn}`,
      `states:StopExecution ${executionArn}`,
      `states:ListExecutions ${stateMachineArn}`,
    ]);
  });
});
