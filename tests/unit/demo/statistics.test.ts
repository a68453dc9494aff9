// What is counted as lost and as double: the demo's claim rests on it.
import { describe, expect, it } from "vitest";
import { countStatistics, type Evidence } from "../../../demo/statistics";
import { charge, execution, order, parked } from "./builders";

const one = [order(1, 0)];

function count(changes: Partial<Evidence>) {
  return countStatistics({ orders: one, executions: [], ledger: [], poisonDepth: 0, attempts: 0, ...changes });
}

describe("countStatistics", () => {
  it("counts an order that is done at once", () => {
    const result = count({ executions: [execution("order-1", 0)], ledger: [charge("order-1")], attempts: 1 });
    expect(result).toEqual({
      submitted: 1,
      completed: 1,
      spooled: 0,
      redriven: 0,
      poisoned: 0,
      lost: 0,
      secondStarts: 0,
      secondCharges: 0,
      attempts: 1,
    });
  });

  it("counts an order that fails twice and is then done", () => {
    const executions = [parked("order-1", 0, 10), parked("order-1", 20, 30), execution("order-1", 30)];
    expect(count({ executions, ledger: [charge("order-1")] })).toMatchObject({
      completed: 1,
      spooled: 2,
      redriven: 2,
      secondStarts: 0,
    });
  });

  it("takes a failed and a timed out execution as spooled, a running one as neither", () => {
    const executions = [
      execution("order-1", 0, { status: "FAILED", output: undefined }),
      execution("order-1", 5, { status: "TIMED_OUT", output: undefined }),
      execution("order-1", 9, { status: "RUNNING", endedAt: undefined, output: undefined }),
    ];
    expect(count({ executions })).toMatchObject({ completed: 0, spooled: 2, redriven: 2, lost: 1, secondStarts: 0 });
  });

  it("calls an order lost that the ledger does not know, whatever its execution says", () => {
    expect(count({ executions: [execution("order-1", 0)] })).toMatchObject({ completed: 1, lost: 1 });
    expect(count({ ledger: [charge("order-1", "replay")] }).lost).toBe(1);
  });

  it("finds the second start of one failure, however the executions are named", () => {
    const executions = [parked("order-1", 0, 10), execution("order-1", 20), execution("order-1", 21, { name: "x" })];
    expect(count({ executions }).secondStarts).toBe(1);
  });

  it("is not misled when both starts of one failure fail", () => {
    const executions = [parked("order-1", 0, 10), parked("order-1", 20, 30), parked("order-1", 20, 30)];
    expect(count({ executions }).secondStarts).toBe(1);
  });

  it("allows a start in the millisecond of the failure", () => {
    expect(count({ executions: [parked("order-1", 0, 10), execution("order-1", 10)] }).secondStarts).toBe(0);
  });

  it("counts second charges, not replays", () => {
    const ledger = [charge("order-1"), charge("order-1", "replay"), charge("order-1"), charge("order-1")];
    expect(count({ ledger }).secondCharges).toBe(2);
  });

  it("leaves out executions that are not an order's", () => {
    const executions = [execution("other", 0, { orderId: undefined }), execution("order-9", 0)];
    expect(count({ executions })).toMatchObject({ completed: 0, redriven: 0, secondStarts: 0 });
  });
});
