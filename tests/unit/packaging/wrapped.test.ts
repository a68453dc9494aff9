// Handlers in their middleware as they are packaged, in the simulator: with the runtime's own AWS SDK, and DynamoDB behind it.
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { type EvaluatedProgram, type JsonObject, Simulation } from "@respool/simulator";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";

const order = { orderId: "order-1", customer: "Nora Berg", amount: 12.5, currency: "EUR" };
const event = {
  id: "6f87d04b-9f74-4f04-a780-7acf4b0a9b38",
  "detail-type": "OrderPlaced",
  source: "bookshop",
  account: "123456789012",
  time: "2026-11-20T10:00:00Z",
  detail: { ...order, correlationId: "visit-7" },
};

let program: EvaluatedProgram;
let simulation: Simulation;
/** What the dependencies did: host, path and idempotency key. */
let effects: string[];
let down: boolean;

beforeAll(async () => {
  const main = join(__dirname, "programs", "wrapped.ts");
  program = await new Simulation().deploy({ directory: process.cwd(), main });
});

beforeEach(() => {
  simulation = new Simulation({ seed: 1 });
  simulation.redeploy(program);
  effects = [];
  down = false;
  for (const host of ["mail.example", "warehouse.example", "search.example", "audit.example"]) {
    simulation.internet.register(host, ({ url, headers }, reply) => {
      if (!down) effects.push(`${host}${url.pathname} ${headers["idempotency-key"]}`);
      reply({ status: down ? 503 : 200, body: "{}" });
    });
  }
});

interface InvokeOutput {
  readonly FunctionError?: string;
  readonly Payload: string;
}

function invoke(name: string, payload: object, more: JsonObject = {}) {
  const output = simulation.call<InvokeOutput>("lambda", "Invoke", {
    FunctionName: (program.outputs.names as Record<string, string>)[name] ?? name,
    Payload: JSON.stringify(payload),
    ...more,
  });
  return { error: output.FunctionError, payload: JSON.parse(output.Payload) as unknown };
}

it("x", () => {
  console.log(invoke("sendReceipt", event));
  console.log(invoke("sendReceipt", event));
  console.log(effects);
  for (const r of program.resources.filter((r) => r.type.includes("function:Function"))) {
    console.log(r.name, Object.entries(r.inputs.code as object).map(([n, t]) => [n, JSON.stringify(t).length, gzipSync(JSON.stringify(t)).length]));
  }
  for (const e of simulation.events.all.slice(0,12)) console.log(JSON.stringify(e).slice(0,600)); const g = program.resources.find((r) => r.type.includes("logGroup") && r.name.startsWith("send")); console.log(g?.inputs.name, simulation.logs.lines(String(g?.inputs.name)).map((l) => l.message));
});
