// What a step with a semaphore does, run as real definitions on the simulator.
import { describe, expect, it } from "vitest";
import { AwsError, type Call } from "../../../../simulator/service";
import { SemaphoreWorld, type SemaphoreWorldOptions } from "../../../support/semaphoreWorld";

const second = 1_000;

function worldOf(options?: SemaphoreWorldOptions): SemaphoreWorld {
  return new SemaphoreWorld(options);
}

const isUpdate = (expression: string) => (call: Call) =>
  call.action === "UpdateItem" && String(call.input.UpdateExpression).startsWith(expression);
const isAcquire = isUpdate("SET #me");
const isRelease = isUpdate("REMOVE");
const lost = new AwsError("InternalServerError", "lost", 500);

describe("a free place", () => {
  it("costs two transitions beside the work's own, and passes input and result on", () => {
    const it = worldOf();
    const arn = it.start({ runs: 3 * second });
    it.world.runUntilQuiet();
    const { status, output, stateTransitions } = it.view(arn);
    expect({ status, output, stateTransitions }).toMatchObject({
      status: "SUCCEEDED",
      output: '{"charged":true}',
      stateTransitions: 3,
    });
    expect(it.item()).toMatchObject({ held: 0 });
    expect(it.leases()).toEqual({});
  });

  it("is given back when the work failed, with the error kept for the spool", () => {
    const it = worldOf();
    const arn = it.start({ runs: second, fails: true });
    it.world.runUntilQuiet();
    expect(JSON.parse(it.view(arn).output ?? "")).toMatchObject({
      spooled: { Error: "Declined" },
      input: { runs: second },
    });
    expect(it.held()).toBe(0);
  });

  it("is held until it expires when nobody can tell whether the function still runs", () => {
    const it = worldOf();
    it.start({ runs: 20 * second, breaks: second });
    it.world.run(10 * second);
    const next = it.start({ runs: second });
    it.world.runUntilQuiet();
    expect(it.mostRunning).toBe(1);
    expect(it.view(next).status).toBe("SUCCEEDED");
    expect((it.began[1] ?? 0) - (it.began[0] ?? 0)).toBeGreaterThan(it.use.leaseSeconds * second - second);
  });
});
