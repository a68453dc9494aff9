// An API of commands in its middleware: what it accepts, and what it refuses before anything is queued.
import { SQSServiceException } from "@aws-sdk/client-sqs";
import { afterEach, describe, expect, it, vi } from "vitest";
import { type CommandCheck, wrap } from "../../../../handlers/middleware/commandApi";
import { basePathOf } from "../../../../handlers/middleware/commandApiAccept";
import {
  type Asked,
  CommandApiRun,
  clientErrors,
  data,
  eventOf,
  named,
  operations,
  requestId,
  time,
  uuid,
} from "../../../support/commandApiRun";
import { lambdaContext, MiddlewareRun } from "../../../support/middlewareRun";

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

const throttled = () =>
  new SQSServiceException({ name: "ThrottlingException", $fault: "client", $metadata: {}, message: "secret" });

const session = (role: string, name: string) => `arn:aws:sts::123456789012:assumed-role/${role}/${name}`;

describe("a command", () => {
  it("is accepted before it is done, and the answer says where its status is", async () => {
    const api = new CommandApiRun();
    const answer = await api.order({ isbn: "1" }, { headers: { "x-correlation-id": "visit-1" } });
    expect(answer).toMatchObject({
      status: 202,
      headers: { location: `/v1/commands/${uuid(1)}`, "retry-after": "5" },
      json: { id: uuid(1), status: "accepted", acceptedAt: time },
    });
    expect(api.commands.queue).toEqual([uuid(1)]);
    expect(api.commands.accepted.get(uuid(1))).toEqual({
      id: uuid(1),
      name: "placeOrder",
      source: "orders",
      time,
      data: { isbn: "1" },
      correlationId: "visit-1",
      fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(api.run.metrics).toEqual([{ Success: 1 }]);
    expect(api.run.lines).toMatchObject([
      { command_id: uuid(1), command_name: "placeOrder", correlation_id: "visit-1" },
    ]);
  });

  it("is checked with its id and time, before anything is queued", async () => {
    const api = new CommandApiRun();
    api.check.mockImplementation(() => void expect(api.commands.queue).toEqual([]));
    await api.order({ isbn: "1" });
    expect(api.check).toHaveBeenCalledExactlyOnceWith(
      { id: uuid(1), name: "placeOrder", time, data: { isbn: "1" }, correlationId: requestId },
      expect.objectContaining({ work: { id: uuid(1), correlationId: requestId, generation: 0 } }),
    );
  });

  it("is refused with the check's own error, and nothing is queued", async () => {
    const api = new CommandApiRun();
    api.check.mockRejectedValue(named("BookNotFoundError", { detail: "There is no such book." }));
    expect(await api.order({ isbn: "1" })).toMatchObject({
      status: 404,
      json: { type: "urn:problem:BookNotFoundError", detail: "There is no such book.", retryable: false },
    });
    expect(api.commands.accepted.size).toBe(0);
    expect(api.run.metrics).toEqual([{ ClientError: 1 }]);
  });

  it.each([
    [false, "false"],
    [true, "true"],
    [null, "null"],
    [{ isbn: "secret" }, "a value of type object"],
  ])("is not accepted by a check that returns %j, as nobody can know what it means", async (said, shown) => {
    const api = new CommandApiRun();
    api.check.mockResolvedValue(said);
    await expect(api.order({ isbn: "1" })).rejects.toThrow(
      new Error(`[check] must return nothing, and throw an error that [clientErrors] names to refuse, got ${shown}`),
    );
    expect([api.commands.accepted.size, api.commands.queue, api.run.metrics]).toEqual([
      0,
      [],
      [{ Failure: 1, ServerError: 1 }],
    ]);
  });

  it("is checked by a function that returns nothing, as far as types can tell", () => {
    type Check = CommandCheck<{ placeOrder: { isbn: string } }>;
    const declared = (): void => undefined;
    const checks: Check[] = [
      declared,
      () => undefined,
      () => {},
      async () => {},
      ({ data }) => {
        if (data.isbn === "") throw named("BookNotFoundError");
      },
      async ({ data }) => {
        if (data.isbn === "") throw named("BookNotFoundError");
      },
      // @ts-expect-error a `false` would be no refusal
      ({ data }) => data.isbn !== "",
      // @ts-expect-error nor would one that comes later
      async ({ data }) => data.isbn !== "",
    ];
    expect(checks).toHaveLength(8);
  });

  it("whose data is not valid is answered with the places, and not checked", async () => {
    const api = new CommandApiRun();
    expect(await api.order({ isbn: "bad" })).toMatchObject({
      status: 400,
      json: {
        title: "Bad Request",
        detail: "The command's data is not what its schema says.",
        errors: [{ pointer: "/isbn", detail: "must be a text" }],
        retryable: false,
      },
    });
    expect(api.check).not.toHaveBeenCalled();
    expect(api.commands.accepted.size).toBe(0);
  });

  it("is answered with 50 places at most", async () => {
    const api = new CommandApiRun();
    const one = { path: "/a", detail: "is required" };
    api.commands.violations = () => Array.from({ length: 60 }, () => one);
    expect((await api.order({})).json.errors).toHaveLength(50);
  });

  it.each([
    ["too large", { body: { isbn: "x".repeat(90) } }, 413, "A request's body has at most 100 bytes."],
    ["no JSON", { body: "{" }, 400, "The request's body is not valid JSON."],
    [
      "of another type",
      { body: "a=1", headers: { "content-type": "text/plain" } },
      415,
      "A request's body must be application/json.",
    ],
    [
      "with a key that is none",
      { body: {}, headers: { "idempotency-key": "a b" } },
      400,
      "An Idempotency-Key has 1 to 255 characters of ASCII, without spaces.",
    ],
  ])("that is %s is refused", async (_what, asked, status, detail) => {
    const api = new CommandApiRun();
    expect(await api.ask(asked)).toMatchObject({ status, json: { status, detail, retryable: false } });
    expect(api.commands.accepted.size).toBe(0);
  });

  it("counts the bytes of a body, and not its characters", async () => {
    const body = (character: string) => JSON.stringify({ i: character.repeat(46) });
    expect((await new CommandApiRun().ask({ body: body("é") })).status).toBe(202);
    expect((await new CommandApiRun().ask({ body: body("€") })).status).toBe(413);
  });

  it("that grows beyond a message is refused", async () => {
    const api = new CommandApiRun();
    api.commands.failing.set("accept", named("CommandTooLarge"));
    expect(await api.order({})).toMatchObject({ status: 413, json: { title: "Content Too Large", retryable: false } });
  });
});

describe("the parameters of a path", () => {
  const note = (api: CommandApiRun, body: unknown) =>
    api.ask({ resource: "/orders/{orderId}/note", path: "/v1/orders/7/note", pathParameters: { orderId: "7" }, body });

  it.each([
    [{ text: "gift" }, { text: "gift", orderId: "7" }],
    [{ orderId: "7" }, { orderId: "7" }],
    [undefined, { orderId: "7" }],
  ])("are members of the command's data: %j", async (body, expected) => {
    const api = new CommandApiRun();
    expect(await note(api, body)).toMatchObject({ status: 202, headers: { location: `/v1/commands/${uuid(1)}` } });
    expect(api.commands.accepted.get(uuid(1))?.data).toEqual(expected);
  });

  it.each([
    [{ orderId: "8" }, "/orderId", "must be what the path says"],
    [["7"], "", "must be an object"],
  ])("are not contradicted by the body %j", async (body, pointer, detail) => {
    const api = new CommandApiRun();
    expect(await note(api, body)).toMatchObject({ status: 400, json: { errors: [{ pointer, detail }] } });
  });
});

describe("requests with one Idempotency-Key", () => {
  it("are one command with one answer, whatever became of it", async () => {
    const api = new CommandApiRun();
    const first = await api.keyed({ isbn: "1" });
    api.commands.states.set(first.json.id, "failed");
    api.check.mockRejectedValue(named("BookNotFoundError"));
    expect(await api.keyed({ isbn: "1" })).toEqual(first);
    expect(api.commands.queue).toHaveLength(1);
    expect(api.check).toHaveBeenCalledOnce();
  });

  it("are one command though its schema has changed since", async () => {
    const api = new CommandApiRun();
    const first = await api.keyed({ isbn: "1" });
    api.commands.violations = () => [{ path: "", detail: "is old" }];
    expect(await api.keyed({ isbn: "1" })).toEqual(first);
  });

  it("are refused where they ask for something else", async () => {
    const api = new CommandApiRun();
    await api.keyed({ isbn: "1" });
    expect(await api.keyed({ isbn: "2" })).toMatchObject({
      status: 422,
      json: { detail: "The Idempotency-Key was used for another request.", retryable: false },
    });
  });

  it("are one command for all sessions of a role, since a service that is restarted has another", async () => {
    const api = new CommandApiRun();
    const first = await api.keyed({ isbn: "1" }, "k1", { userArn: session("shop", "i-1") });
    expect(await api.keyed({ isbn: "1" }, "k1", { userArn: session("shop", "i-2") })).toEqual(first);
    expect(api.commands.queue).toHaveLength(1);
  });

  it.each<[string, Asked, Asked]>([
    ["users", { principal: "nora" }, { principal: "tom" }],
    ["identities", { userArn: "arn:aws:iam::1:user/a" }, { userArn: "arn:aws:iam::1:user/b" }],
    ["roles", { userArn: session("shop", "i-1") }, { userArn: session("admin", "i-1") }],
    [
      "operations",
      {},
      { resource: "/orders/{orderId}/note", path: "/v1/orders/7/note", pathParameters: { orderId: "7" } },
    ],
  ])("are of their own for different %s", async (_what, one, other) => {
    const api = new CommandApiRun();
    await api.keyed({ isbn: "1" }, "k1", one);
    await api.keyed({ isbn: "1" }, "k1", other);
    expect(api.commands.queue).toHaveLength(2);
  });
});

describe("trouble of AWS's", () => {
  it("is a problem that may be tried again, and a failure of the function", async () => {
    const api = new CommandApiRun();
    api.commands.failing.set("accept", throttled());
    const answer = await api.keyed({ isbn: "1" });
    expect(answer).toMatchObject({
      status: 503,
      headers: { "retry-after": "5", "content-type": "application/problem+json" },
      json: { detail: "The request could not be completed. It may succeed later.", retryable: true },
    });
    expect(JSON.stringify(answer)).not.toContain("secret");
    expect(api.run.metrics).toEqual([{ Failure: 1, AwsError: 1 }]);
    expect(api.run.lines).toMatchObject([{ level: "ERROR", error_name: "ThrottlingException" }]);
    api.commands.failing.clear();
    expect((await api.keyed({ isbn: "1" })).status).toBe(202);
    expect(api.commands.queue).toHaveLength(1);
  });

  it("is not what a bug is: that fails the invocation", async () => {
    const api = new CommandApiRun();
    api.check.mockRejectedValue(new TypeError("x is not a function"));
    await expect(api.order({})).rejects.toThrow("x is not a function");
  });

  it("is the client's own where the program declares it so", async () => {
    const api = new CommandApiRun();
    api.check.mockRejectedValue(Object.assign(throttled(), { name: "BookNotFoundError" }));
    expect((await api.order({})).status).toBe(404);
  });
});

describe("the deployed middleware", () => {
  it("does not start where a factory made no check", () => {
    expect(() => wrap(JSON.parse("5"), data)).toThrow(new Error("[checkFactory] must make a function, got 5"));
  });

  it("is told of the API by its environment, and of schemas by its package", async () => {
    const run = new MiddlewareRun();
    const store = { tableName: "commands", expiresAfterSeconds: 86_400 };
    const config = {
      service: "shop",
      clientErrors,
      operations,
      store,
      queues: { orders: "https://sqs.example/orders" },
    };
    vi.stubEnv("RESPOOL_MIDDLEWARE", JSON.stringify(config));
    vi.stubEnv("AWS_REGION", "eu-west-1");
    const schema = { type: "object", required: ["isbn"] };
    const placeOrder = { command: "placeOrder", source: "orders", schema };
    const answer = await wrap(() => undefined, { ...data, operations: { placeOrder } })(
      eventOf({ body: {} }),
      lambdaContext(),
    );
    expect(answer.statusCode).toBe(400);
    expect(JSON.parse(answer.body).errors).toEqual([{ pointer: "/isbn", detail: "is required" }]);
    expect(run.metrics).toEqual([{ ClientError: 1 }]);
  });
});

describe("the path of the stage", () => {
  it.each([
    ["/orders", "/v1/orders", "/v1"],
    ["/orders/{orderId}", "/v1/orders/a%2Fb", "/v1"],
    ["/orders", "/shop/api/orders/", "/shop/api"],
    ["/orders", "/orders", ""],
    ["/", "/v1/", "/v1"],
  ])("of %s, asked for at %s, is %j", (resource, path, expected) => {
    expect(basePathOf(eventOf({ resource, path }))).toBe(expected);
  });
});
