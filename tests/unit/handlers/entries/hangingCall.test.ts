// A call to AWS that hangs is given up and made again: it must not take the function's time.
import { beforeAll, describe, expect, it } from "vitest";
import { cycleProgram } from "../../../support/cycleProgram";
import { type SimulatorBackend, simulatorBackend } from "../../../support/simulatorBackend";

const hour = 3_600_000;
let backend: SimulatorBackend;

beforeAll(async () => {
  backend = simulatorBackend(await cycleProgram());
}, 60_000);

describe("a call that hangs", () => {
  it.each(["ReceiveMessage", "StartExecution", "DeleteMessageBatch"])("does not keep a run: %s", async (action) => {
    const { chargeMachine = "", reprocessFunction = "" } = backend.outputs;
    await backend.provider.behave(503);
    await backend.start(chargeMachine, action, { order: action });
    await backend.quiet();
    await backend.provider.behave(200);
    backend.simulation.faults.intoCalls({
      when: (call) => call.action === action && call.origin?.functionName === reprocessFunction,
      fault: { kind: "latency", milliseconds: hour },
    });
    const from = backend.simulation.clock.now;

    const invocation = await backend.invoke(reprocessFunction, {});

    expect(invocation).toMatchObject({ result: { success: 1, failed: 0 } });
    expect(backend.simulation.clock.now - from).toBeLessThan(60_000);
  });
});
