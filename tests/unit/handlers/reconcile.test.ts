// The reconciler: which failures it records, and which it leaves.
import type { ExecutionStatus } from "@aws-sdk/client-sfn";
import { describe, expect, it, vi } from "vitest";
import type { ReconcileConfig } from "../../../handlers/config";
import { createReconcile } from "../../../handlers/reconcile";
import { workIdentity } from "../../../records/executionName";
import { parseRecord } from "../../../records/parse";
import { awsError, type FakeExecution } from "../../support/awsFakes";
import { fixedTime, NOW } from "../../support/fixedTime";
import { LAUNCHER_ARN, replayedSources } from "../../support/foreignFailures";
import { fakeClients, finish, SPOOL, secondsLeft } from "../../support/handlerRun";
import { BORN, declared, executionOf, recordBody, STARTED } from "../../support/records";

const HOUR = 3_600_000;

function setUp(changes: Partial<ReconcileConfig> = {}) {
  const clients = fakeClients();
  const config = { spoolUrl: SPOOL, sources: { orders: declared.orders }, windowSeconds: 7200, ...changes };
  const handler = createReconcile(config, clients);
  return {
    ...clients,
    handler,
    freshEnvironment: () => createReconcile(config, clients),
    run: (other = handler, seconds = 300) => finish(other({}, secondsLeft(seconds))),
    ended: (name: string, status: ExecutionStatus, changes: Partial<FakeExecution> = {}) =>
      clients.stepFunctions.executions.set(executionOf(name), {
        name,
        status,
        startDate: new Date(STARTED),
        stopDate: new Date(NOW - HOUR),
        input: JSON.stringify({ order: name }),
        ...changes,
      }),
    written: () => clients.sqs.in(SPOOL).map(({ body }) => body),
  };
}

fixedTime();

describe("a failure that nobody recorded", () => {
  it("gets the record that its state machine would have written", async () => {
    const { run, ended, written, sqs, reported } = setUp();
    ended("order-1", "FAILED", { error: "ProviderDown", cause: "503" });

    expect(await run()).toEqual({ written: 1, settled: 0, complete: true });

    const expected = recordBody("order-1", { failedAt: "2026-03-01T11:00:00.000Z" });
    expect(JSON.parse(written()[0] ?? "")).toEqual(expected);
    expect(sqs.in(SPOOL)[0]?.attributes).toEqual({ respool: { DataType: "String", StringValue: "1" } });
    expect(reported).toEqual([{ queueUrl: SPOOL, unit: "Count", Reconciled: 1 }]);
  });

  it.each([
    ["TIMED_OUT", "failed", "States.Timeout"],
    ["ABORTED", "aborted", "Respool.Aborted"],
  ] as const)("is found when it ended %s", async (status, kind, error) => {
    const { run, ended, written } = setUp();
    ended("order-1", status);
    await run();
    expect(JSON.parse(written()[0] ?? "")).toMatchObject({ kind, error: { name: error, cause: null } });
  });

  it("names what made it fail where its spool was out of reach, even if that has the name of what is parked", async () => {
    const { run, ended, written } = setUp();
    const spoolError = { name: "SQS.SdkClientException", cause: null };
    for (const name of ["ProviderDown", "Respool.Spooled"]) {
      const cause = JSON.stringify({ error: { name, cause: "503" }, spoolError });
      ended(name.replace(".", "-"), "FAILED", { error: "Respool.SpoolFailed", cause });
    }
    await run();
    expect(written().map((body) => JSON.parse(body).error)).toEqual([
      { name: "ProviderDown", cause: "503", spoolError },
      { name: "Respool.Spooled", cause: "503", spoolError },
    ]);
  });

  it("keeps its input to the byte up to 192 KiB, and refers to it above that", async () => {
    const { run, ended, written } = setUp();
    const input = `{"price": 1.0, "x": "${"y".repeat(192 * 1024 - 23)}"}`;
    ended("fits", "FAILED", { input });
    ended("exceeds", "FAILED", { input: ` ${input}` });
    await run();
    const records = written().map((body) => parseRecord({ Body: body }, declared));
    expect(records).toMatchObject([
      { readable: true, record: { input: { by: "value", text: input } } },
      { readable: true, record: { input: { by: "reference", execution: executionOf("exceeds") } } },
    ]);
  });

  it("counts on from the generation that failed", async () => {
    const { run, ended, written } = setUp();
    ended(`order-1-redrive-2-${BORN}`, "FAILED", { startDate: new Date(NOW - 2 * HOUR) });
    await run();
    const parsed = parseRecord({ Body: written()[0] }, declared);
    expect(parsed).toMatchObject({ record: { generation: 2, identity: { id: "order-1", born: 1772359200 } } });
  });
});

describe("no record is written", () => {
  it("for what its own state machine parked", async () => {
    const { run, ended, written } = setUp();
    ended("order-1", "FAILED", { error: "Respool.Spooled", cause: '{"spooled":true}' });
    expect(await run()).toMatchObject({ written: 0, settled: 1 });
    expect(written()).toEqual([]);
  });

  it("for what was redriven already", async () => {
    const { run, ended } = setUp();
    ended("order-1", "FAILED");
    ended(`order-1-redrive-1-${BORN}`, "RUNNING");
    expect(await run()).toMatchObject({ written: 0, settled: 1 });
  });

  it("for what succeeded, or ended before the window", async () => {
    const { run, ended, calls } = setUp();
    ended("order-1", "SUCCEEDED");
    ended("order-2", "FAILED", { stopDate: new Date(NOW - 7200_001) });
    expect(await run()).toMatchObject({ written: 0, settled: 0 });
    expect(calls.made).toEqual(["ListExecutions"]);
  });

  it("twice by one environment, and more than twice by any", async () => {
    const { run, ended, freshEnvironment, written } = setUp();
    ended("order-1", "FAILED");
    await run();
    await run();
    expect(written()).toHaveLength(1);
    vi.advanceTimersByTime(HOUR);
    await run(freshEnvironment());
    vi.advanceTimersByTime(HOUR);
    await run(freshEnvironment());
    expect(written()).toHaveLength(2);
  });
});

describe("an execution that is resumed", () => {
  const resumed = { ...declared.orders, resumes: true } as const;
  const atGate = (state: string) =>
    `An error occurred while executing the state '${state}' (entered at the event id #17). Failed to transition out of the state. The state does not point to a next state.`;

  it("is recorded with the count of its redrives, each time that it fails anew", async () => {
    const { run, ended, written, calls } = setUp({ sources: { orders: resumed } });
    ended("order-1", "TIMED_OUT");
    await run();
    ended("order-1", "ABORTED", { redriveCount: 2, stopDate: new Date(NOW - 1) });
    await run();
    expect(written().map((body) => JSON.parse(body))).toMatchObject([
      { mode: "resume", generation: 0, kind: "failed" },
      { mode: "resume", generation: 2, kind: "aborted" },
    ]);
    // What was never redriven may have been restarted, when its source did that still: that is asked, too.
    expect(calls.made.filter((call) => call === "DescribeExecution")).toHaveLength(3);
    expect(parseRecord({ Body: written()[1] }, { orders: resumed })).toMatchObject({
      readable: true,
      record: { mode: "resume", generation: 2 },
    });
  });

  it.each(["Gate", "Charge: Gate"])(
    "needs no record where it ended at the state %j, which follows its record",
    async (gate) => {
      const { run, ended } = setUp({ sources: { orders: resumed } });
      ended("order-1", "FAILED", { error: "States.Runtime", cause: atGate(gate) });
      ended("order-2", "FAILED", { error: "Respool.Discarded", cause: "by Eve" });
      expect(await run()).toMatchObject({ written: 0, settled: 2 });
    },
  );

  it.each([
    ["another state", { error: "States.Runtime", cause: atGate("Charge: SpoolFailedGate") }],
    ["a state with a similar name", { error: "States.Runtime", cause: atGate("Floodgate: TheGate") }],
    ["a failure that quotes a gate's", { error: "States.Runtime", cause: `{"Cause":"${atGate("Gate")}"}` }],
    ["a task's own error", { error: "ProviderDown", cause: atGate("Gate") }],
    ["another failure of the gate", { error: "States.Runtime", cause: atGate("Gate").replace("Failed", "Unable") }],
    ["no cause", { error: "States.Runtime" }],
  ])("is recorded where it ended at %s", async (_, end) => {
    const { run, ended } = setUp({ sources: { orders: resumed } });
    ended("order-1", "FAILED", end);
    expect(await run()).toMatchObject({ written: 1 });
  });

  it("is recorded with the error of its step where that could not be recorded", async () => {
    const { run, ended, written } = setUp({ sources: { orders: resumed } });
    const told = {
      error: { name: "Respool.Held", cause: "open" },
      spoolError: { name: "SQS.SdkClientException", cause: null },
      step: "Charge",
      count: 0,
      held: true,
    };
    const cause = `An error occurred while executing the state 'Charge: SpoolFailedGate' (entered at the event id #17). The JSONata expression '... $error("Respool.SpoolFailed " & $string({"error": 1}))' specified for the field 'Choices[0]/Condition' threw an error during evaluation. D3137: Respool.SpoolFailed ${JSON.stringify(told)}`;
    ended("order-1", "FAILED", { error: "States.QueryEvaluationError", cause, redriveCount: 5 });
    await run();
    expect(JSON.parse(written()[0] ?? "")).toMatchObject({
      kind: "held",
      mode: "resume",
      generation: 5,
      attempts: 0,
      step: "Charge",
      error: { ...told.error, spoolError: told.spoolError },
    });
  });

  it("needs no record where its source restarted it, before it resumed", async () => {
    const { run, ended } = setUp({ sources: { orders: resumed } });
    ended("order-1", "FAILED", { error: "States.Runtime", cause: "no such path" });
    ended(`order-1-redrive-1-${BORN}`, "SUCCEEDED");
    expect(await run()).toMatchObject({ written: 0 });
  });

  it("is recorded as one to restart where it ended in a Fail state, as those of a source that restarts do", async () => {
    const { run, ended, written } = setUp({ sources: { orders: resumed } });
    ended("order-1", "FAILED", {
      error: "Respool.SpoolFailed",
      cause: '{"error":{"name":"ProviderDown","cause":null}}',
    });
    await run();
    expect(JSON.parse(written()[0] ?? "")).not.toHaveProperty("mode");
    expect(parseRecord({ Body: written()[0] }, { orders: resumed })).toMatchObject({
      readable: true,
      record: { generation: 0 },
    });
  });

  it("is recorded as one to resume where it ended at a gate, though its source restarts now", async () => {
    const { run, ended, written } = setUp();
    ended("order-1", "FAILED", { error: "States.Runtime", cause: atGate("Gate"), redriveCount: 2 });
    ended("order-2", "FAILED", { error: "Respool.Discarded", cause: "by Eve" });
    expect(await run()).toMatchObject({ written: 1, settled: 1 });
    expect(JSON.parse(written()[0] ?? "")).toMatchObject({ mode: "resume", generation: 2 });
  });

  it("is no failure any more when it runs again, and an unmatched Choice of any other source is one", async () => {
    const { run, ended } = setUp({ sources: { orders: resumed, parcels: declared.parcels } });
    ended("order-1", "RUNNING", { redriveCount: 1 });
    expect(await run()).toMatchObject({ written: 0 });
    const restarted = setUp();
    restarted.ended("order-2", "FAILED", { error: "States.Runtime", cause: atGate("Gate") });
    expect(await restarted.run()).toMatchObject({ written: 1 });
  });
});

describe("looking back", () => {
  it("asks for each status where a page does not hold all executions, so that successes hide no failure", async () => {
    const { run, ended, calls } = setUp();
    for (const minute of [1, 2]) ended(`order-${minute}`, "SUCCEEDED", { startDate: new Date(NOW - minute * 60_000) });
    for (const status of ["FAILED", "TIMED_OUT", "ABORTED"] as const) ended(`order-${status}`, status);
    expect(await run()).toMatchObject({ written: 3 });
    expect(calls.made.filter((call) => call === "ListExecutions")).toHaveLength(4);
  });

  it("goes on, page by page, as long as an execution can take, and no further", async () => {
    const { run, ended, calls, freshEnvironment } = setUp({
      sources: { orders: { ...declared.orders, longestExecutionSeconds: 3600 } },
    });
    for (let hour = 0; hour < 10; hour++) {
      const startDate = new Date(NOW - hour * HOUR);
      ended(`order-${hour}`, "FAILED", { startDate, stopDate: new Date(startDate.getTime() + 60_000) });
    }
    expect(await run()).toMatchObject({ written: 3 });
    expect(calls.made.filter((call) => call === "ListExecutions")).toHaveLength(6);
    ended("slow", "FAILED", { startDate: new Date(NOW - 3 * HOUR), stopDate: new Date(NOW - 1) });
    expect(await run(freshEnvironment())).toMatchObject({ written: 4 });
  });
});

describe("trouble", () => {
  it("with one source does not keep the others from being reconciled", async () => {
    const { calls, ended, handler, written } = setUp({ sources: declared });
    ended("order-1", "FAILED");
    calls.failBefore("ListExecutions", awsError("AccessDeniedException", "not allowed"));
    ended("order-2", "FAILED");
    const run = finish(handler({}, secondsLeft(300)));
    await expect(run).rejects.toThrow("could not reconcile orders: AccessDeniedException: not allowed");
    expect(calls.made.filter((call) => call === "ListExecutions")).toHaveLength(2);
    expect(written()).toEqual([]);
  });

  it("with the spool leaves the failure to the next run", async () => {
    const { calls, ended, handler, run, written } = setUp();
    ended("order-1", "FAILED");
    calls.failBefore("SendMessage", awsError("ServiceUnavailable"));
    await expect(finish(handler({}, secondsLeft(300)))).rejects.toThrow(
      "could not reconcile orders: ServiceUnavailable",
    );
    expect(await run()).toMatchObject({ written: 1 });
    expect(written()).toHaveLength(1);
  });

  it("with time is reported", async () => {
    const { ended, run, lines } = setUp();
    ended("order-1", "FAILED");
    expect(await run(undefined, -1)).toEqual({ written: 0, settled: 0, complete: false });
    expect(lines[0]?.message).toBe("the reconciler's time was up before it had seen all failures");
  });
});

describe("the configuration", () => {
  it.each([
    [{ windowSeconds: 0 }, "[windowSeconds] must be a whole number from 60 to 1296000, got 0"],
    [
      { sources: { orders: { ...declared.orders, longestExecutionSeconds: 0 } } },
      "[longestExecutionSeconds] must be a whole number from 1 to 31536000, got 0",
    ],
    [{ spoolUrl: "" }, '[spoolUrl] must be the URL of a queue, got ""'],
  ])("%j is refused", (changes, message) => {
    expect(() => setUp(changes)).toThrow(message);
  });
});

describe("a launcher", () => {
  it("is looked at once, and its failure is one of the work that it was to replay", async () => {
    const { run, written, stepFunctions, calls } = setUp({ sources: replayedSources });
    const name = `${workIdentity("notify", "request-1").id}-redrive-1-0`;
    const order = { respool: 1, source: "notify", id: "request-1", replay: { as: "event", payload: "{}" } };
    stepFunctions.executions.set(`${LAUNCHER_ARN.replace(":stateMachine:", ":execution:")}:${name}`, {
      name,
      status: "FAILED",
      startDate: new Date(STARTED),
      stopDate: new Date(NOW - HOUR),
      input: JSON.stringify(order),
      error: "ProviderDown",
    });
    expect(await run()).toMatchObject({ written: 1 });
    expect(calls.made.filter((call) => call === "ListExecutions")).toHaveLength(1);
    expect(parseRecord({ Body: written()[0] }, replayedSources)).toMatchObject({
      readable: true,
      record: { source: "notify", generation: 1, identity: workIdentity("notify", "request-1") },
    });
  });
});
