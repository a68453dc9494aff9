import { describe, expect, it } from "vitest";
import {
  leaseSeconds,
  retriersWithinLease,
  runsOnSeconds,
  unfinishedErrors,
} from "../../../../components/asl/leaseSeconds";
import { retriers } from "../../../../components/asl/retry";

/** Acquire and Look, with all their attempts and waits. */
const taking = 2 * (5 * 10 + (1 + 2 + 4 + 8));

describe("how long a lease lasts", () => {
  it("adds up attempts and waits of the work, taking the lease, and a minute", () => {
    const work = { TimeoutSeconds: 60, Retry: retriers([]) };
    const attempts = 4 * 60 + (1 + 1) + 5;
    expect(leaseSeconds({ states: [work], functionSeconds: 30 })).toBe(attempts + taking + 60);
    expect(leaseSeconds({ states: [work, { TimeoutSeconds: 50, Retry: [] }], functionSeconds: 30 })).toBe(
      attempts + 50 + taking + 60,
    );
  });

  it("adds by how much the function may outlive the state: its timeout, and the start of an environment", () => {
    const states = [{ TimeoutSeconds: 20, Retry: [] }];
    expect(leaseSeconds({ states, functionSeconds: 30 })).toBe(20 + taking + 20 + 60);
    expect(leaseSeconds({ states })).toBe(20 + taking + (900 + 10 - 20) + 60);
  });

  it.each([
    { state: { TimeoutSeconds: 40_000_000, Retry: [] } },
    { state: { TimeoutSeconds: 60, Retry: [{ ErrorEquals: ["States.ALL"], MaxAttempts: 99_999_999 }] } },
    { state: { TimeoutSeconds: Number.POSITIVE_INFINITY, Retry: [] } },
    { state: { TimeoutSeconds: Number.NaN, Retry: [] } },
  ])("is finite, and at most a year: $state", ({ state }) => {
    expect(() => leaseSeconds({ states: [state] })).toThrow(
      /^\[semaphore\] must protect work that ends, with all its retries, within "365 days": \[timeout\] and \[retry\] make \S+ seconds$/,
    );
  });
});

describe("errors after which work may still run", () => {
  const unanswered = [
    "Lambda.AWSLambdaException",
    "Lambda.ClientExecutionTimeoutException",
    "Lambda.SdkClientException",
    "Lambda.ServiceException",
  ];

  it("are those without an answer, and timeouts unless the state waits longer than the function can take", () => {
    expect(runsOnSeconds(30)).toBe(40);
    expect(runsOnSeconds()).toBe(910);
    expect(unfinishedErrors(60, 30)).toEqual(unanswered);
    expect(unfinishedErrors(40, 30)).toEqual(["States.Timeout", "States.HeartbeatTimeout", ...unanswered]);
    expect(unfinishedErrors(3_600, undefined)).toEqual(["States.Timeout", "States.HeartbeatTimeout", ...unanswered]);
  });

  it("are not tried again, whatever the policy says", () => {
    const retry = retriers([], [{ errors: ["States.Timeout"], maxAttempts: 5 }]);
    expect(retriersWithinLease(["States.Timeout"], retry)).toEqual([
      { ErrorEquals: ["States.Timeout"], MaxAttempts: 0 },
      ...retry,
    ]);
  });
});
