import * as aws from "@pulumi/aws";
import aslValidator from "asl-validator";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CircuitBreaker } from "../../../components/circuitBreaker";
import { ErrorSpool } from "../../../components/errorSpool";
import { Semaphore } from "../../../components/semaphore";
import { Workflow, type WorkflowArgs, type WorkflowStep } from "../../../components/workflow";
import { MockedProgram } from "./mockedProgram";

const machine = "aws:sfn/stateMachine:StateMachine";
const rule = "aws:cloudwatch/eventRule:EventRule";
const rolePolicy = "aws:iam/rolePolicy:RolePolicy";
const arnOf = (name: string) => `arn:aws:lambda:eu-west-1:123456789012:function:${name}`;

let program: MockedProgram;

beforeEach(async () => {
  program = await MockedProgram.start();
});

afterEach(() => program.settled());

const lambda = (name: string) =>
  new aws.lambda.Function(name, { role: `arn:aws:iam::123456789012:role/${name}`, timeout: 30 });

function fulfil(args: Partial<WorkflowArgs> = {}) {
  return new Workflow("fulfil", {
    spool: new ErrorSpool("spool"),
    steps: [
      { name: "reserve", task: lambda("reserve") },
      { name: "charge", task: lambda("charge") },
      { name: "ship", task: lambda("ship") },
    ],
    ...args,
  });
}

async function definitionOf(name = "fulfil") {
  return JSON.parse(String((await program.resource(machine, name)).inputs.definition));
}

describe("a workflow", () => {
  it("takes its steps in order, and hands each the result of the one before: one state transition a step", async () => {
    fulfil();
    const { StartAt, States } = await definitionOf();
    expect(StartAt).toBe("reserve");
    expect(States.reserve).toMatchObject({ Resource: arnOf("reserve"), Next: "charge" });
    expect(States.charge).toMatchObject({ Resource: arnOf("charge"), Next: "ship" });
    expect(States.ship).toMatchObject({ Resource: arnOf("ship"), End: true });
    expect(States.reserve).not.toHaveProperty("Output");
  });

  it("is valid Amazon States Language with every option", async () => {
    const breaker = new CircuitBreaker("payments");
    const semaphore = new Semaphore("payments", { limit: 5 });
    fulfil({
      steps: [
        { name: "reserve", task: lambda("reserve"), uncertain: false },
        { name: "charge", task: lambda("charge"), breaker, semaphore, permanentErrors: ["CardDeclinedError"] },
        { name: "ship", task: lambda("ship"), onFailure: "park", semaphore: { semaphore, key: "customer" } },
      ],
    });
    expect(aslValidator(await definitionOf()).errors).toEqual([]);
  });

  it("resumes a failed step at its gate unless told otherwise, and parks it where told so", async () => {
    fulfil({
      steps: [
        { name: "charge", task: lambda("charge") },
        { name: "ship", task: lambda("ship"), onFailure: "park" },
      ],
    });
    const { States } = await definitionOf();
    expect(States["charge: Gate"]).toMatchObject({ Type: "Choice", Choices: [{ Next: "charge" }] });
    expect(States["charge: Gate"]).not.toHaveProperty("Default");
    expect(States["ship: ErrorSpool"]).toMatchObject({
      Resource: "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
      Next: "ship",
    });
    expect(States).not.toHaveProperty("ship: Gate");
  });

  it("goes back to the breaker's check when a step is resumed, and while it waits for its semaphore", async () => {
    const breaker = new CircuitBreaker("payments");
    fulfil({
      steps: [{ name: "charge", task: lambda("charge"), breaker, semaphore: new Semaphore("payments", { limit: 5 }) }],
    });
    const { StartAt, States } = await definitionOf();
    expect(StartAt).toBe("charge: Breaker");
    expect(States["charge: Gate"].Choices).toMatchObject([{ Next: "charge: Breaker" }]);
    expect(States["charge: Wait"]).toMatchObject({ Next: "charge: Breaker" });
  });

  it("gives a step what its input says, and later steps the variables that it assigns", async () => {
    fulfil({
      steps: [
        { name: "reserve", task: lambda("reserve"), assign: { reservation: "{% $states.result.id %}" } },
        {
          name: "charge",
          task: lambda("charge"),
          input: { order: "{% $states.context.Execution.Input %}", reservation: "{% $reservation %}" },
        },
      ],
    });
    const { States } = await definitionOf();
    expect(States.reserve).toMatchObject({ Assign: { reservation: "{% $states.result.id %}" } });
    expect(States.charge).toMatchObject({
      Arguments: { order: "{% $states.context.Execution.Input %}", reservation: "{% $reservation %}" },
    });
  });

  it("has no state but the task for a step that is certain", async () => {
    fulfil({ steps: [{ name: "reserve", task: lambda("reserve"), uncertain: false }] });
    expect(Object.keys((await definitionOf()).States)).toEqual(["reserve"]);
  });

  it("may call its functions, its breakers and its semaphores, and makes a function of each closure", async () => {
    const breaker = new CircuitBreaker("payments");
    const workflow = fulfil({
      steps: [
        { name: "reserve", task: async (order: { readonly id: string }) => order.id },
        { name: "charge", task: lambda("charge"), breaker },
      ],
    });
    expect(Object.keys(workflow.functions)).toEqual(["reserve", "charge"]);
    await program.resource("aws:lambda/function:Function", "fulfil-reserve");
    const policy = String((await program.resource(rolePolicy, "fulfil-policy")).inputs.policy);
    expect(policy).toContain(arnOf("fulfil-reserve"));
    expect(policy).toContain("dynamodb:UpdateItem");
    expect(workflow.breakers).toEqual({ charge: breaker });
  });

  it("leaves failures at its gates to the records that they have already", async () => {
    fulfil();
    const { inputs } = await program.resource(rule, "fulfil-safety-net");
    expect(String(inputs.eventPattern)).toContain("Gate");
  });

  it("frees the leases of executions that were stopped", async () => {
    fulfil({
      steps: [{ name: "charge", task: lambda("charge"), semaphore: new Semaphore("payments", { limit: 1 }) }],
    });
    await program.resource(machine, "fulfil-release");
    await program.resource(rule, "fulfil-release-rule");
  });
});

describe("arguments of a workflow", () => {
  const step = (args: Partial<WorkflowStep>): WorkflowStep => ({ name: "charge", task: lambda("charge"), ...args });

  it.each([
    { steps: [], message: "[steps] must hold at least one step, got []" },
    {
      steps: [{ name: "a b" }],
      message: `[steps[0].name] must be 1 to 32 characters of 0-9, A-Z, a-z and "-", got "a b"`,
    },
    { steps: [{ name: "Ship" }, { name: "ship" }], message: `[steps] must have names of their own, got "ship" twice` },
    {
      steps: [{ onFailure: "restart" as "park" }],
      message: `[steps[0].onFailure] must be "resume" or "park", since a restart would run finished steps again, got "restart"`,
    },
    {
      steps: [{ uncertain: false, onFailure: "park" as const }],
      message: "[steps[0].onFailure] must be left out where [steps[0].uncertain] is false",
    },
    {
      steps: [{}, { name: "ship", retry: [] as never, timeout: "1 second" as const }],
      message: `steps[1]: [timeout] must be longer than the function's own, which [task.timeout] gives ("30 seconds"), got "1 second"`,
    },
  ])("$message", ({ steps, message }) => {
    const made = steps.map((args) =>
      step({ ...args, ...("timeout" in args ? { task: { callback: async () => 1, timeout: "30 seconds" } } : {}) }),
    );
    expect(() => fulfil({ steps: made })).toThrow(new Error(message));
  });

  it("is told that a workflow cannot restart", () => {
    expect(() => fulfil({ onFailure: "restart" as "park" })).toThrow(
      new Error(
        `[onFailure] must be "resume" or "park", since a restart would run finished steps again, got "restart"`,
      ),
    );
  });
});
