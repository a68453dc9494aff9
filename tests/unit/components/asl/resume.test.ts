// Work that is resumed, on the simulator: the gate that its execution fails at, and goes on through.
import { describe, expect, it } from "vitest";
import { gateStates } from "../../../../components/asl/gate";
import { spoolState } from "../../../../components/asl/spoolState";
import { functionCall, taskState } from "../../../../components/asl/taskState";
import { parseRecord } from "../../../../records/parse";
import {
  functionArn,
  returns,
  stepFunctionsWorld,
  throws,
} from "../../simulator/services/stepFunctions/stepFunctionsWorld";
import { continuedWorld, declared, machineArn, recordIn } from "./continuedWorld";

const input = { order: "order-1" };
const result = { charged: { reserved: input } };

describe("a step that fails", () => {
  it("is recorded, and its execution fails at the gate", () => {
    const { begin, view, spool } = continuedWorld("resume");
    const { status, error, cause } = view(begin(input));
    expect([status, error]).toEqual(["FAILED", "States.Runtime"]);
    expect(cause).toContain("executing the state 'Charge: Gate'");
    expect(spool).toHaveLength(1);
  });

  it("has a record that the parser reads", () => {
    const { begin, records } = continuedWorld("resume");
    const execution = begin([5]);
    expect(records()).toEqual([
      {
        kind: "failed",
        source: "orders",
        stateMachineArn: machineArn,
        execution,
        identity: { id: "order-1", born: 1_767_225_600 },
        mode: "resume",
        generation: 0,
        attempts: 1,
        step: "Charge",
        input: { by: "value", text: "[5]" },
        error: { name: "ProviderDown", cause: '{"errorMessage": "no", "errorType": "ProviderDown"}' },
      },
    ]);
  });

  it("goes on when it is redriven, and the step before it runs no second time", () => {
    const { begin, redrive, state, view, attempts, spool } = continuedWorld("resume");
    const execution = begin(input);
    state.providerDown = false;
    redrive(execution);
    expect(view(execution)).toMatchObject({ status: "SUCCEEDED", output: JSON.stringify(result) });
    expect(attempts).toEqual({ reserve: 1, charge: 2 });
    expect(spool).toHaveLength(1);
  });

  it("that fails again is one failure of the next generation, each time", () => {
    const { begin, redrive, records, attempts } = continuedWorld("resume");
    const execution = begin(input);
    redrive(execution);
    redrive(execution);
    const seen = records().map(({ identity, generation, attempts: count }) => [identity.id, generation, count]);
    expect(seen).toEqual([
      ["order-1", 0, 1],
      ["order-1", 1, 2],
      ["order-1", 2, 3],
    ]);
    expect(attempts).toEqual({ reserve: 1, charge: 3 });
  });

  it.each([{ value: null }, { value: [] }, { value: [[5]] }, { value: "text" }, { value: 0 }, { value: { a: [1] } }])(
    "gets its input $value back",
    ({ value }) => {
      const { begin, redrive, state, view } = continuedWorld("resume");
      const execution = begin(value);
      state.providerDown = false;
      redrive(execution);
      expect(JSON.parse(view(execution).output ?? "")).toEqual({ charged: { reserved: value } });
    },
  );

  it("goes on with an input of 200 KB, which its record refers to", () => {
    const { begin, redrive, state, view, records } = continuedWorld("resume");
    const large = { text: "x".repeat(200 * 1024) };
    const execution = begin(large);
    expect(records()[0]?.input).toEqual({ by: "reference", execution });
    state.providerDown = false;
    redrive(execution);
    expect(JSON.parse(view(execution).output ?? "")).toEqual({ charged: { reserved: large } });
  });
});

describe("a first step that fails", () => {
  function onlyStep(input: unknown) {
    const names = (state: string) => state;
    const gates = gateStates({ names, first: "Charge" });
    const [spoolFailed, queueUrl] = ["SpoolFailedGate", "https://sqs.eu-west-1.amazonaws.com/123456789012/spool"];
    const after = { Next: gates.startAt };
    const states = {
      Charge: taskState({ call: functionCall(functionArn), timeoutSeconds: 60, retry: [], failed: "ErrorSpool" }),
      ErrorSpool: spoolState({ source: "orders", queueUrl, failed: spoolFailed, after, mode: "resume" }),
      ...gates.states,
    };
    let fails = true;
    const { run, view, world } = stepFunctionsWorld({
      lambda: ({ Payload }) => (fails ? throws("ProviderDown") : returns(JSON.parse(String(Payload)))),
    });
    const { status, arn: executionArn } = run(JSON.parse(JSON.stringify(states)), input);
    fails = false;
    world.call("states", "RedriveExecution", { executionArn });
    world.runUntilQuiet();
    return [status, view(executionArn)] as const;
  }

  it.each([
    { what: "the largest input of all", input: "x".repeat(262_142) },
    { what: "null", input: null },
    { what: "an empty list", input: [] },
    { what: "a list of one", input: [5] },
  ])("gets $what back", ({ input }) => {
    const [status, redriven] = onlyStep(input);
    expect([status, redriven.status]).toEqual(["FAILED", "SUCCEEDED"]);
    expect(redriven.output).toBe(JSON.stringify(input));
  });
});

describe("a step whose failure cannot be recorded", () => {
  function unrecorded() {
    const continued = continuedWorld("resume", true);
    continued.state.spoolDown = true;
    const execution = continued.begin(input);
    const [event] = continued.failedEvents();
    const body = JSON.stringify({
      source: "aws.states",
      "detail-type": "Step Functions Execution Status Change",
      detail: event?.detail,
    });
    return { ...continued, execution, record: recordIn(parseRecord({ Body: body }, declared)) };
  }

  it("leaves its error to the status event, in the cause of its own gate", () => {
    const { spool, record } = unrecorded();
    expect(spool).toEqual([]);
    expect(record).toMatchObject({
      kind: "failed",
      mode: "resume",
      generation: 0,
      attempts: 1,
      step: "Charge",
      error: { name: "ProviderDown", spoolError: { name: "SQS.AmazonSQSException" } },
    });
  });

  it("goes on when it is redriven, and counts on when it fails again", () => {
    const { execution, redrive, state, view, records } = unrecorded();
    state.spoolDown = false;
    redrive(execution);
    expect(records()).toMatchObject([{ generation: 1, attempts: 2 }]);
    state.providerDown = false;
    redrive(execution);
    expect(view(execution)).toMatchObject({ status: "SUCCEEDED", output: JSON.stringify(result) });
  });
});

describe("gates", () => {
  it("are known by their names", () => {
    expect(() => gateStates({ names: (state) => `${state} of Charge`, first: "Charge" })).toThrow(
      new Error('[names] must name the state "Gate" so that it ends in ": Gate", got "Gate of Charge"'),
    );
    expect(gateStates({ names: (state) => state, first: "Charge" }).startAt).toBe("Gate");
  });

  it("assign what a redriven step needs, and need no variable themselves", () => {
    const { states } = gateStates({ names: (state) => state, first: "Charge" });
    const assigned = Object.values(states).map((state) => "Choices" in state && state.Choices[0]?.Assign);
    expect(assigned).toEqual([
      { attempts: "{% $states.input.attempts %}" },
      { attempts: "{% $states.input.attempts %}" },
    ]);
    expect(JSON.stringify(states.Gate)).not.toMatch(/\$(?!(states|exists)\b)/);
  });
});
