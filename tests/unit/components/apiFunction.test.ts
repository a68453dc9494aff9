// ApiFunction, as a program deploys it on the simulator and as its clients see it.
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { ApiFunctionArgs } from "../../../components/apiFunctionArgs";
import { checkHandlers } from "../../../components/apiHandlers";
import { type EvaluatedProgram, type HttpHost, type Principal, Simulation } from "../../../simulator";

const directory = join(__dirname, "..", "..", "..");
let program: EvaluatedProgram;

beforeAll(async () => {
  program = await new Simulation().deploy({ directory, main: join(__dirname, "programs", "bookApi.ts") });
}, 60_000);

const catalogue: HttpHost = ({ url }, reply) =>
  reply(
    url.pathname === "/books/7"
      ? { status: 200, body: '{"title":"Ulysses","price":12}' }
      : { status: 404, body: "secret" },
  );

function bookshop(host: HttpHost = catalogue) {
  const simulation = new Simulation();
  simulation.redeploy(program);
  simulation.internet.register("catalogue.example", host);
  return simulation;
}

const output = (name: string) => String(program.outputs[name]);
const resource = (type: string, name: string) =>
  program.resources.find((each) => each.type === type && each.name === name)?.inputs;

function get(simulation: Simulation, path: string, headers: Record<string, string> = {}) {
  const answer = simulation.http({ url: `${output("booksUrl")}${path}`, headers });
  return { status: answer.status, headers: answer.headers, json: JSON.parse(String(answer.body)) };
}

const counted = (simulation: Simulation, metric: string) => {
  const group = program.resources.find(({ type, name }) => type.endsWith(":LogGroup") && name === "books-logs");
  return simulation.logs
    .lines(String(group?.inputs.name))
    .filter(({ message }) => message.includes("_aws"))
    .reduce((sum, { message }) => sum + (JSON.parse(message)[metric] ?? 0), 0);
};

describe("a client of an API", () => {
  it("gets what the handler returns, and the ids to ask for it by", () => {
    const answer = get(bookshop(), "/books/7", { "x-correlation-id": "visit-1" });
    expect(answer).toMatchObject({ status: 200, json: { bookId: "7", title: "Ulysses", price: 12 } });
    expect(answer.headers).toMatchObject({ "x-correlation-id": "visit-1", "content-type": "application/json" });
    expect(answer.headers?.["x-request-id"]).toBe(answer.headers?.["x-amzn-requestid"]);
  });

  it("is told of its own error, and the function has not failed", () => {
    const simulation = bookshop();
    const { status, headers, json } = get(simulation, "/books/8");
    expect({ status, type: headers?.["content-type"] }).toEqual({ status: 404, type: "application/problem+json" });
    expect(json).toEqual({
      type: "urn:problem:BookNotFoundError",
      title: "Book not found",
      status: 404,
      detail: "There is no book with this id.",
      instance: `urn:uuid:${headers?.["x-request-id"]}`,
      retryable: false,
    });
    expect(headers).not.toHaveProperty("retry-after");
    expect(counted(simulation, "ClientError")).toBe(1);
    expect(counted(simulation, "Failure")).toBe(0);
    const faults = simulation.events.all.filter(({ kind, detail }) => kind === "xray.Segment" && detail.fault === true);
    expect(faults).toEqual([]);
  });

  it("is told nothing of a server error but when to try again, and the function has failed", () => {
    const simulation = bookshop((_request, reply) => reply({ status: 503, body: "database password is x" }));
    const { status, headers, json } = get(simulation, "/books/7");
    expect(status).toBe(500);
    expect(headers).toMatchObject({ "content-type": "application/problem+json", "retry-after": "10" });
    expect(json).toEqual({
      type: "about:blank",
      title: "Internal Server Error",
      status: 500,
      detail: "The request could not be completed. It may succeed later.",
      instance: `urn:uuid:${headers?.["x-request-id"]}`,
      retryable: true,
    });
    expect(counted(simulation, "ServerError")).toBe(1);
    const faults = simulation.events.all.filter(({ kind, detail }) => kind === "xray.Segment" && detail.fault === true);
    expect(faults.map(({ detail }) => detail.api ?? "function").sort()).toEqual([
      expect.stringMatching(/^books-.*\/v1$/),
      "function",
    ]);
  });

  it("is told the same when the function runs into its timeout, which is shorter than API Gateway's", () => {
    const simulation = bookshop(() => undefined);
    const begin = simulation.clock.now;
    expect(get(simulation, "/books/7")).toMatchObject({ status: 500, json: { retryable: true } });
    expect(simulation.clock.now - begin).toBeLessThan(27_000);
  });

  it("is told the same when Lambda does not start the function", () => {
    const simulation = bookshop();
    const FunctionName = String(resource("aws:lambda/permission:Permission", "books-permission")?.function);
    simulation.call("lambda", "PutFunctionConcurrency", { FunctionName, ReservedConcurrentExecutions: 0 });
    expect(get(simulation, "/books/7")).toMatchObject({ status: 500, json: { retryable: true } });
  });

  it("is asked for patience beyond the operation's throttling", () => {
    const simulation = bookshop();
    const answers = [1, 2, 3, 4].map(() => get(simulation, "/books?title=u"));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429]);
    expect(answers[3]).toMatchObject({ headers: { "retry-after": "1" }, json: { status: 429, retryable: true } });
  });

  it("is told which parameter is missing, and that there is no such operation", () => {
    const simulation = bookshop();
    expect(get(simulation, "/books")).toMatchObject({
      status: 400,
      json: { detail: "Missing required request parameters: [title]", retryable: false },
    });
    expect(get(simulation, "/nothing")).toMatchObject({ status: 404, json: { title: "Not Found", retryable: false } });
  });
});

describe("a client of an API for signed requests", () => {
  const order = (simulation: Simulation, body: object, principal?: Principal, headers: Record<string, string> = {}) => {
    const url = `${output("ordersUrl")}/orders`;
    const answer = simulation.http({ method: "POST", url, body: JSON.stringify(body), headers, principal });
    return { status: answer.status, json: JSON.parse(String(answer.body)) };
  };
  const operator = { kind: "operator" } as const;

  it("must sign, and be allowed to", () => {
    const simulation = bookshop();
    expect(order(simulation, { isbn: "1" })).toMatchObject({
      status: 403,
      json: { detail: "The request is not signed, or there is no such operation.", retryable: false },
    });
    expect(order(simulation, { isbn: "1" }, operator)).toEqual({ status: 201, json: { isbn: "1", placed: 1 } });
  });

  it("is told what is wrong with a body", () => {
    expect(order(bookshop(), { title: "x" }, operator)).toMatchObject({
      status: 400,
      json: { detail: '[object has missing required properties (["isbn"])]', retryable: false },
    });
  });

  it("has a request done once by its Idempotency-Key", () => {
    const simulation = bookshop();
    const placed = () => order(simulation, { isbn: "1" }, operator, { "idempotency-key": "k1" });
    expect([placed().json, placed().json]).toEqual([
      { isbn: "1", placed: 1 },
      { isbn: "1", placed: 1 },
    ]);
  });
});

describe("an operator of an API", () => {
  it("finds each request in the access log, with what API Gateway answered by itself", () => {
    const simulation = bookshop((_request, reply) => reply({ status: 503 }));
    const { headers } = get(simulation, "/books/7");
    get(simulation, "/books");
    const group = String(resource("aws:cloudwatch/logGroup:LogGroup", "books-access-log")?.name);
    expect(group).toBe("/aws/apigateway/respool-dev-books");
    const lines = simulation.logs.lines(group).map(({ message }) => JSON.parse(message));
    expect(lines).toMatchObject([
      {
        requestId: headers?.["x-request-id"],
        status: "500",
        resourcePath: "/books/{bookId}",
        responseType: "DEFAULT_5XX",
      },
      { status: "400", responseType: "BAD_REQUEST_PARAMETERS", functionRequestId: "-" },
    ]);
  });

  it("is alarmed by the share of server errors", () => {
    const simulation = bookshop((_request, reply) => reply({ status: 503 }));
    get(simulation, "/books/7");
    simulation.runFor(10 * 60_000);
    const states = [...simulation.metrics.alarmStates()].map(([name, state]) => [
      name.replace(/-[0-9a-f]{7}$/, ""),
      state,
    ]);
    expect(Object.fromEntries(states)).toMatchObject({ "books-server-errors": "ALARM", "books-latency": "OK" });
    expect(states.map(([name]) => name)).not.toContain("orders-latency");
    expect(states.map(([name]) => name)).toContain("orders-client-errors");
  });

  it("gives each function's permission to its own API and stage alone", () => {
    const permissions = program.resources.filter(({ type }) => type === "aws:lambda/permission:Permission");
    expect(permissions.map(({ name, inputs }) => [name, inputs.principal, inputs.sourceArn])).toEqual([
      ["books-permission", "apigateway.amazonaws.com", expect.stringMatching(/^arn:aws:execute-api:[^/]+\/v1\/\*$/)],
      ["orders-placeOrder-permission", "apigateway.amazonaws.com", expect.stringMatching(/\/v1\/\*$/)],
    ]);
  });

  it("has functions that are told of their own operations alone", () => {
    const told = (name: string) => {
      const environment = resource("aws:lambda/function:Function", name)?.environment as unknown as {
        variables: { RESPOOL_MIDDLEWARE: string };
      };
      return JSON.parse(environment.variables.RESPOOL_MIDDLEWARE);
    };
    expect(told("books")).toEqual({
      service: "books",
      source: "books",
      clientErrors: { BookNotFoundError: { status: 404, title: "Book not found" } },
      operations: { "GET /books/{bookId}": "getBook", "GET /books": "findBooks" },
    });
    expect(told("orders-placeOrder")).toMatchObject({
      service: "orders",
      operations: { "POST /orders": "placeOrder" },
      idempotency: { expiresAfterSeconds: 400 * 86_400 },
    });
  });

  it("sees the same in every run of one seed", () => {
    const run = () => {
      const simulation = bookshop();
      get(simulation, "/books/7");
      get(simulation, "/books");
      return simulation.events.hash();
    };
    expect(run()).toBe(run());
  });

  it("pays nothing for an idle API", () => {
    const simulation = bookshop();
    get(simulation, "/books/7");
    const { length } = simulation.events.all;
    simulation.runUntilQuiet();
    simulation.runFor(14 * 86_400_000);
    const later = simulation.events.all.slice(length).map(({ kind }) => kind);
    expect(later.filter((kind) => !kind.startsWith("cloudwatch."))).toEqual([]);
  });

  it("has a document for clients without API Gateway's extensions", () => {
    const text = output("booksOpenApi");
    expect(text).not.toContain("x-amazon");
    expect(JSON.parse(text)).toMatchObject({
      openapi: "3.1.0",
      info: { title: "books", version: "1.0.0" },
      servers: [{ url: output("booksUrl") }],
      paths: { "/books/{bookId}": { get: { operationId: "getBook", summary: "Reads a book" } } },
    });
  });
});

describe("the handlers of an API", () => {
  const callback = () => 1;
  const operation = { method: "GET", path: "/books", operationId: "findBooks" } as const;
  it.each<[ApiFunctionArgs, string]>([
    [
      { operations: [operation] },
      "[callback] or [callbackFactory] must be given, for the operations without one of their own: findBooks",
    ],
    [
      { operations: [{ ...operation, callback }], callback },
      "[callback] and [callbackFactory] must be left out where every operation has a handler of its own",
    ],
    [{ operations: [], callback }, "[operations] must be at least one operation, got []"],
  ])("are one for each operation", (args, message) => {
    expect(() => checkHandlers(args)).toThrow(new Error(message));
  });
});
