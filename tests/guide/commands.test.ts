// The programs of docs/guide/commands.md: they are what the guide shows, and do what it says.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type EvaluatedProgram, listen, Simulation } from "@respool/simulator";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { CommandStatus, CommandTarget } from "../../components";
import { commandsThatFailed } from "../../components/queries";
import { CommandShop, told } from "./commandShop";
import { importOrders } from "./program/importOrders";
import type { Order, OrderCommands } from "./program/shopCommands";

const guide = readFileSync(join(__dirname, "../../docs/guide/commands.md"), "utf8");
const directory = join(__dirname, "program");

it.each(["firstCommand.ts", "shopCommands.ts", "importOrders.ts"])("shows %s as it was tried", (file) => {
  const text = readFileSync(join(directory, file), "utf8");
  const shown = text
    .slice(text.indexOf("\n") + 1)
    .replace('"../../../components"', '"respool"')
    .replace('"../../../handlers/commands/sendCommand"', '"respool/sendCommand"');
  expect(guide).toContain(`\`\`\`ts\n${shown}\`\`\`\n`);
});

/** The answers that the guide shows. */
const answers = [...guide.matchAll(/```json\n(.*?)```/gs)].map(([, text = ""]): unknown => JSON.parse(text));

/** What is another one each time. */
function withoutChance(value: unknown): unknown {
  const text = JSON.stringify(value)
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "<id>")
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "<time>");
  return JSON.parse(text);
}

describe("the first command", () => {
  let program: EvaluatedProgram;
  let shop: CommandShop;
  beforeAll(async () => {
    program = await new Simulation().deploy({ directory, main: join(directory, "firstCommand.ts") });
  });
  beforeEach(() => {
    shop = new CommandShop(program);
  });

  const path = "/customers/ada/address";
  const change = (street: string, key = "change-1") =>
    shop.ask("apiUrl", "PUT", path, { body: { street }, headers: { "idempotency-key": key } });
  const statusOf = (id: unknown) => shop.ask("apiUrl", "GET", `/commands/${id}`).json as unknown as CommandStatus;

  it("is accepted, decided, and told, as the guide shows", () => {
    const accepted = change("1 Main Street");
    expect([accepted.status, accepted.headers["retry-after"]]).toEqual([202, "5"]);
    expect(accepted.headers.location).toBe(`/v1/commands/${accepted.json.id}`);
    expect(answers.map(withoutChance)).toContainEqual(withoutChance(accepted.json));
    shop.run(10);
    const done = shop.ask("apiUrl", "GET", String(accepted.headers.location));
    expect(answers.map(withoutChance)).toContainEqual(withoutChance(done.json));
    expect(shop.keys.get("crm")).toEqual([accepted.json.id]);
  });

  it("goes to its own customer, whatever the customer's name", () => {
    const { id } = shop.ask("apiUrl", "PUT", "/customers/ada%2F..%2Fbob/address", { body: { street: "1" } }).json;
    shop.run(10);
    expect(statusOf(id).status).toBe("succeeded");
    expect(shop.paths).toEqual(["/customers/ada%2F..%2Fbob"]);
  });

  it("is refused with the place that is wrong, as the guide shows", () => {
    const refused = change("");
    expect(refused.status).toBe(400);
    expect(answers.map(withoutChance)).toContainEqual(withoutChance(refused.json));
  });

  it("has one answer for one key, whatever became of it, and 422 for other data", () => {
    const first = change("1 Main Street");
    shop.run(10);
    const second = change("1 Main Street");
    expect([second.status, second.json]).toEqual([202, first.json]);
    expect(change("2 Main Street").status).toBe(422);
    expect(change("2 Main Street", "change-2").json.id).not.toBe(first.json.id);
    shop.run(10);
    expect(shop.keys.get("crm")).toHaveLength(2);
  });

  it("is cancelled before it has begun, and not after", () => {
    const cancel = (id: unknown) => shop.ask("apiUrl", "POST", `/commands/${id}/cancel`);
    const { id } = change("1 Main Street").json;
    expect(cancel(id)).toMatchObject({ status: 200, json: { status: "cancelled" } });
    shop.run(10);
    expect(shop.keys.size).toBe(0);
    expect(change("1 Main Street")).toMatchObject({ status: 202, json: { id, status: "accepted" } });
    shop.run(10);
    expect(statusOf(id).status).toBe("cancelled");
    const other = change("1 Main Street", "change-2").json;
    shop.run(10);
    expect(cancel(other.id).status).toBe(409);
  });

  it("is tried five times in twelve minutes, parked, and redriven with the same key", () => {
    shop.status.set("crm", 503);
    const { id } = change("1 Main Street").json;
    shop.run(11 * 60);
    expect(statusOf(id)).toMatchObject({ status: "running", attempts: 4 });
    const cancel = () => shop.ask("apiUrl", "POST", `/commands/${id}/cancel`).status;
    expect(cancel()).toBe(409);
    shop.run(2 * 60);
    const parked = shop.ask("apiUrl", "GET", `/commands/${id}`);
    expect(parked).toMatchObject({ json: { status: "parked", attempts: 5 }, headers: { "retry-after": "60" } });
    expect(cancel()).toBe(409);
    shop.status.set("crm", 200);
    expect(shop.redrive()).toMatchObject({ success: 1, remaining: 0 });
    expect(statusOf(id)).toMatchObject({ status: "succeeded", attempts: 6 });
    expect(new Set(shop.keys.get("crm"))).toEqual(new Set([id]));
  });
});

describe("the shop", () => {
  let program: EvaluatedProgram;
  let shop: CommandShop;
  beforeAll(async () => {
    program = await new Simulation().deploy({ directory, main: join(directory, "shopCommands.ts") });
  });
  beforeEach(() => {
    shop = new CommandShop(program);
    const Item = { isbn: { S: "978-3" } };
    shop.simulation.call("dynamodb", "PutItem", { TableName: shop.output("booksTable"), Item });
  });
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  const order: Order = { isbn: "978-3", copies: 2, card: "4242" };
  const place = (token = "customer-ada", body = order) => shop.ask("shopUrl", "POST", "/orders", { body, token });
  const statusOf = (id: unknown) => shop.ask("adminUrl", "GET", `/commands/${id}`).json as unknown as CommandStatus;

  it("follows an order to its receipt, with one row and one key for each effect", () => {
    const { id } = place().json;
    shop.run(30);
    const status = statusOf(id);
    expect(told(status)).toEqual({ status: "succeeded", steps: ["chargeCard succeeded"] });
    expect(shop.item("ordersTable", { orderId: String(id) })).toMatchObject({
      copies: "2",
      placedAt: status.acceptedAt,
    });
    const charge = statusOf(status.steps?.[0]?.id);
    expect(charge).toMatchObject({ progress: 0.9, message: "charged", result: { charged: 40 } });
    expect(told(charge).steps).toEqual(["sendReceipt succeeded"]);
    expect(Object.fromEntries(shop.keys)).toEqual({ payments: [charge.id], mail: [id] });
  });

  it("answers 404 to a book that nobody sells, and queues nothing", () => {
    const answer = place("customer-ada", { ...order, isbn: "0" });
    expect(answer).toMatchObject({ status: 404, json: { title: "Book not found", detail: "We do not sell it." } });
    expect(shop.simulation.events.all.filter(({ kind }) => kind.startsWith("sqs."))).toEqual([]);
  });

  it("lets customers see their own orders, admins all, and strangers none", () => {
    const { id } = place().json;
    const seen = (token: string) => shop.ask("shopUrl", "GET", `/commands/${id}`, { token }).status;
    expect([seen("customer-ada"), seen("customer-bob"), seen("stranger")]).toEqual([200, 404, 401]);
    expect(statusOf(id).status).toBe("accepted");
  });

  it("has an effect or a success, never one of them", () => {
    const { id } = shop.ask("adminUrl", "POST", "/orders/none/shipment").json;
    const placed = place().json.id;
    shop.run(30);
    expect(statusOf(id)).toMatchObject({ status: "failed", reason: { title: "There is no such order" } });
    expect(shop.item("ordersTable", { orderId: "none" })).toBeUndefined();
    const shipped = shop.ask("adminUrl", "POST", `/orders/${placed}/shipment`).json;
    shop.run(30);
    expect(statusOf(shipped.id).status).toBe("succeeded");
    expect(shop.item("ordersTable", { orderId: String(placed) })).toHaveProperty("shippedAt", shipped.acceptedAt);
  });

  it("decides commands of one row at once, in a batch, without an attempt more", () => {
    const { id } = place().json;
    shop.run(30);
    const time = new Date(shop.simulation.clock.now).toISOString();
    const shipped = Array.from({ length: 10 }, (_, n) => `0199e8a4-0000-7000-8000-00000000000${n}`);
    shop.simulation.call("sqs", "SendMessageBatch", {
      QueueUrl: shop.output<CommandTarget>("ordersTarget").queueUrl,
      Entries: shipped.map((command) => ({
        Id: command,
        MessageBody: JSON.stringify({ respoolCommand: 1, id: command, name: "shipOrder", time, data: { orderId: id } }),
      })),
    });
    shop.run(60);
    expect(shipped.map(statusOf)).toMatchObject(shipped.map(() => ({ status: "succeeded", attempts: 1 })));
  });

  it("ends an order whose card is declined at once, and a person may restore it", () => {
    shop.status.set("payments", 402);
    const { id } = place().json;
    shop.run(30);
    expect(told(statusOf(id))).toEqual({
      status: "failed",
      reason: {
        type: "urn:problem:CardDeclinedError",
        title: "Card declined",
        detail: "The bank refused the card.",
      },
      steps: ["chargeCard failed"],
    });
    expect(shop.keys.get("payments")).toHaveLength(1);

    shop.status.set("payments", 200);
    expect(shop.redrive()).toMatchObject({ success: 0, skipped: 1, remaining: 1 });
    const work = statusOf(id).steps?.[0]?.id;
    const request = { includeRejected: true, filter: { id: work } };
    expect(shop.redrive({ ...request, dryRun: true })).toMatchObject({
      planned: [{ work, action: "start", error: { name: "CardDeclinedError" } }],
    });
    expect(shop.redrive(request)).toMatchObject({ success: 1, remaining: 0 });
    expect(told(statusOf(id))).toEqual({ status: "succeeded", steps: ["chargeCard succeeded"] });
    expect(shop.keys.get("payments")).toEqual([work, work]);
  });

  it("tells an order parked while its receipt waits: a task has no failure that is for good", () => {
    shop.status.set("mail", 402);
    const { id } = place().json;
    shop.run(60);
    expect(told(statusOf(id))).toEqual({ status: "parked", steps: ["chargeCard parked"] });
    shop.status.set("mail", 200);
    shop.redrive();
    expect(statusOf(id).status).toBe("succeeded");
    expect(shop.keys.get("payments")).toHaveLength(1);
  });

  it("imports orders once, however often the batch runs", async () => {
    const listener = await listen(shop.simulation);
    vi.stubEnv("AWS_ENDPOINT_URL", listener.url);
    vi.stubEnv("AWS_REGION", shop.simulation.region);
    vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIA");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
    const known = shop.output<CommandTarget<OrderCommands>>("ordersTarget");
    // The SDK goes where a queue's URL leads.
    const target = { ...known, queueUrl: `${listener.url}${new URL(known.queueUrl).pathname}` };
    const batch = new Map([17, 18].map((number) => [`${number}`, order]));
    const first = await importOrders(target, batch);
    expect(await importOrders(target, batch)).toEqual(first);
    await expect(importOrders(target, new Map([["17", { ...order, copies: 3 }]]))).rejects.toThrow("other data");
    await listener.close();
    shop.run(60);
    expect([...first.values()].map((id) => statusOf(id).status)).toEqual(["succeeded", "succeeded"]);
    expect(shop.keys.get("payments")).toHaveLength(2);
  });

  it("has duration and failures of each command in its metrics, and lists what failed by id", () => {
    shop.status.set("payments", 402);
    const { id } = place().json;
    shop.run(30);
    expect(shop.counted("CommandDuration", "orders", "placeOrder")).toBe(1);
    expect(shop.counted("CommandDuration", "payments", "chargeCard")).toBe(1);
    expect(shop.counted("CommandsRejected", "payments", "chargeCard")).toBe(1);
    const { queryId } = shop.simulation.call<{ queryId: string }>("logs", "StartQuery", {
      logGroupNames: ["/aws/lambda/guide-dev-payments"],
      startTime: 0,
      endTime: Math.ceil(shop.simulation.clock.now / 1000),
      queryString: commandsThatFailed(),
    });
    shop.run(5);
    const { results } = shop.simulation.call<{ results: { field: string; value: string }[][] }>(
      "logs",
      "GetQueryResults",
      { queryId },
    );
    const rows = results.map((row) => Object.fromEntries(row.map(({ field, value }) => [field, value])));
    expect(rows).toMatchObject([
      { work_id: statusOf(id).steps?.[0]?.id, command_name: "chargeCard", outcome: "rejected", said: "declined" },
    ]);
  });

  it("is configured as any function and queue", () => {
    const inputs = (type: string, name: string) =>
      program.resources.find((one) => one.type === type && one.name === name)?.inputs;
    expect(inputs("aws:lambda/function:Function", "payments")).toMatchObject({ memorySize: 512, timeout: 20 });
    expect(inputs("aws:lambda/eventSourceMapping:EventSourceMapping", "payments-mapping")).toMatchObject({
      scalingConfig: { maximumConcurrency: 5 },
    });
    const alarms = program.resources.filter(({ type }) => type === "aws:cloudwatch/metricAlarm:MetricAlarm");
    const named = alarms.map(({ name }) => name).filter((name) => name.startsWith("payments-"));
    expect(named.sort()).toEqual(["payments-age", "payments-errors"]);
    expect(alarms.find(({ name }) => name === "payments-age")?.inputs).toMatchObject({ threshold: 600 });
  });
});
