import { describe, expect, it } from "vitest";
import { type RetryPolicy, retriers } from "../../../../components/asl/retry";
import type { Duration } from "../../../../components/duration";

describe("the default retry", () => {
  it("tries throttling twice, everything else once after 5 seconds, timeouts never", () => {
    expect(retriers([])).toEqual([
      {
        ErrorEquals: ["States.Timeout", "States.HeartbeatTimeout", "Sandbox.Timedout", "Lambda.Unknown"],
        MaxAttempts: 0,
      },
      {
        ErrorEquals: ["TooManyRequestsException", "Lambda.TooManyRequestsException"],
        IntervalSeconds: 1,
        MaxAttempts: 2,
        BackoffRate: 1,
      },
      { ErrorEquals: ["States.ALL"], IntervalSeconds: 5, MaxAttempts: 1, BackoffRate: 1 },
    ]);
  });

  it("comes after permanent errors, which are never tried again", () => {
    expect(retriers(["CardDeclinedError"])[0]).toEqual({ ErrorEquals: ["CardDeclinedError"], MaxAttempts: 0 });
  });
});

describe("policies", () => {
  it("replace the default, after permanent errors", () => {
    const policies: RetryPolicy[] = [
      {
        errors: ["Busy"],
        interval: "2 seconds",
        maxAttempts: 5,
        backoffRate: 1.5,
        maxDelay: "1 minute",
        jitter: "full",
      },
      { errors: ["States.ALL"] },
    ];
    expect(retriers(["Declined"], policies)).toEqual([
      { ErrorEquals: ["Declined"], MaxAttempts: 0 },
      {
        ErrorEquals: ["Busy"],
        IntervalSeconds: 2,
        MaxAttempts: 5,
        BackoffRate: 1.5,
        MaxDelaySeconds: 60,
        JitterStrategy: "FULL",
      },
      { ErrorEquals: ["States.ALL"], IntervalSeconds: 1, MaxAttempts: 3, BackoffRate: 2 },
    ]);
  });

  it("may be none at all: nothing is tried again", () => {
    expect(retriers([], [])).toEqual([]);
  });

  it.each<{ policies: RetryPolicy[]; message: string }>([
    { policies: [{ errors: [] }], message: "[retry[0].errors] must name at least one error, got []" },
    {
      policies: [{ errors: ["States.ALL"] }, { errors: ["Busy"] }],
      message: `[retry[0].errors] may hold "States.ALL" only alone and in the last policy, got ["States.ALL"]`,
    },
    {
      policies: [{ errors: ["Busy", "States.ALL"] }],
      message: `[retry[0].errors] may hold "States.ALL" only alone and in the last policy, got ["Busy","States.ALL"]`,
    },
    {
      policies: [{ errors: [""] }],
      message: `[retry[0].errors] must hold names of errors, such as "CardDeclinedError", got ""`,
    },
    {
      policies: [{ errors: ["Busy"], maxAttempts: -1 }],
      message: "[retry[0].maxAttempts] must be a whole number from 0 to 99999999, got -1",
    },
    {
      policies: [{ errors: ["Busy"], backoffRate: 0.5 }],
      message: "[retry[0].backoffRate] must be a number of at least 1, got 0.5",
    },
    {
      policies: [{ errors: ["Busy"], interval: "0 seconds" }],
      message: `[retry[0].interval] must be from "1 second" to "99999999 seconds", got "0 seconds"`,
    },
    {
      policies: [{ errors: ["Busy"], interval: "1 minute", maxDelay: "1 minute" }],
      message: `[retry[0].maxDelay] must be from "61 seconds" to "31622399 seconds", got "1 minute"`,
    },
    {
      policies: [{ errors: ["Busy"], interval: "soon" as Duration }],
      message: `[retry[0].interval] must be a duration such as "30 seconds", "5 minutes", "12 hours" or "14 days", got "soon"`,
    },
    {
      policies: [{ errors: ["Busy"], jitter: "some" as "full" }],
      message: `[retry[0].jitter] must be "full" or "none", got "some"`,
    },
  ])("$message", ({ policies, message }) => {
    expect(() => retriers([], policies)).toThrow(new Error(message));
  });

  it("do not take States.ALL for a permanent error", () => {
    expect(() => retriers(["States.ALL"])).toThrow(
      new Error(`[permanentErrors] must hold names of errors, such as "CardDeclinedError", got "States.ALL"`),
    );
  });
});
