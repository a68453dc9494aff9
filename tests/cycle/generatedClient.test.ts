// A client that others would generate from an API's document talks to the API over loopback; every answer is one that the document names.
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AwsError, type Call, type EvaluatedProgram, type Listener, listen, Simulation } from "@respool/simulator";
import { Validator } from "@seriousme/openapi-schema-validator";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ApiDocument } from "../support/apiDocument";
import { type CompiledClient, generatedClient } from "../support/generatedClient";
import { signingFetch } from "../support/signingFetch";
import { typedUse, wrongUses } from "../support/typedClientUse";

/** What `typedUse` makes of the generated client. */
interface Shop {
  order(order: object, key?: string): Promise<Answer>;
  change(orderId: string, isbn: string, copies: number): Promise<Answer>;
  withdraw(orderId: string): Promise<Answer>;
  cancel(commandId: string): Promise<object>;
  follow(commandId: string): Promise<object>;
}

interface Answer {
  readonly status: number;
  readonly id: string;
  readonly pointers?: readonly string[];
}

type MakeShop = (baseUrl: string, fetch: typeof globalThis.fetch, wait: (seconds: number) => void) => Shop;

const folder = mkdtempSync(join(tmpdir(), "generated-client-"));
let program: EvaluatedProgram;
let client: CompiledClient;
let makeShop: MakeShop;

beforeAll(async () => {
  const main = join(__dirname, "program", "documentedApi.ts");
  program = await new Simulation().deploy({ directory: process.cwd(), main });
  client = await generatedClient(folder, output("openDocument"), { "use.ts": typedUse, "wrong.ts": wrongUses });
  const used: { readonly shop: MakeShop } = createRequire(__filename)(join(client.folder, "use.js"));
  makeShop = used.shop;
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const output = (name: string) => String(program.outputs[name]);

let simulation: Simulation;
let listener: Listener;
const undocumented: string[] = [];

beforeEach(async () => {
  simulation = new Simulation({ seed: 1 });
  simulation.redeploy(program);
  listener = await listen(simulation);
  undocumented.splice(0);
});

afterEach(async () => {
  await listener.close();
  expect(undocumented).toEqual([]);
});

/** One of the program's APIs, over loopback. */
function shop(name: "open" | "signed", send: (request: Request) => Promise<Response> = fetch): Shop {
  const { host, pathname } = new URL(output(`${name}Url`));
  const baseUrl = `${listener.url}/_aws/execute-api/${host.split(".")[0]}${pathname}`;
  const document = new ApiDocument(output(`${name}Document`));
  const checked = async (input: string | URL | Request, init?: RequestInit) => {
    const request = new Request(input, init);
    const answer = await send(request);
    undocumented.push(
      ...document.undocumented(request.method, request.url.slice(baseUrl.length), {
        status: answer.status,
        headers: Object.fromEntries(answer.headers),
        body: await answer.clone().text(),
      }),
    );
    return answer;
  };
  return makeShop(baseUrl, checked, (seconds) => simulation.runFor(seconds * 1_000));
}

const isbn = "9783161484100";
const order = {
  customer: {
    name: "Kim",
    email: "kim@example.com",
    addresses: [{ street: "Main 1", city: "Bern", country: "CH" }],
  },
  items: [{ isbn, copies: 2, note: null }],
  delivery: { kind: "express", by: "2026-11-20" },
  discount: 0.25,
  // JSON that SQS refuses, where nobody escapes it.
  labels: { gift: "\ufffe\uffff" },
};
const orderOf = (...isbns: string[]) => ({ ...order, items: isbns.map((each) => ({ isbn: each, copies: 1 })) });

describe("the documents of an API of commands", () => {
  it("are valid OpenAPI, 3.1 for readers and 3.0 for API Gateway", async () => {
    const bodies = program.resources.filter(({ type }) => type === "aws:apigateway/restApi:RestApi");
    const texts = [
      output("openDocument"),
      output("signedDocument"),
      ...bodies.map(({ inputs }) => String(inputs.body)),
    ];
    const validated = texts.map(async (text) => {
      const document = JSON.parse(text);
      return [document.openapi, await new Validator().validate(document)];
    });
    expect(await Promise.all(validated)).toMatchObject([
      ["3.1.0", { valid: true }],
      ["3.1.0", { valid: true }],
      ["3.0.3", { valid: true }],
      ["3.0.3", { valid: true }],
    ]);
  });

  it("make a client whose types are what the program's schemas say", () => {
    const wanted = wrongUses.split("\n").flatMap((line, index) => {
      const code = /\/\/ (\d+)$/.exec(line)?.[1];
      return code === undefined ? [] : [{ file: "wrong.ts", line: index + 1, code: Number(code) }];
    });
    expect(client.errors.map(({ file, line, code }) => ({ file, line, code }))).toEqual(wanted);
  });
});

describe("a generated client", () => {
  it("is told that a command is accepted, and what became of it", async () => {
    const { order: ask, follow } = shop("open");
    const accepted = await ask(order);
    expect(accepted).toMatchObject({ status: 202, state: "accepted", location: `/v1/commands/${accepted.id}` });
    expect(await follow(accepted.id)).toEqual({
      states: ["accepted", "succeeded"],
      attempts: 1,
      progress: 0.5,
      message: "Reserving",
      result: { orderId: accepted.id, copies: 2 },
      steps: ["reserveStock succeeded"],
    });
  });

  it("is told why a command failed, and that one waits", async () => {
    const { order: ask, follow } = shop("open");
    const [failed, parked] = [await ask(orderOf("9780000000404")), await ask(orderOf("9780000000503"))];
    expect(await follow(failed.id)).toMatchObject({ states: ["accepted", "failed"], reason: "Sold out" });
    expect(await follow(parked.id)).toMatchObject({ states: ["running", "parked"] });
  });

  it("says in the path what a command is about", async () => {
    const { change, withdraw, follow } = shop("open");
    const orderId = "0199e8a4-0000-7000-8000-000000000001";
    for (const accepted of [await change(orderId, isbn, 3), await withdraw(orderId)]) {
      expect(accepted.status).toBe(202);
      expect(await follow(accepted.id)).toMatchObject({ result: { changed: orderId } });
    }
    expect(await change(orderId, "978/3", 100)).toMatchObject({ status: 400, pointers: ["/copies", "/isbn"] });
  });

  it("is told each place where the data is wrong", async () => {
    const items = [{ isbn, copies: 1 }, { isbn: "1", copies: 2.5 }, { isbn }];
    const refused = await shop("open").order({ ...order, items, discount: 1, labels: { Gift: "" }, "a/b": 1 });
    expect(refused).toMatchObject({
      status: 400,
      retryable: false,
      pointers: [
        "/a~1b",
        "/discount",
        "/items/1/copies",
        "/items/1/isbn",
        "/items/2/copies",
        "/labels/Gift",
        "/labels/Gift",
        "/labels/Gift",
      ],
    });
  });

  it("is told what does not exist", async () => {
    const { order: ask, follow, cancel } = shop("open");
    expect(await ask(orderOf("9791234567896"))).toMatchObject({ status: 404, title: "Book not found" });
    const unknown = { status: 404, title: "Not Found", retryable: false };
    expect(await follow("0199e8a4-0000-7000-8000-000000000001")).toMatchObject(unknown);
    expect(await follow("no id")).toMatchObject(unknown);
    expect(await cancel("0199e8a4-0000-7000-8000-000000000001")).toMatchObject(unknown);
  });

  it("cancels what has not begun, and nothing else", async () => {
    const { order: ask, follow, cancel } = shop("open");
    const { id } = await ask(order);
    expect(await cancel(id)).toEqual({ status: 200, state: "cancelled" });
    expect(await follow(id)).toMatchObject({ states: ["cancelled"], attempts: 0 });
    const other = await ask(order);
    await follow(other.id);
    expect(await cancel(other.id)).toMatchObject({ status: 409, title: "Conflict" });
  });

  it("is told that a body is too large", async () => {
    const extras = "x".repeat(70_000);
    expect(await shop("open").order({ ...order, extras })).toMatchObject({ status: 413, title: "Content Too Large" });
  });

  it("is told that it may try again where the server failed", async () => {
    const { order: ask, follow } = shop("open");
    const when = ({ action }: Call) => action === "SendMessage";
    const error = new AwsError("InternalServerError", "secret", 500);
    for (const [fault, status] of [
      [{ kind: "errorBefore", error }, 503] as const,
      [{ kind: "crashAfter" }, 500] as const,
    ]) {
      const stop = simulation.faults.intoCalls({ when, fault, times: 5 });
      expect(await ask(order, "k1")).toMatchObject({ status, retryable: true });
      stop();
    }
    const accepted = await ask(order, "k1");
    expect(await follow(accepted.id)).toMatchObject({ states: ["accepted", "succeeded"], attempts: 1 });
  });

  it("has a command done once by its Idempotency-Key, and may not use it for another", async () => {
    const { order: ask, follow } = shop("open");
    const first = await ask(order, "k1");
    await follow(first.id);
    expect(await ask(order, "k1")).toEqual(first);
    expect(await ask(orderOf(isbn), "k1")).toMatchObject({ status: 422, title: "Unprocessable Content" });
    expect(await follow(first.id)).toMatchObject({ states: ["succeeded"], attempts: 1 });
    expect(await ask(order, "two words")).toMatchObject({ status: 400, pointers: [] });
  });
});

describe("a generated client of an API for AWS identities", () => {
  it("is let in with a signature", async () => {
    const { order: ask, follow, cancel } = shop("signed", signingFetch);
    const { id } = await ask(order, "k1");
    expect(await ask(order, "k1")).toMatchObject({ status: 202, id });
    expect(await follow(id)).toMatchObject({ states: ["accepted", "succeeded"] });
    expect(await cancel(id)).toMatchObject({ status: 409 });
  });

  it("is refused without one, whatever it asks for", async () => {
    const { order: ask, change, withdraw, follow, cancel } = shop("signed");
    const { id } = await shop("signed", signingFetch).order(order);
    const answers = [ask(order), change(id, isbn, 1), withdraw(id), follow(id), cancel(id)];
    for (const answer of answers) {
      expect(await answer).toMatchObject({ status: 403, title: "Forbidden", retryable: false });
    }
    expect(await shop("signed", signingFetch).cancel(id)).toEqual({ status: 200, state: "cancelled" });
  });
});
