// What became of a redrive, by mode: from the execution's status, its output and its history.
import type { HistoryEvent } from "@aws-sdk/client-sfn";
import { describe, expect, it } from "vitest";
import type { Pending } from "../../../../handlers/autoRedrive/runState";
import { outcomeOf } from "../../../../handlers/outcomes/outcomeOf";
import { Calls, type FakeExecution, FakeStepFunctions } from "../../../support/awsFakes";
import { executionOf } from "../../../support/records";

const once = <T>(call: () => Promise<T>) => call();

function outcome(mode: Pending["mode"], execution: Partial<FakeExecution> | undefined, generation = 2) {
  const api = new FakeStepFunctions(new Calls());
  const arn = executionOf("order-1");
  if (execution !== undefined) api.executions.set(arn, { startDate: new Date(0), ...execution });
  return outcomeOf(api, { execution: arn, id: "order-1", generation, mode }, once);
}

function event(id: number, previousEventId: number, rest: Partial<HistoryEvent>): HistoryEvent {
  return { id, previousEventId, timestamp: new Date(0), type: "PassStateEntered", ...rest };
}

/** The state that sends a record. */
function sends(id: number, previousEventId: number, record: object, resource = "sendMessage"): HistoryEvent {
  const parameters = JSON.stringify({ QueueUrl: "spool", MessageBody: { respool: 1, ...record } });
  return event(id, previousEventId, {
    type: "TaskScheduled",
    taskScheduledEventDetails: { resourceType: "sqs", resource, region: "eu-west-1", parameters },
  });
}

const parks = (id: number, previousEventId: number, generation: number, rest: object = {}) =>
  sends(id, previousEventId, { kind: "failed", generation, ...rest }, "sendMessage.waitForTaskToken");
const leaves = (id: number, previousEventId: number, name: string) =>
  event(id, previousEventId, { type: "TaskStateExited", stateExitedEventDetails: { name } });
const enters = (id: number, previousEventId: number, name: string) =>
  event(id, previousEventId, { type: "TaskStateEntered", stateEnteredEventDetails: { name } });

describe("a redrive that was started anew", () => {
  const failedRecord = [sends(1, 0, { kind: "failed", error: { name: "ProviderError", cause: null } })];

  it.each<[string, Partial<FakeExecution> | undefined, object]>([
    ["is not visible yet", undefined, { outcome: "running" }],
    ["runs", { status: "RUNNING" }, { outcome: "running" }],
    ["has succeeded", { status: "SUCCEEDED", output: '{"charged":1}' }, { outcome: "succeeded" }],
    [
      "has succeeded with something else",
      { status: "SUCCEEDED", output: '{"spooled":"no"}' },
      { outcome: "succeeded" },
    ],
    [
      "has parked its work",
      { status: "SUCCEEDED", output: '{"spooled":true,"id":"a","generation":3}', history: failedRecord },
      { outcome: "failedAgain", error: "ProviderError" },
    ],
    [
      "has failed since it parked its work",
      { status: "FAILED", error: "Respool.Spooled", history: failedRecord },
      { outcome: "failedAgain", error: "ProviderError" },
    ],
    ["was held", { status: "SUCCEEDED", output: '{"spooled":true,"held":true}' }, { outcome: "held" }],
    [
      "was held, and failed",
      { status: "FAILED", error: "Respool.Spooled", history: [sends(1, 0, { kind: "held" })] },
      { outcome: "held" },
    ],
    [
      "failed without a record",
      { status: "FAILED", error: "States.Runtime" },
      { outcome: "failedAgain", error: "States.Runtime" },
    ],
    ["timed out", { status: "TIMED_OUT" }, { outcome: "failedAgain", error: "States.Timeout" }],
    ["was stopped", { status: "ABORTED" }, { outcome: "failedAgain", error: "Respool.Aborted" }],
  ])("%s", async (_name, execution, expected) => {
    expect(await outcome("restart", execution)).toEqual(expected);
  });
});

describe("a redrive that resumes its execution", () => {
  const history = [sends(1, 0, { kind: "failed", error: { name: "ProviderError", cause: null } })];

  it.each<[string, Partial<FakeExecution>, object]>([
    ["has not begun as far as can be seen", { status: "FAILED", redriveCount: 2, history }, { outcome: "running" }],
    ["runs", { status: "RUNNING", redriveCount: 3 }, { outcome: "running" }],
    ["waits to be redriven", { status: "PENDING_REDRIVE", redriveCount: 3 }, { outcome: "running" }],
    [
      "has come to the gate again",
      { status: "FAILED", redriveCount: 3, error: "States.Runtime", history },
      { outcome: "failedAgain", error: "ProviderError" },
    ],
    ["was held", { status: "FAILED", redriveCount: 3, history: [sends(1, 0, { kind: "held" })] }, { outcome: "held" }],
    ["has succeeded", { status: "SUCCEEDED", redriveCount: 3, output: "{}" }, { outcome: "succeeded" }],
  ])("%s", async (_name, execution, expected) => {
    expect(await outcome("resume", execution)).toEqual(expected);
  });
});

describe("a redrive that answers a task token", () => {
  const answered = [
    enters(1, 0, "Charge"),
    parks(2, 1, 2),
    event(3, 2, { type: "TaskSucceeded" }),
    leaves(4, 3, "Charge: ErrorSpool"),
    enters(5, 4, "Charge: Acquire"),
    leaves(6, 5, "Charge: Acquire"),
    enters(7, 6, "Charge"),
  ];

  it.each<[string, readonly HistoryEvent[], object]>([
    ["works", answered, { outcome: "running" }],
    ["still waits", answered.slice(0, 2), { outcome: "running" }],
    [
      "waits for a token again",
      [...answered, leaves(8, 7, "Charge"), parks(9, 8, 3, { error: { name: "ProviderError", cause: null } })],
      { outcome: "failedAgain", error: "ProviderError" },
    ],
    ["was held", [...answered, leaves(8, 7, "Charge"), parks(9, 8, 3, { kind: "held" })], { outcome: "held" }],
    [
      "waits under a new token since the old one expired",
      [...answered.slice(0, 2), parks(3, 2, 2)],
      { outcome: "running" },
    ],
    ["is past its step", [...answered, leaves(8, 7, "Charge"), enters(9, 8, "Ship")], { outcome: "succeeded" }],
    ["goes on beside another branch", [...answered, enters(8, 0, "Ship")], { outcome: "running" }],
    ["is not found in the history", [enters(1, 0, "Charge")], { outcome: "running" }],
  ])("%s", async (_name, history, expected) => {
    expect(await outcome("park", { status: "RUNNING", history: [...history] })).toEqual(expected);
  });

  it("takes all states for the step's where there is one step", async () => {
    const history = [parks(1, 0, 2), leaves(2, 1, "ErrorSpool"), enters(3, 2, "UncertainTask")];
    expect(await outcome("park", { status: "RUNNING", history })).toEqual({ outcome: "running" });
  });

  it("has succeeded with its execution", async () => {
    expect(await outcome("park", { status: "SUCCEEDED", output: "{}" })).toEqual({ outcome: "succeeded" });
  });
});
