import { describe, expect, it } from "vitest";
import { apiAlarms } from "../../../components/apiAlarms";
import {
  checkedClientErrors,
  checkedStageName,
  checkedThrottling,
  checkedTimeout,
  operationIds,
} from "../../../components/apiSettings";

const stage = { apiName: "books-1234567", stageName: "v1" };

describe("the settings of an API", () => {
  it("have defaults", () => {
    expect(checkedTimeout()).toBe("25 seconds");
    expect(checkedThrottling()).toEqual({ rateLimit: 100, burstLimit: 200 });
    expect(checkedClientErrors()).toEqual({});
    expect(checkedStageName()).toBe("v1");
  });

  it.each<[() => unknown, string]>([
    [() => checkedTimeout("29 seconds"), '[timeout] must be from "1 second" to "28 seconds", got "29 seconds"'],
    [() => checkedThrottling({ rateLimit: -1 }), "[throttling.rateLimit] must be a number from 0 to 1000000, got -1"],
    [
      () => checkedThrottling({ burstLimit: 1.5 }),
      "[throttling.burstLimit] must be a whole number from 0 to 1000000, got 1.5",
    ],
    [
      () => checkedClientErrors({ E: { status: 500, title: "x" } }),
      "[clientErrors.E.status] must be a whole number from 400 to 499, got 500",
    ],
    [
      () => checkedClientErrors({ E: { status: 404, title: "" } }),
      '[clientErrors.E.title] must be a non-empty string, got ""',
    ],
    [() => checkedStageName("a-b"), '[stageName] must be up to 128 letters, digits and "_", got "a-b"'],
    [
      () => apiAlarms(stage, { serverErrors: 0 }),
      "[alarms.serverErrors] must be percent, more than 0 and at most 100, got 0",
    ],
    [
      () => apiAlarms(stage, { latency: "1 minute" }),
      '[alarms.latency] must be from "1 second" to "29 seconds", got "1 minute"',
    ],
  ])("are refused by name", (check, message) => {
    expect(check).toThrow(new Error(message));
  });

  it("tell the middleware the ids of operations", () => {
    expect(operationIds([{ method: "GET", path: "/books/{bookId}", operationId: "getBook" }])).toEqual({
      "GET /books/{bookId}": "getBook",
    });
  });
});

describe("the alarms of an API", () => {
  const dimensions = { ApiName: "books-1234567", Stage: "v1" };

  it("watch the share of server errors and the latency, not the client's errors", () => {
    const { serverErrors, latency, clientErrors } = apiAlarms(stage);
    expect(serverErrors).toMatchObject({ metricName: "5XXError", statistic: "Average", threshold: 0.05, dimensions });
    expect(latency).toMatchObject({
      metricName: "Latency",
      extendedStatistic: "p99",
      threshold: 5_000,
      evaluationPeriods: 3,
    });
    expect(clientErrors).toBeUndefined();
  });

  it("are as the program says", () => {
    const { serverErrors, latency, clientErrors } = apiAlarms(stage, {
      serverErrors: 50,
      latency: false,
      clientErrors: 10,
    });
    expect([serverErrors?.threshold, latency, clientErrors?.threshold]).toEqual([0.5, undefined, 0.1]);
    expect(clientErrors?.alarmDescription).toBe(
      "At least 10 percent of the requests of five minutes were answered with 4xx.",
    );
    expect(Object.values(apiAlarms(stage, false))).toEqual([undefined, undefined, undefined]);
  });
});
