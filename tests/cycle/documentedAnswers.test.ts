// Whatever a client sends: the answer is one that the API's document names, no failure of the server's, and right by the schemas that it states.
import { join } from "node:path";
import { type EvaluatedProgram, Simulation } from "@respool/simulator";
import fc from "fast-check";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { unsoundPlace } from "../../handlers/commands/soundJson";
import { ApiDocument } from "../support/apiDocument";
import { brokenJson } from "../support/brokenJson";
import { schemaArbitrary } from "../support/schemaArbitrary";

let program: EvaluatedProgram;
let document: ApiDocument;
let simulation: Simulation;

beforeAll(async () => {
  const main = join(__dirname, "program", "documentedApi.ts");
  program = await new Simulation().deploy({ directory: process.cwd(), main });
  document = new ApiDocument(String(program.outputs.openDocument));
});

beforeEach(() => {
  simulation = new Simulation({ seed: 1 });
  simulation.redeploy(program);
});

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** @returns the answer, of which the document names everything */
function send({ method, path, body, headers = {} }: Sent) {
  const answer = simulation.http({
    method,
    url: `${program.outputs.openUrl}${path}`,
    headers,
    ...(body === undefined ? {} : { body }),
  });
  expect(document.undocumented(method, path, answer)).toEqual([]);
  expect(answer.status, String(answer.body)).toBeLessThan(500);
  return { status: answer.status, json: JSON.parse(String(answer.body)) };
}

const schemaAt = (pointer: string): unknown =>
  pointer
    .slice(2)
    .split("/")
    .reduce((found, name) => found[name], JSON.parse(document.text));

const bodies = () => schemaArbitrary({ $ref: "#/components/schemas/PlaceOrderRequest" }, schemaAt);

const place = (body: string, headers: Sent["headers"] = {}) => send({ method: "POST", path: "/orders", body, headers });

/** The first of an answer's pointers that leads to nothing: neither a value nor a place where one may be. */
function lost(value: unknown, pointers: readonly string[]): string | undefined {
  return pointers.find((pointer) => {
    const names = pointer
      .split("/")
      .slice(1, -1)
      .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
    const around = names.reduce<unknown>((found, name) => Object(found)[name], value);
    return pointer !== "" && (typeof around !== "object" || around === null);
  });
}

// What fails is made smaller for so long at most; the report has its seed and its path.
const runs = (numRuns: number) => ({ numRuns, interruptAfterTimeLimit: 60_000 });

describe("an API of commands", () => {
  it("accepts what fulfils the schema that its document states, and decides it", () => {
    fc.assert(
      fc.property(bodies(), (body) => {
        const { status, json } = place(JSON.stringify(body));
        expect([status, json]).toEqual([202, json]);
        simulation.runFor(30_000);
        const found = send({ method: "GET", path: `/commands/${json.id}` });
        expect(found).toMatchObject({ status: 200, json: { status: "succeeded", attempts: 1 } });
      }),
      runs(40),
    );
  });

  it("refuses what violates it, and says where", () => {
    fc.assert(
      fc.property(brokenJson(bodies()), (broken) => {
        const text = JSON.stringify(broken);
        const { status, json } = place(text);
        const parsed = JSON.parse(text);
        const violations = document.violations("/components/schemas/PlaceOrderRequest", parsed);
        if (violations.length === 0 && unsoundPlace(parsed) === undefined) {
          expect([202, 404]).toContain(status);
          return;
        }
        expect([status, json]).toEqual([400, json]);
        const pointers = json.errors.map(({ pointer }: { readonly pointer: string }) => pointer);
        expect(pointers.length).toBeGreaterThan(0);
        expect(lost(parsed, pointers)).toBeUndefined();
      }),
      runs(150),
    );
  });

  const types = ["application/json", "application/json; charset=utf-8", "text/plain", "application/xml", "", "x"];
  const key = fc.oneof(fc.string({ maxLength: 300 }), fc.constantFrom("k1", "k2"));
  const id = fc
    .oneof(
      fc.constantFrom(
        "0199e8a4-0000-7000-8000-000000000001",
        "9783161484100",
        "%",
        "%E0%A4%A",
        "%00",
        "%2F",
        "__proto__",
        "constructor",
      ),
      fc.string({ minLength: 1, maxLength: 40 }).map(encodeURIComponent),
    )
    .filter((part) => part !== "." && part !== "..");
  const operations = fc.tuple(
    fc.constantFrom(
      ["POST", "/orders"],
      ["PUT", "/orders/{1}/items/{2}"],
      ["DELETE", "/orders/{1}"],
      ["GET", "/commands/{1}"],
      ["POST", "/commands/{1}/cancel"],
    ),
    id,
    id,
  );
  const anyBody = fc.oneof(
    fc.string(),
    fc.json(),
    fc.constantFrom(
      "",
      "{}",
      "[]",
      "null",
      '{"copies":1}',
      '{"__proto__":{"copies":1}}',
      "\ufeff{}",
      "x".repeat(66_000),
      "[".repeat(30_000) + "]".repeat(30_000),
      `{"copies":${"[".repeat(30_000)}${"]".repeat(30_000)}}`,
    ),
  );

  it("answers whatever is sent to its operations as it says", () => {
    fc.assert(
      fc.property(
        operations,
        anyBody,
        fc.constantFrom(...types),
        fc.option(key),
        ([[method = "", template = ""], one, two], body, type, idempotencyKey) => {
          const headers = {
            ...(type === "" ? {} : { "content-type": type }),
            ...(idempotencyKey === null ? {} : { "idempotency-key": idempotencyKey }),
          };
          send({ method, path: template.replace("{1}", () => one).replace("{2}", () => two), body, headers });
        },
      ),
      runs(250),
    );
  });
});
