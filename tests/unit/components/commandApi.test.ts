// CommandApi, as a program deploys it on the simulator and as its clients see it.
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { AwsError, type Call, type CallFault, type EvaluatedProgram, Simulation } from "../../../simulator";

const directory = join(__dirname, "..", "..", "..");
let program: EvaluatedProgram;

beforeAll(async () => {
  program = await new Simulation().deploy({ directory, main: join(__dirname, "programs", "commandApi.ts") });
}, 120_000);

const output = (name: string) => String(program.outputs[name]);
const resource = (type: string, name: string) =>
  program.resources.find((each) => each.type === type && each.name === name)?.inputs;

interface Asked {
  readonly method?: string;
  readonly body?: object | string;
  readonly headers?: Record<string, string>;
  /** @default true */
  readonly signed?: boolean;
}

class Client {
  readonly simulation = new Simulation();

  constructor(readonly url = output("shopUrl")) {
    this.simulation.redeploy(program);
  }

  ask(path: string, { method = "GET", body, headers = {}, signed = true }: Asked = {}) {
    const answer = this.simulation.http({
      method,
      url: path.startsWith("https:") ? path : `${this.url}${path}`,
      headers,
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
      ...(signed ? { principal: { kind: "operator" } } : {}),
    });
    return { status: answer.status, headers: answer.headers, json: JSON.parse(String(answer.body)) };
  }

  order(body: object | string, headers: Record<string, string> = {}) {
    return this.ask("/orders", { method: "POST", body, headers });
  }

  /** Asks at the place that an answer named. */
  follow({ headers }: { readonly headers?: Readonly<Record<string, string>> }, more: Asked = {}) {
    return this.ask(new URL(headers?.location ?? "", this.url).href, more);
  }

  decide(): void {
    this.simulation.runFor(60_000);
  }
}

describe("a client of an API of commands", () => {
  it("is answered before the command is decided, and told what became of it", () => {
    const client = new Client();
    const accepted = client.order({ isbn: "1", copies: 2 }, { "x-correlation-id": "visit-1" });
    expect(accepted).toMatchObject({
      status: 202,
      headers: {
        location: expect.stringMatching(/^\/v1\/commands\/[0-9a-f-]{36}$/),
        "retry-after": "5",
        "x-correlation-id": "visit-1",
      },
      json: { status: "accepted", acceptedAt: expect.stringMatching(/Z$/) },
    });
    const { id } = accepted.json;
    expect(client.follow(accepted)).toMatchObject({
      status: 200,
      headers: { "retry-after": "5", "cache-control": "no-store" },
      json: { id, name: "placeOrder", status: "accepted", attempts: 0 },
    });
    client.decide();
    const done = client.follow(accepted);
    expect(done).toMatchObject({
      status: 200,
      json: { id, status: "succeeded", attempts: 1, result: { name: "placeOrder", orderId: id, decided: 1 } },
    });
    expect(done.headers).not.toHaveProperty("retry-after");
  });

  it("has a command done once by its Idempotency-Key, with one answer", () => {
    const client = new Client();
    const ask = (body: object) => client.order(body, { "idempotency-key": "k1" });
    const first = ask({ isbn: "1" });
    client.decide();
    const second = ask({ isbn: "1" });
    expect(second).toMatchObject({ status: 202, json: first.json, headers: { location: first.headers?.location } });
    expect(ask({ isbn: "2" }).status).toBe(422);
    client.decide();
    expect(client.follow(second).json).toMatchObject({ status: "succeeded", attempts: 1, result: { decided: 1 } });
  });

  it("is told where the data is wrong", () => {
    expect(new Client().order({ copies: 0, colour: "red" })).toMatchObject({
      status: 400,
      headers: { "content-type": "application/problem+json" },
      json: {
        errors: expect.arrayContaining([
          { pointer: "/isbn", detail: "is required" },
          { pointer: "/copies", detail: "must be >= 1" },
          { pointer: "/colour", detail: "is not allowed" },
        ]),
        retryable: false,
      },
    });
  });

  it.each([
    ["depth", "[".repeat(100_000) + "]".repeat(100_000)],
    ["depth below the schema", `{"isbn":${"[".repeat(900)}${"]".repeat(900)}}`],
    ["a prototype", '{"__proto__":{"isbn":"1"}}'],
    ["a prototype beside", '{"isbn":"1","__proto__":{"copies":1}}'],
    ["a number that no double is", '{"isbn":"1","copies":1e400}'],
    ["an integer that would be rounded", '{"isbn":"1","copies":12345678901234567890}'],
    ["a name as long as the body", `{"isbn":"1","${"x".repeat(200_000)}":1}`],
    ["a list", "[1]"],
    ["null", "null"],
    ["a text", '"isbn"'],
  ])("cannot make the API fail with %s: it is the client's own fault", (_what, body) => {
    const client = new Client();
    const some: readonly Record<string, string>[] = [{}, { "idempotency-key": "k1" }];
    for (const headers of some) {
      const answer = client.order(body, headers);
      expect(answer).toMatchObject({ status: 400, json: { retryable: false } });
      expect(JSON.stringify(answer.json).length).toBeLessThan(2_000);
    }
    expect(client.simulation.events.all.filter(({ kind }) => kind.startsWith("sqs."))).toEqual([]);
  });

  it("may send any text", () => {
    const client = new Client();
    const accepted = client.order({ isbn: "\ufffe\uffff\u0000\ud800\u{1f4d6}" });
    client.decide();
    expect(client.follow(accepted).json).toMatchObject({ status: "succeeded" });
  });

  it.each(["..%2F..", "%00", "__proto__", "command%23", "0195D0C8-0000-7000-8000-000000000000", "x".repeat(2_000)])(
    "finds nothing under an id that is none: %s",
    (id) => {
      const client = new Client();
      expect(client.ask(`/commands/${id}`).status).toBe(404);
      expect(client.ask(`/commands/${id}/cancel`, { method: "POST" }).status).toBe(404);
    },
  );

  it("is told by the check what cannot be, before anything is queued", () => {
    const client = new Client();
    expect(client.order({ isbn: "0" })).toMatchObject({
      status: 404,
      json: { type: "urn:problem:BookNotFoundError", detail: "No book 0 for true" },
    });
    expect(client.simulation.events.all.filter(({ kind }) => kind.startsWith("sqs."))).toEqual([]);
  });

  it("says in the path what the command is about", () => {
    const client = new Client();
    const accepted = client.ask("/orders/o%2F1", { method: "DELETE" });
    expect(accepted).toMatchObject({
      status: 202,
      headers: { location: expect.stringMatching(/^\/v1\/commands\//) },
    });
    client.decide();
    expect(client.follow(accepted).json).toMatchObject({ name: "cancelOrder", status: "succeeded" });
  });

  it("cancels what has not begun, and nothing else", () => {
    const client = new Client();
    const cancel = (id: string) => client.ask(`/commands/${id}/cancel`, { method: "POST" });
    const one = client.order({ isbn: "1" });
    expect(cancel(one.json.id)).toMatchObject({ status: 200, json: { status: "cancelled" } });
    const other = client.order({ isbn: "1" });
    client.decide();
    expect(client.follow(one).json).toMatchObject({ status: "cancelled", attempts: 0 });
    expect(cancel(other.json.id)).toMatchObject({ status: 409, json: { title: "Conflict" } });
    expect(cancel("0195d0c8-0000-7000-8000-000000000000").status).toBe(404);
  });

  it("must sign unless the program says otherwise", () => {
    const body = { isbn: "1" };
    expect(new Client().ask("/orders", { method: "POST", body, signed: false }).status).toBe(403);
    const open = new Client(output("openUrl"));
    const accepted = open.ask("/orders", { method: "POST", body: { isbn: "0" }, signed: false });
    expect(accepted).toMatchObject({
      status: 202,
      headers: { location: expect.stringMatching(/^\/v2\/status\//), "retry-after": "2" },
    });
    open.decide();
    expect(open.follow(accepted, { signed: false }).json.status).toBe("succeeded");
    expect(open.ask("/orders", { method: "POST", body: { isbn: "x".repeat(100) }, signed: false }).status).toBe(413);
  });

  const to = (wanted: string) => ({ when: ({ action }: Call) => action === wanted });
  const broken = new AwsError("InternalServerError", "secret", 500);
  const faults: readonly CallFault[] = [
    { kind: "crashBefore" },
    { kind: "crashAfter" },
    { kind: "errorBefore", error: broken },
    { kind: "errorAfter", error: broken },
  ];
  // Without its mark the message is sent all the same.
  const statusOf = (action: string, { kind }: CallFault) =>
    kind.startsWith("crash") ? 500 : action === "UpdateItem" ? 202 : 503;

  it.each(
    ["PutItem", "SendMessage", "UpdateItem"].flatMap((action) =>
      faults.map((fault) => [fault.kind, action, statusOf(action, fault), fault] as const),
    ),
  )("asks again after %s at %s, answered with %i, and it is done once", (_kind, action, status, fault) => {
    const client = new Client();
    const ask = () => client.order({ isbn: "1" }, { "idempotency-key": "k1" });
    const stop = client.simulation.faults.intoCalls({ ...to(action), fault, times: 5 });
    const first = ask();
    expect(first.status).toBe(status);
    if (status >= 500) expect(first.json.retryable).toBe(true);
    expect(JSON.stringify(first)).not.toContain("secret");
    stop();
    const second = ask();
    expect(second.status).toBe(202);
    client.decide();
    expect(client.follow(second).json).toMatchObject({ status: "succeeded", attempts: 1, result: { decided: 1 } });
  });

  it("is not told of what was accepted but not answered until somebody asks again", () => {
    const client = new Client();
    const ask = () => client.order({ isbn: "1" }, { "idempotency-key": "k1" });
    client.simulation.faults.intoCalls({ ...to("SendMessage"), fault: { kind: "crashBefore" } });
    expect(ask().status).toBe(500);
    client.decide();
    const second = ask();
    expect(client.follow(second).json).toMatchObject({ status: "accepted", attempts: 0 });
    client.decide();
    expect(client.follow(second).json.status).toBe("succeeded");
  });
});

describe("an operator of an API of commands", () => {
  it("has a function that may send to the queue, and keep and read statuses", () => {
    const policy = JSON.parse(String(resource("aws:iam/rolePolicy:RolePolicy", "shop-policy")?.policy));
    const actions = policy.Statement.flatMap(({ Action }: { Action: string | string[] }) => Action);
    expect([...new Set(actions)].sort()).toEqual([
      "dynamodb:BatchGetItem",
      "dynamodb:GetItem",
      "dynamodb:PutItem",
      "dynamodb:UpdateItem",
      "logs:CreateLogStream",
      "logs:PutLogEvents",
      "sqs:SendMessage",
      "xray:PutTelemetryRecords",
      "xray:PutTraceSegments",
    ]);
  });

  it("has a document in which clients read what is answered", () => {
    const document = JSON.parse(output("openApi"));
    expect(document.paths["/orders"].post).toMatchObject({
      operationId: "placeOrder",
      summary: "Places an order",
      responses: { 202: {}, 400: {}, 404: {}, 413: {}, 422: {}, 503: {} },
    });
    expect(document.paths["/commands/{commandId}"].get.operationId).toBe("getCommand");
    expect(document.paths["/commands/{commandId}/cancel"].post.operationId).toBe("cancelCommand");
  });
});
