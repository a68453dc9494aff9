import { describe, expect, it } from "vitest";
import type { Iam, Roles } from "../../../../../simulator/iam";
import { AwsError } from "../../../../../simulator/service";
import { StepFunctionsService } from "../../../../../simulator/services/stepFunctions/stepFunctionsService";
import { testWorld } from "../../../../support/simulatorWorld";
import { roleArn } from "./stepFunctionsWorld";

const definition = JSON.stringify({
  QueryLanguage: "JSONata",
  StartAt: "A",
  States: { A: { Type: "Fail", Error: "No" } },
});

function api(access: Partial<Iam & Roles> = {}) {
  const world = testWorld();
  const open = { authorize: () => undefined, assertAssumable: () => undefined };
  world.gateway.add(new StepFunctionsService(world, {}, { ...open, ...access }));
  const create = (enabled: boolean) =>
    world.call<{ stateMachineArn: string }>("states", "CreateStateMachine", {
      name: "m",
      definition,
      roleArn,
      tracingConfiguration: { enabled },
    }).stateMachineArn;
  const run = (stateMachineArn: string, name: string) => {
    world.call("states", "StartExecution", { stateMachineArn, name });
    world.runUntilQuiet();
  };
  const traces = () => world.events.all.filter(({ kind }) => kind.startsWith("xray."));
  return { world, create, run, traces };
}

describe("a state machine that is traced", () => {
  it("sends one trace an hour, with what its role may do", () => {
    const { world, create, run, traces } = api();
    const machine = create(true);
    run(machine, "one");
    run(machine, "two");
    const execution = machine.replace(":stateMachine:", ":execution:");
    expect(traces().map(({ kind, detail }) => [kind, detail])).toEqual([
      ["xray.SamplingRules", { stateMachine: "m" }],
      ["xray.SamplingTargets", { stateMachine: "m" }],
      ["xray.TelemetryRecords", { stateMachine: "m" }],
      ["xray.Segment", { stateMachine: "m", execution: `${execution}:one`, fault: true }],
    ]);
    world.run(3_600_000);
    run(machine, "three");
    expect(traces()).toHaveLength(8);
  });

  it("is not traced unless it says so", () => {
    const { create, run, traces } = api();
    run(create(false), "one");
    expect(traces()).toEqual([]);
  });
});

describe("the role of a state machine", () => {
  it("must let Step Functions assume it, when the machine is created and when it is given another one", () => {
    const asked: unknown[] = [];
    const { world, create } = api({
      assertAssumable: (...question) => {
        asked.push(question);
        if (question[0] !== roleArn) throw new AwsError("AccessDeniedException", "cannot be assumed");
      },
    });
    const stateMachineArn = create(true);
    expect(asked).toEqual([[roleArn, "states.amazonaws.com", stateMachineArn]]);
    const other = "arn:aws:iam::123456789012:role/other";
    expect(() => world.call("states", "UpdateStateMachine", { stateMachineArn, roleArn: other })).toThrow(
      "cannot be assumed",
    );
    expect(world.call("states", "DescribeStateMachine", { stateMachineArn }).roleArn).toBe(roleArn);
  });
});
