// What the function of an AutoRedrive does where something fails, and what it refuses.
import { describe, expect, it } from "vitest";
import type { OutcomesConfig } from "../../../handlers/outcomes";
import { awsError } from "../../support/awsFakes";
import { fixedTime } from "../../support/fixedTime";
import { config, runOf, setUp, stateOf } from "../../support/outcomesRun";
import { executionOf } from "../../support/records";

fixedTime();

describe("what goes wrong", () => {
  it.each<[string, unknown, object]>([
    ["an input that is not understood", { limit: 1 }, { next: "refused", cause: expect.stringMatching(/got limit$/) }],
    ["a probe that throws", undefined, { report: { stoppedBecause: "probeFailed", error: "Error: down" } }],
  ])("%s", async (_name, input, expected) => {
    const { begin, ask } = setUp({ probe: true });
    const round = await begin("run-1", input);
    const end =
      "run" in round
        ? await ask({
            run: round.run,
            answer: { of: "probe", error: "Error", cause: "down" },
            execution: runOf("run-1"),
          })
        : round;
    expect(end).toMatchObject(expected);
  });

  it("a reprocess function whose answer is lost ends the first step, and counts as so many attempts", async () => {
    const { begin, ask } = setUp();
    const run = stateOf(await begin("run-1"));
    const answer = { of: "reprocess", error: "Lambda.Unknown", cause: "no answer" } as const;
    expect(await ask({ run, answer, execution: runOf("run-1") })).toMatchObject({
      report: { lost: 5, stoppedBecause: "reprocessFailed", error: "Lambda.Unknown: no answer" },
    });
  });

  it("later it ends a run only three times in a row, and not where the function was not invoked", async () => {
    const { begin, ask } = setUp();
    const execution = runOf("run-1");
    let run = { ...stateOf(await begin("run-1")), step: undefined, window: 20 };
    const lost = { of: "reprocess", error: "Lambda.Unknown" } as const;
    run = { ...run, ...stateOf(await ask({ run: { ...run, asked: 20 }, answer: lost, execution })), step: undefined };
    expect(run.counts.lost).toBe(20);
    const throttled = { of: "reprocess", error: "Lambda.TooManyRequestsException" } as const;
    run = { ...run, ...stateOf(await ask({ run, answer: throttled, execution })), step: undefined };
    expect(run.counts.lost).toBe(20);
    expect(await ask({ run, answer: throttled, execution })).toMatchObject({
      report: { stoppedBecause: "reprocessFailed" },
    });
  });

  it("records that AWS refuses to redrive", async () => {
    const { begin, ask } = setUp();
    const result = { success: 0, failed: 5, poisoned: 0, started: [], remaining: 9, stoppedBecause: "max" };
    const end = await ask({
      run: stateOf(await begin("run-1")),
      answer: { of: "reprocess", result },
      execution: runOf("run-1"),
    });
    expect(end).toMatchObject({
      report: { stoppedBecause: "reprocessFailed", error: expect.stringMatching(/^5 records/) },
    });
  });

  it("an execution that cannot be asked about stays undecided", async () => {
    const { begin, ask, calls, lines } = setUp();
    const started = [{ execution: executionOf("a"), source: "orders", id: "a", generation: 0, mode: "restart" }];
    calls.failBefore("DescribeExecution", awsError("AccessDeniedException"));
    const answer = { of: "reprocess", result: { started, remaining: 1, stoppedBecause: "max" } } as const;
    const round = await ask({ run: stateOf(await begin("run-1")), answer, execution: runOf("run-1") });
    expect(stateOf(round).pending).toHaveLength(1);
    expect(lines).toMatchObject([{ level: "error", message: "cannot tell what became of a redrive" }]);
  });
});

describe("the configuration", () => {
  it.each<[Partial<OutcomesConfig>, string]>([
    [{ window: 501 }, "[window] must be a whole number from 1 to 500, got 501"],
    [{ defaults: { ...config.defaults, first: 0 } }, "[first] must be a whole number from 1 to 500, got 0"],
    [{ outcomesPerSecond: 0 }, "[outcomesPerSecond] must be a number above 0, at most 1000, got 0"],
    [{ leaseSeconds: 1 }, "[leaseSeconds] must be a whole number from 60 to 86400, got 1"],
  ])("is checked: %j", (changes, message) => {
    expect(() => setUp(changes)).toThrow(new Error(message));
  });
});
