// Records of work whose execution goes on: what the parser reads, and what it refuses.
import { describe, expect, it } from "vitest";
import { parseRecord, withInput } from "../../../records/parse";
import type { DeclaredSources, FailureRecord } from "../../../records/record";
import { executionOf, ORDERS_ARN, recordBody, recordByReference, statusChangeEvent } from "../../support/records";

const restarts: DeclaredSources = { orders: { stateMachineArn: ORDERS_ARN } };
const resumes: DeclaredSources = { orders: { stateMachineArn: ORDERS_ARN, resumes: true } };

function recordOf(body: unknown, declared = resumes): FailureRecord {
  const parsed = parseRecord({ Body: JSON.stringify(body) }, declared);
  if (!parsed.readable) throw new Error(parsed.reason);
  return parsed.record;
}

function reasonOf(body: unknown, declared = resumes): string {
  const parsed = parseRecord({ Body: JSON.stringify(body) }, declared);
  return parsed.readable ? "readable" : parsed.reason;
}

describe("the mode of a record", () => {
  it("is what it says", () => {
    const resume = recordBody("order-1", { mode: "resume", generation: 2, attempts: 1, step: "Charge" });
    const park = { ...resume, mode: "park", taskToken: "t".repeat(2048) };
    for (const declared of [resumes, restarts]) {
      expect(recordOf(resume, declared)).toMatchObject({ mode: "resume", generation: 2, attempts: 1, step: "Charge" });
      expect(recordOf(park, declared)).toMatchObject({ mode: "park", generation: 2, taskToken: "t".repeat(2048) });
    }
    expect(recordOf(resume)).not.toHaveProperty("taskToken");
  });

  it("is restart where it says nothing, with the generation of its execution's name", () => {
    const record = recordOf(recordBody("order-1-redrive-3-tb7t40", { generation: 7, attempts: 2 }), restarts);
    expect(record.generation).toBe(3);
    for (const member of ["mode", "attempts", "step", "taskToken"]) expect(record).not.toHaveProperty(member);
  });

  it("is that of the state machine which wrote it, though its source resumes by now: that execution has ended", () => {
    for (const mode of [undefined, "restart"]) {
      const record = recordOf(recordBody("order-1-redrive-3-tb7t40", { mode }));
      expect(record.generation).toBe(3);
      expect(record).not.toHaveProperty("mode");
    }
  });

  it("goes with an execution of the source's own state machine, or of one that it took the place of", () => {
    const other = `${ORDERS_ARN}-before`;
    const execution = executionOf("order-1").replace(":orders:", ":orders-before:");
    const body = recordBody("order-1", { execution, mode: "resume", generation: 0 });
    expect(execution).toContain("orders-before");
    expect(reasonOf(body)).toBe(
      `[execution] must be one of the state machine of orders, or of a former one, got ${JSON.stringify(execution)}`,
    );
    const replaced = { orders: { ...resumes.orders, stateMachineArn: ORDERS_ARN, formerStateMachineArns: [other] } };
    expect(reasonOf(body, replaced)).toBe("readable");
    expect(reasonOf(recordBody("order-1", { execution }), restarts)).toBe("readable");
  });

  it("makes no difference to the identity of the work", () => {
    const { identity } = recordOf(recordBody("order-1"), restarts);
    for (const mode of ["resume", "park"])
      for (const generation of [0, 1, 9999])
        expect(recordOf(recordBody("order-1", { mode, generation, taskToken: "t" })).identity).toEqual(identity);
    expect(recordOf(statusChangeEvent("order-1", { redriveCount: 4 })).identity).toEqual(identity);
  });
});

describe("a status-change event of a source that resumes", () => {
  it("is a record of the redrive that failed", () => {
    for (const status of ["FAILED", "TIMED_OUT", "ABORTED"])
      expect(recordOf(statusChangeEvent("order-1", { status, redriveCount: 3 }))).toMatchObject({
        mode: "resume",
        generation: 3,
        execution: executionOf("order-1"),
      });
  });

  it("is one to restart where it ended in a Fail state: a redrive would end there again", () => {
    const failed = statusChangeEvent("order-1-redrive-3-tb7t40", { error: "Respool.SpoolFailed", redriveCount: 0 });
    expect(recordOf(failed)).toMatchObject({ generation: 3 });
    expect(recordOf(failed)).not.toHaveProperty("mode");
  });

  it("is one to resume where it ended at a gate, though its source restarts now", () => {
    const cause =
      "An error occurred while executing the state 'Gate' (entered at the event id #17). Failed to transition out of the state. The state does not point to a next state.";
    const atGate = (name: string) => statusChangeEvent("order-1", { error: name, cause, redriveCount: 2 });
    expect(recordOf(atGate("States.Runtime"), restarts)).toMatchObject({ mode: "resume", generation: 2 });
    expect(recordOf(atGate("ProviderDown"), restarts)).toMatchObject({ generation: 0 });
    expect(recordOf(atGate("ProviderDown"), restarts)).not.toHaveProperty("mode");
  });

  it("that does not say which one is no record", () => {
    expect(reasonOf(statusChangeEvent("order-1"))).toBe(
      "[redriveCount] must be a whole number from 0 to 9999, got nothing",
    );
    expect(recordOf(statusChangeEvent("order-1", { redriveCount: 3 }), restarts)).toMatchObject({ generation: 0 });
  });
});

describe("a record that nobody's state machine wrote", () => {
  const generations = "[generation] must be a whole number from 0 to 9999, got";
  it.each([
    [{ mode: "again" }, '[mode] must be one of restart, resume, park, got "again"'],
    [{ mode: ["resume"] }, '[mode] must be one of restart, resume, park, got ["resume"]'],
    [{ mode: "resume" }, `${generations} nothing`],
    [{ mode: "resume", generation: -1 }, `${generations} -1`],
    [{ mode: "resume", generation: 1.5 }, `${generations} 1.5`],
    [{ mode: "resume", generation: "1" }, `${generations} "1"`],
    [{ mode: "resume", generation: 10_000 }, `${generations} 10000`],
    [{ mode: "park", generation: {} }, `${generations} {}`],
    [{ mode: "resume", generation: 0, attempts: -1 }, "[attempts] must be a whole number from 0 to 10000, got -1"],
    [{ mode: "resume", generation: 0, attempts: null }, "[attempts] must be a whole number from 0 to 10000, got null"],
    [{ mode: "resume", generation: 0, step: 5 }, "[step] must be a text or null, got 5"],
    [{ mode: "park", generation: 0 }, "[taskToken] must be a text that is not empty, got nothing"],
    [{ mode: "park", generation: 0, taskToken: ["t"] }, '[taskToken] must be a text that is not empty, got ["t"]'],
  ])("with %j is refused", (changes, reason) => {
    expect(reasonOf(recordBody("order-1", changes))).toBe(reason);
  });

  it("with texts that are too long is refused", () => {
    const park = { mode: "park", generation: 0 };
    expect(reasonOf(recordBody("order-1", { ...park, taskToken: "t".repeat(2049) }))).toContain(
      "[taskToken] must be a text of at most 2048 characters, got ",
    );
    expect(reasonOf(recordBody("order-1", { ...park, taskToken: "t", step: "s".repeat(81) }))).toContain(
      "[step] must be a text of at most 80 characters, got ",
    );
  });
});

describe("a record by reference", () => {
  it("of parked work keeps to its execution: the caller's input is not its step's", () => {
    const body = JSON.stringify(recordByReference("order-1", { mode: "park", generation: 0, taskToken: "t" }));
    expect(JSON.parse(withInput(body, '{"order":1}'))).toEqual(JSON.parse(body));
  });

  it("of any other work takes the caller's input", () => {
    const body = JSON.stringify(recordByReference("order-1", { mode: "resume", generation: 2 }));
    const completed = JSON.parse(withInput(body, '{"order":1}'));
    expect(recordOf(completed)).toMatchObject({
      mode: "resume",
      generation: 2,
      input: { by: "value", text: '{"order":1}' },
    });
  });
});
