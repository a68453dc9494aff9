// Asynchronous events in their middleware: done once, logged, counted, and failed as the handler failed.
import { SQSServiceException } from "@aws-sdk/client-sqs";
import { afterEach, describe, expect, it, vi } from "vitest";
import { asyncMiddleware, wrap } from "../../../../handlers/middleware/async";
import { lambdaContext, MiddlewareRun, printToConsole } from "../../../support/middlewareRun";

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

const event = { amount: 5 };
const awsError = () => {
  const $metadata = { httpStatusCode: 503, attempts: 3 };
  return new SQSServiceException({ name: "ServiceUnavailable", $fault: "server", message: "away", $metadata });
};

describe("an event", () => {
  it("reaches the handler with its work and Lambda's context, and gives its result", async () => {
    const run = new MiddlewareRun();
    const handler = vi.fn((given: typeof event, { work, awsRequestId, getRemainingTimeInMillis }) => {
      return { given, work, awsRequestId, left: getRemainingTimeInMillis() };
    });
    expect(await asyncMiddleware(handler, run.tools)(event, lambdaContext())).toEqual({
      given: event,
      work: { id: "request-1", correlationId: "request-1", generation: 0 },
      awsRequestId: "request-1",
      left: 30_000,
    });
    expect(run.metrics).toEqual([{ Success: 1 }]);
  });

  it("is done once: Lambda's retry, and a redrive of it, get the first result", async () => {
    const run = new MiddlewareRun();
    const handler = vi.fn(() => "done");
    const wrapped = asyncMiddleware(handler, run.tools);
    expect(await wrapped(event, lambdaContext())).toBe("done");
    expect(await wrapped(event, lambdaContext())).toBe("done");
    const respool = { id: "request-1", source: "shop", generation: 1 };
    expect(await wrapped(event, lambdaContext({ requestId: "request-2", respool }))).toBe("done");
    expect(handler).toHaveBeenCalledOnce();
    expect(run.metrics).toEqual([{ Success: 1 }, { Success: 1, Duplicate: 1 }, { Success: 1, Duplicate: 1 }]);
  });

  it("is logged with Lambda's context and the ids of the work, by the handler, too", async () => {
    const run = new MiddlewareRun();
    const respool = { id: "first", source: "shop", generation: 2 };
    const wrapped = asyncMiddleware((_: object, { logger }) => logger.info("mailing", { to: "Nora" }), run.tools);
    await wrapped({ ...event }, lambdaContext({ respool }));
    await wrapped({ ...event }, lambdaContext({ requestId: "request-2" }));
    const context = { function_name: "shop-1234567", function_memory_size: "256", service: "shop" };
    expect(run.lines).toMatchObject([
      { ...context, message: "invoked", work_id: "first", generation: 2, cold_start: true },
      { ...context, message: "mailing", to: "Nora", work_id: "first", correlation_id: "first" },
      { ...context, message: "invoked", work_id: "request-2", generation: 0, cold_start: false },
      { ...context, message: "mailing", function_request_id: "request-2", cold_start: false },
    ]);
  });
});

describe("a failure", () => {
  it.each([
    { what: "an AWS error", thrown: awsError(), errorClass: "AwsError" },
    {
      what: "an error that an AWS error caused",
      thrown: new Error("no mail", { cause: awsError() }),
      errorClass: "AwsError",
    },
    { what: "any other error", thrown: new TypeError("no mail"), errorClass: "Error" },
  ])("by $what is thrown on, logged once with its stack, and counted by its class", async ({ thrown, errorClass }) => {
    const run = new MiddlewareRun();
    const wrapped = asyncMiddleware(async () => Promise.reject(thrown), run.tools);
    await expect(wrapped(event, lambdaContext())).rejects.toBe(thrown);
    expect(run.lines.filter(({ level }) => level === "ERROR")).toMatchObject([
      {
        message: thrown.message,
        work_id: "request-1",
        error_class: errorClass,
        error_name: thrown.name,
        error: {
          name: thrown.name,
          message: thrown.message,
          stack: expect.arrayContaining([expect.stringContaining("async.test.ts")]),
        },
      },
    ]);
    expect(run.metrics).toEqual([{ Failure: 1, [errorClass]: 1 }]);
  });

  it("may be thrown before the handler's first await", async () => {
    const run = new MiddlewareRun();
    const wrapped = asyncMiddleware(() => {
      throw new Error("at once");
    }, run.tools);
    await expect(wrapped(event, lambdaContext())).rejects.toEqual(new Error("at once"));
    expect(run.metrics).toEqual([{ Failure: 1, Error: 1 }]);
  });

  it("is not a success of the attempt that still runs", async () => {
    const run = new MiddlewareRun();
    let end = (_result: string): void => undefined;
    const wrapped = asyncMiddleware(() => new Promise<string>((resolve) => (end = resolve)), run.tools);
    const first = wrapped(event, lambdaContext());
    await expect(wrapped(event, lambdaContext())).rejects.toMatchObject({ name: "IdempotencyAlreadyInProgressError" });
    end("done");
    expect(await first).toBe("done");
    expect(run.metrics).toEqual([{ Failure: 1, InProgress: 1 }, { Success: 1 }]);
  });
});

describe("the packaged middleware", () => {
  it("says what is missing without its configuration", () => {
    vi.stubEnv("RESPOOL_MIDDLEWARE", undefined);
    expect(() => wrap(() => 1)).toThrow(
      new Error("[RESPOOL_MIDDLEWARE] must be set to the middleware's configuration, got nothing"),
    );
  });

  it("names service and namespace as configured", async () => {
    vi.stubEnv("RESPOOL_MIDDLEWARE", JSON.stringify({ service: "mail", namespace: "Bookshop" }));
    printToConsole();
    const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
    vi.spyOn(console, "info").mockImplementation(() => undefined);
    expect(await wrap(() => "done")({}, lambdaContext())).toBe("done");
    expect(JSON.parse(String(log.mock.calls[0]?.[0]))).toMatchObject({
      service: "mail",
      Success: 1,
      _aws: { CloudWatchMetrics: [{ Namespace: "Bookshop", Dimensions: [["service"]] }] },
    });
  });
});
