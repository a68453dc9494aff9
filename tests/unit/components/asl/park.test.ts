// Work that is parked in its own execution, on the simulator: its record's task token lets it go on.
import { describe, expect, it } from "vitest";
import { parseRecord } from "../../../../records/parse";
import { continuedWorld, declared, recordIn } from "./continuedWorld";

const input = { order: "order-1" };
const day = 86_400_000;

function parked(given: unknown = input) {
  const continued = continuedWorld("park");
  const execution = continued.begin(given);
  const token = (index: number) => continued.records()[index]?.taskToken ?? "";
  return { ...continued, execution, token };
}

describe("parked work", () => {
  it("waits in its execution, and its record carries the step's input and the token", () => {
    const { execution, view, records } = parked();
    expect(view(execution).status).toBe("RUNNING");
    expect(records()).toMatchObject([
      {
        mode: "park",
        generation: 0,
        attempts: 1,
        step: "Charge",
        identity: { id: "order-1" },
        input: { by: "value", text: '{"reserved":{"order":"order-1"}}' },
        error: { name: "ProviderDown" },
      },
    ]);
    expect(records()[0]?.taskToken).toMatch(/^AQC/);
  });

  it("goes on when its token is answered, and the step before it runs no second time", () => {
    const { execution, view, state, attempts, answer, token } = parked();
    state.providerDown = false;
    answer(token(0), { generation: 1 });
    expect(view(execution)).toMatchObject({
      status: "SUCCEEDED",
      output: '{"charged":{"reserved":{"order":"order-1"}}}',
    });
    expect(attempts).toEqual({ reserve: 1, charge: 2 });
  });

  it.each([{ edited: { order: "order-2" } }, { edited: null }, { edited: [5] }])(
    "goes on with the input $edited that the answer brings",
    ({ edited }) => {
      const { execution, view, state, answer, token } = parked();
      state.providerDown = false;
      answer(token(0), { generation: 1, input: edited });
      expect(JSON.parse(view(execution).output ?? "")).toEqual({ charged: edited });
    },
  );

  it("that fails again parks again, with the generation that the answer told", () => {
    const { answer, token, records } = parked();
    answer(token(0), { generation: 4 });
    answer(token(1), "by hand");
    expect(records().map(({ generation, attempts }) => [generation, attempts])).toEqual([
      [0, 1],
      [4, 2],
      [5, 3],
    ]);
    expect(new Set([token(0), token(1), token(2)]).size).toBe(3);
  });

  it("parks again after 12 days under another token: no redrive, and no further attempt", () => {
    const { world, execution, view, state, answer, token, records, attempts } = parked();
    world.run(30 * day);
    expect(records().map(({ generation, attempts: count }) => [generation, count])).toEqual([
      [0, 1],
      [0, 1],
      [0, 1],
    ]);
    expect(attempts).toEqual({ reserve: 1, charge: 1 });
    expect(() => answer(token(0), { generation: 1 })).toThrow("Task Timed Out");
    state.providerDown = false;
    answer(token(2), { generation: 1 });
    expect(view(execution).status).toBe("SUCCEEDED");
  });

  it("of 200 KB is recorded by reference, and goes on with it", () => {
    const large = { text: "x".repeat(200 * 1024) };
    const { execution, view, state, answer, token, records } = parked(large);
    expect(records()[0]?.input).toEqual({ by: "reference", execution });
    state.providerDown = false;
    answer(token(0), { generation: 1 });
    expect(JSON.parse(view(execution).output ?? "")).toEqual({ charged: { reserved: large } });
  });

  it("that is given up ends with that error, and is not recorded again", () => {
    const { world, execution, view, spool, token, redrive, records } = parked();
    world.call("states", "SendTaskFailure", { taskToken: token(0), error: "Respool.Discarded", cause: "by Eve" });
    world.run(600_000);
    expect(view(execution)).toMatchObject({ status: "FAILED", error: "Respool.Discarded", cause: "by Eve" });
    expect(spool).toHaveLength(1);
    redrive(execution);
    expect(view(execution).status).toBe("RUNNING");
    expect(records()[1]).toMatchObject({ mode: "park", generation: 0 });
  });

  it("that the spool does not take fails at its gate, and goes on when it is redriven", () => {
    const { execution, view, state, answer, token, failedEvents, redrive, records } = parked();
    state.spoolDown = true;
    answer(token(0), { generation: 1 });
    expect(view(execution).cause).toContain("executing the state 'Charge: SpoolFailedGate'");
    const [event] = failedEvents();
    const body = {
      source: "aws.states",
      "detail-type": "Step Functions Execution Status Change",
      detail: event?.detail,
    };
    expect(recordIn(parseRecord({ Body: JSON.stringify(body) }, declared))).toMatchObject({
      mode: "resume",
      generation: 0,
      attempts: 2,
      error: { name: "ProviderDown" },
    });
    state.spoolDown = false;
    redrive(execution);
    expect(records()[1]).toMatchObject({ mode: "park", generation: 1, attempts: 3 });
    state.providerDown = false;
    answer(token(1), { generation: 2 });
    expect(view(execution).status).toBe("SUCCEEDED");
  });
});
