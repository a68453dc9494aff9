// Requests of an API in their middleware: the client's errors are answers, the server's are failures.
import { SQSServiceException } from "@aws-sdk/client-sqs";
import type { APIGatewayProxyEvent } from "aws-lambda";
import { afterEach, describe, expect, it, vi } from "vitest";
import { apiMiddleware, wrap } from "../../../../handlers/middleware/api";
import type { ApiRequest } from "../../../../handlers/middleware/apiRequest";
import { lambdaContext, MiddlewareRun, printToConsole } from "../../../support/middlewareRun";

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

const requestId = "0a4f5b1c-3a1f-4c34-9a62-7f6c0f7f1f00";

/** A proxy event as API Gateway sends it, in what the middleware reads. */
function proxyEvent(change: Partial<APIGatewayProxyEvent> = {}, userArn: string | null = null): APIGatewayProxyEvent {
  const event: Pick<APIGatewayProxyEvent, "httpMethod" | "resource" | "path" | "headers" | "body"> = {
    httpMethod: "GET",
    resource: "/books/{bookId}",
    path: "/books/a%2Fb",
    headers: { Host: "api.example" },
    body: null,
  };
  const requestContext = { requestId, identity: { userArn } } as APIGatewayProxyEvent["requestContext"];
  const parameters = { pathParameters: { bookId: "a%2Fb" }, queryStringParameters: null, stageVariables: null };
  const multi = { multiValueHeaders: {}, multiValueQueryStringParameters: null, isBase64Encoded: false };
  return { ...event, ...parameters, ...multi, requestContext, ...change };
}

const clientErrors = { BookNotFoundError: { status: 404, title: "Book not found" } };
const operations = { "GET /books/{bookId}": "getBook", "POST /orders": "placeOrder" };
const named = (name: string, more: object = {}) => Object.assign(new Error(`secret of ${name}`), { name, ...more });

type Handler = (request: ApiRequest) => unknown;

async function answered(run: MiddlewareRun, handler: Handler, event = proxyEvent()) {
  const response = await apiMiddleware(handler, { clientErrors, operations }, run.tools)(event, lambdaContext());
  const { statusCode, headers, body } = response;
  return { status: statusCode, headers, text: body, json: body === "" ? undefined : JSON.parse(body) };
}

describe("a request", () => {
  it("is read from the proxy event: path decoded, names of headers in lower case, body parsed", async () => {
    const handler = vi.fn(() => "ok");
    const event = proxyEvent(
      {
        httpMethod: "POST",
        headers: { "Content-Type": "application/json; charset=utf-8", "X-Correlation-Id": "order-7" },
        queryStringParameters: { dry: "true" },
        body: '{"copies":2}',
      },
      "arn:aws:iam::1:user/nora",
    );
    await answered(new MiddlewareRun(), handler, event);
    expect(handler).toHaveBeenCalledExactlyOnceWith(
      {
        operationId: "POST /books/{bookId}",
        pathParameters: { bookId: "a/b" },
        query: { dry: "true" },
        headers: { "content-type": "application/json; charset=utf-8", "x-correlation-id": "order-7" },
        body: { copies: 2 },
        requestId,
        correlationId: "order-7",
        callerArn: "arn:aws:iam::1:user/nora",
      },
      expect.objectContaining({ work: { id: requestId, correlationId: "order-7", generation: 0 } }),
    );
  });

  it("has no body where its method gives that no meaning", async () => {
    const handler = vi.fn();
    await answered(new MiddlewareRun(), handler, proxyEvent({ body: "{", headers: { "content-type": "text/plain" } }));
    expect(handler).toHaveBeenCalledWith(expect.objectContaining({ body: undefined }), expect.anything());
  });

  it("may have a body of a hundred levels", async () => {
    const body = `${"[".repeat(100)}${"]".repeat(100)}`;
    const { status } = await answered(
      new MiddlewareRun(),
      () => 1,
      proxyEvent({ httpMethod: "POST", body, headers: {} }),
    );
    expect(status).toBe(200);
  });

  it("has the id of its operation", async () => {
    expect((await answered(new MiddlewareRun(), ({ operationId }) => operationId)).json).toBe("getBook");
  });

  it.each(["", "a\nb", "x".repeat(129), "<script>"])(
    "is not named by the client's correlation id %j",
    async (given) => {
      const event = proxyEvent({ headers: { "x-correlation-id": given } });
      const { headers } = await answered(new MiddlewareRun(), () => 1, event);
      expect(headers).toMatchObject({ "x-correlation-id": requestId, "x-request-id": requestId });
    },
  );

  it.each([
    [{ httpMethod: "POST", body: "{", headers: {} }, 400, "The request's body is not valid JSON."],
    [
      { httpMethod: "POST", body: "a=1", headers: { "content-type": "text/plain" } },
      415,
      "A request's body must be application/json.",
    ],
    [
      { httpMethod: "POST", body: `${"[".repeat(101)}${"]".repeat(101)}`, headers: {} },
      400,
      "A request's body is nested at most 100 levels deep.",
    ],
    [{ pathParameters: { bookId: "%E0%A4%A" } }, 400, "The path parameter bookId is not percent-encoded correctly."],
  ])("that cannot be read is answered: %j", async (change, status, detail) => {
    const run = new MiddlewareRun();
    const handler = vi.fn();
    const answer = await answered(run, handler, proxyEvent(change));
    expect(answer).toMatchObject({ status, json: { type: "about:blank", status, detail, retryable: false } });
    expect(handler).not.toHaveBeenCalled();
    expect(run.metrics).toEqual([{ ClientError: 1 }]);
  });
});

describe("a result", () => {
  it.each<[string, unknown, number, string]>([
    ["a value", { bookId: "7" }, 200, '{"bookId":"7"}'],
    ["a value with a status of its own", { status: "placed" }, 200, '{"status":"placed"}'],
    ["a value that has more than a response", { status: 201, id: 1 }, 200, '{"status":201,"id":1}'],
    ["nothing", undefined, 204, ""],
    ["a response", { status: 202, body: { id: 1 } }, 202, '{"id":1}'],
    ["a response without a body", { status: 304 }, 304, ""],
    ["a text of another type", { status: 200, headers: { "Content-Type": "text/csv" }, body: "a,b" }, 200, "a,b"],
  ])("that is %s becomes an answer", async (_what, result, status, body) => {
    const run = new MiddlewareRun();
    const response = await apiMiddleware(() => result, { clientErrors }, run.tools)(proxyEvent(), lambdaContext());
    expect({ status: response.statusCode, body: response.body }).toEqual({ status, body });
    expect(run.metrics).toEqual([{ Success: 1 }]);
  });
});

describe("the client's own error", () => {
  it("is a problem with its status and title, and none of the error's message", async () => {
    const run = new MiddlewareRun();
    const { status, headers, json, text } = await answered(run, () => Promise.reject(named("BookNotFoundError")));
    expect(status).toBe(404);
    expect(headers).toEqual({
      "content-type": "application/problem+json",
      "x-request-id": requestId,
      "x-correlation-id": requestId,
    });
    expect(json).toEqual({
      type: "urn:problem:BookNotFoundError",
      title: "Book not found",
      status: 404,
      instance: `urn:uuid:${requestId}`,
      retryable: false,
    });
    expect(text).not.toContain("secret");
  });

  it("says to the client what its detail says", async () => {
    const detail = "There is no such book.";
    const { json } = await answered(new MiddlewareRun(), () => Promise.reject(named("BookNotFoundError", { detail })));
    expect(json).toMatchObject({ detail });
  });

  it("is logged once, as information, and counted as no failure", async () => {
    const run = new MiddlewareRun();
    await answered(run, () => Promise.reject(named("BookNotFoundError")));
    expect(run.lines).toMatchObject([
      { level: "INFO", message: "secret of BookNotFoundError", error_class: "ClientError", work_id: requestId },
    ]);
    expect(run.metrics).toEqual([{ ClientError: 1 }]);
  });
});

describe("a server error", () => {
  const $metadata = { httpStatusCode: 503 };
  const awsError = new SQSServiceException({ name: "Unavailable", $fault: "server", message: "away", $metadata });

  it.each([
    [named("ServiceUnavailable"), "ServerError"],
    [awsError, "AwsError"],
    [named("toString"), "ServerError"],
  ])("%s is thrown on, logged once and counted as %s", async (thrown, errorClass) => {
    const run = new MiddlewareRun();
    await expect(answered(run, () => Promise.reject(thrown))).rejects.toBe(thrown);
    expect(run.lines).toMatchObject([{ level: "ERROR", error_class: errorClass, work_id: requestId }]);
    expect(run.metrics).toEqual([{ Failure: 1, [errorClass]: 1 }]);
  });
});

/** What API Gateway adds for an authorizer. */
function authorized(event: APIGatewayProxyEvent, authorizer: object): APIGatewayProxyEvent {
  return { ...event, requestContext: { ...event.requestContext, authorizer: { ...authorizer } } };
}

describe("the principal of a request", () => {
  it.each<[object, string | undefined]>([
    [{ claims: { sub: "user-7", aud: "client" } }, "user-7"],
    [{ principalId: "partner", integrationLatency: 3 }, "partner"],
    // A function's context cannot stand for Cognito's claims: its members are texts.
    [{ principalId: "partner", claims: '{"sub":"user-7"}' }, "partner"],
    [{ principalId: "" }, undefined],
    [{ claims: {} }, undefined],
    [{}, undefined],
  ])("is by %j %j", async (authorizer, principal) => {
    const handler = vi.fn((request: ApiRequest) => request.principal ?? "nobody");
    const { json } = await answered(new MiddlewareRun(), handler, authorized(proxyEvent(), authorizer));
    expect(json).toBe(principal ?? "nobody");
  });
});

describe("a request with an Idempotency-Key", () => {
  const order = (key: string, body = '{"copies":1}', userArn = "arn:aws:iam::1:user/nora") =>
    proxyEvent({ httpMethod: "POST", resource: "/orders", headers: { "idempotency-key": key }, body }, userArn);

  it("is done once, and answered alike", async () => {
    const run = new MiddlewareRun();
    const handler = vi.fn(() => ({ status: 201, body: { id: handler.mock.calls.length } }));
    const first = await answered(run, handler, order("k1"));
    const second = await answered(run, handler, order("k1"));
    expect([first.status, first.json, second.status, second.json]).toEqual([201, { id: 1 }, 201, { id: 1 }]);
    expect(run.metrics).toEqual([{ Success: 1 }, { Success: 1, Duplicate: 1 }]);
  });

  it("is another one's with another key, caller or operation", async () => {
    const run = new MiddlewareRun();
    const handler = vi.fn(() => 1);
    await answered(run, handler, order("k1"));
    await answered(run, handler, order("k2"));
    await answered(run, handler, order("k1", undefined, "arn:aws:iam::1:user/otto"));
    await answered(run, handler, { ...order("k1"), resource: "/returns" });
    await answered(run, handler, authorized(order("k1"), { principalId: "user-7" }));
    await answered(run, handler, authorized(order("k1"), { principalId: "user-8" }));
    expect(handler).toHaveBeenCalledTimes(6);
  });

  it("is refused when the key was used for something else", async () => {
    const run = new MiddlewareRun();
    await answered(run, () => 1, order("k1"));
    const { status, json } = await answered(run, () => 1, order("k1", '{"copies":2}'));
    expect(status).toBe(422);
    expect(json).toMatchObject({ detail: "The Idempotency-Key was used for another request.", retryable: false });
  });

  it("may be repeated soon while the first one runs", async () => {
    const run = new MiddlewareRun();
    let end = (_result: string): void => undefined;
    const slow = () => new Promise((resolve) => (end = resolve));
    const first = answered(run, slow, order("k1"));
    const second = await answered(run, slow, order("k1"));
    expect(second).toMatchObject({ status: 409, headers: { "retry-after": "5" }, json: { retryable: true } });
    end("done");
    expect((await first).json).toBe("done");
    expect(run.metrics).toEqual([{ InProgress: 1 }, { Success: 1 }]);
  });

  it("is tried anew after an error", async () => {
    const run = new MiddlewareRun();
    const handler = vi.fn().mockRejectedValueOnce(named("ServiceUnavailable")).mockReturnValue("done");
    await expect(answered(run, handler, order("k1"))).rejects.toThrow();
    expect((await answered(run, handler, order("k1"))).json).toBe("done");
  });

  it.each(["", "a b", "x".repeat(256)])("must have a key that is one: %j", async (key) => {
    expect((await answered(new MiddlewareRun(), () => 1, order(key))).status).toBe(400);
  });

  it("without a key is done each time", async () => {
    const run = new MiddlewareRun();
    const handler = vi.fn(() => 1);
    await answered(run, handler);
    await answered(run, handler);
    expect(handler).toHaveBeenCalledTimes(2);
    expect(run.table.items.size).toBe(0);
  });
});

describe("the packaged middleware", () => {
  it("reads its configuration", async () => {
    vi.stubEnv("RESPOOL_MIDDLEWARE", JSON.stringify({ service: "books", clientErrors, operations }));
    printToConsole();
    vi.spyOn(console, "info").mockImplementation(() => undefined);
    vi.spyOn(console, "log").mockImplementation(() => undefined);
    const response = await wrap(() => Promise.reject(named("BookNotFoundError")))(proxyEvent(), lambdaContext());
    expect(response.statusCode).toBe(404);
  });
});
