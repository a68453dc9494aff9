// Orders of the bookshop, from the API or the desk to the receipt: their status tells the truth through failure, parking and redrive.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { AwsError, type Call, type CallFault, type EvaluatedProgram, Simulation } from "@respool/simulator";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Bookshop, neighbours, placeOrder } from "../support/bookshop";

/** The SDK's own. */
const triesOfOneAttempt = 3;
const directory = join(__dirname, "../..");
let program: EvaluatedProgram;
let shop: Bookshop;

beforeAll(async () => {
  program = await new Simulation().deploy({ directory, config: neighbours });
}, 120_000);

beforeEach(() => {
  shop = new Bookshop(program);
});

/** The desk has its answer when its function has ended; by then somebody has begun. */
const channels = [
  { who: "a customer", order: () => shop.order(), begins: "accepted" },
  { who: "the desk", order: () => shop.deskOrder("form-17"), begins: "running" },
];

describe.each(channels)("an order of $who", ({ order, begins }) => {
  it("is accepted, and has succeeded when stock and charge have; the receipt is mailed once", () => {
    const id = order();
    expect(shop.status(id)).toMatchObject({ id, name: "placeOrder", status: begins });
    shop.runFor(60);
    expect(shop.states(id)).toBe("succeeded: reserveStock succeeded, chargeCard succeeded");
    expect(shop.status(id)).toMatchObject({ attempts: 1, result: { orderId: id } });
    expect(shop.keys("/charges")).toEqual([id]);
    expect(shop.keys("/receipts")).toEqual([id]);
    expect(shop.keys("/reservations")).toHaveLength(1);
    expect(shop.keys("/documents")).toHaveLength(1);
    expect(shop.records()).toEqual([]);
  });

  it("runs, is parked while the payment provider is down, and succeeds by a redrive when it is back", () => {
    shop.answers.payments = 503;
    const id = order();
    expect(shop.status(id).status).toBe(begins);
    shop.runFor(3);
    expect(shop.states(id)).toBe("running: reserveStock succeeded, chargeCard running");
    shop.runFor(60);
    expect(shop.states(id)).toBe("parked: reserveStock succeeded, chargeCard parked");
    expect(shop.status(id)).toMatchObject({ parkedAt: expect.stringMatching(/Z$/) });
    expect(shop.status(id)).not.toHaveProperty("result");
    expect(shop.records()).toMatchObject([{ kind: "failed", source: "charge-card", input: { orderId: id } }]);

    shop.beginRedrive();
    shop.runFor(3);
    expect(shop.states(id)).toBe("running: reserveStock succeeded, chargeCard running");
    shop.runFor(60);
    expect(shop.states(id)).toBe("parked: reserveStock succeeded, chargeCard parked");

    shop.answers.payments = 200;
    expect(shop.redrive()).toMatchObject({ success: 1 });
    shop.runFor(60);
    expect(shop.states(id)).toBe("succeeded: reserveStock succeeded, chargeCard succeeded");
    expect(shop.keys("/charges")).toEqual([id]);
    expect(shop.keys("/receipts")).toEqual([id]);
    expect(shop.keys("/reservations")).toHaveLength(1);
    expect(shop.records()).toEqual([]);
  });

  it("is parked while the warehouse is down, and succeeds by a redrive when it is back", () => {
    const id = order();
    shop.answers.partners = 503;
    shop.runFor(3);
    expect(shop.states(id)).toBe("running: reserveStock running, chargeCard succeeded");
    shop.runFor(4 * 3_600);
    expect(shop.states(id)).toBe("parked: reserveStock parked, chargeCard succeeded");
    shop.answers.partners = 200;
    shop.redrive();
    shop.runFor(120);
    expect(shop.states(id)).toBe("succeeded: reserveStock succeeded, chargeCard succeeded");
    for (const path of ["/reservations", "/charges", "/receipts", "/documents"])
      expect([path, shop.keys(path).length]).toEqual([path, 1]);
    expect(shop.records()).toEqual([]);
  });
});

describe("the desk", () => {
  it.each(["README.md", "docs/guide/operating.md"])("takes an order as %s shows it", (page) => {
    const text = readFileSync(join(directory, page), "utf8");
    const [payload = "{}"] = [...text.matchAll(/--payload '(\{"key".+)'/g)].map(([, json = ""]) => json);
    const { id } = shop.invoke<{ id: string }>("orderDeskFunctionName", JSON.parse(payload));
    shop.runFor(60);
    expect(shop.states(id)).toBe("succeeded: reserveStock succeeded, chargeCard succeeded");
  });
});

describe("the API of orders", () => {
  it("tells of a book that is unknown, or costs something else, before anything is queued", () => {
    const ask = (data: object) => shop.ask("/orders", { method: "POST", body: { ...placeOrder, ...data } });
    expect(ask({ isbn: "unknown" })).toMatchObject({ status: 404, body: { title: "Book not found" } });
    expect(ask({ price: 19 })).toMatchObject({ status: 409, body: { detail: "A copy costs 20 now." } });
    expect(ask({ copies: 0 })).toMatchObject({ status: 400, body: { errors: [{ pointer: "/copies" }] } });
    expect(shop.simulation.events.all.filter(({ kind }) => kind.startsWith("sqs."))).toEqual([]);
  });

  it("is closed to whom AWS does not know", () => {
    expect(shop.ask("/orders", { method: "POST", body: placeOrder, signed: false })).toMatchObject({ status: 403 });
  });

  it("takes an order once for an Idempotency-Key, and so does the desk for a form", () => {
    const [first, again] = [shop.order(placeOrder, "k-1"), shop.order(placeOrder, "k-1")];
    expect(again).toBe(first);
    const [form, sameForm] = [shop.deskOrder("form-1"), shop.deskOrder("form-1")];
    expect(sameForm).toBe(form);
    shop.runFor(60);
    expect(shop.keys("/charges")).toHaveLength(2);
    expect([...shop.keys("/receipts")].sort()).toEqual([first, form].sort());
  });

  it("cancels an order that was placed, once", () => {
    const id = shop.order();
    shop.runFor(60);
    const cancel = () => {
      const { status, body } = shop.ask<{ id: string }>(`/orders/${id}`, { method: "DELETE" });
      expect(status).toBe(202);
      shop.runFor(60);
      return shop.status(body.id);
    };
    expect(cancel()).toMatchObject({ status: "succeeded", result: { orderId: id } });
    expect(cancel()).toMatchObject({ status: "failed", reason: { title: "The order cannot be cancelled" } });
    expect(shop.records()).toMatchObject([{ kind: "rejected", source: "orders", error: { name: "EffectRefused" } }]);
  });

  it("tells what is wrong with an order that the desk made up", () => {
    const id = shop.deskOrder("form-2", { ...placeOrder, copies: 1_000 });
    shop.runFor(60);
    expect(shop.status(id)).toMatchObject({ status: "failed", reason: { title: "The command's data is not valid" } });
    expect(shop.done).toEqual([]);
  });
});

describe("a charge that cannot tell of its order", () => {
  const isPutEvents = ({ service, action }: Call) => service === "events" && action === "PutEvents";
  const error = new AwsError("InternalException", "injected", 500);

  it.each<{ what: string; fault: CallFault; events: number }>([
    { what: "was refused by the bus", fault: { kind: "errorBefore", error }, events: 1 },
    { what: "never heard that the bus took it", fault: { kind: "errorAfter", error }, events: 4 },
    { what: "died when the bus had taken it", fault: { kind: "crashAfter" }, events: 2 },
  ])("and $what is tried again, and whoever does it goes by one key", ({ fault, events }) => {
    const times = fault.kind === "crashAfter" ? 1 : triesOfOneAttempt;
    shop.simulation.faults.intoCalls({ when: isPutEvents, fault, times });
    const id = shop.order();
    shop.runFor(60);
    expect(shop.states(id)).toBe("succeeded: reserveStock succeeded, chargeCard succeeded");
    expect(shop.keys("/charges")).toEqual([id, id]);
    expect(shop.keys("/receipts")).toEqual(Array.from({ length: events }, () => id));
  });

  it("waits in the spool where the bus goes on refusing", () => {
    const mended = shop.simulation.faults.intoCalls({
      when: isPutEvents,
      fault: { kind: "errorBefore", error },
      times: Number.POSITIVE_INFINITY,
    });
    const id = shop.order();
    shop.runFor(60);
    expect(shop.states(id)).toBe("parked: reserveStock succeeded, chargeCard parked");
    mended();
    shop.redrive();
    shop.runFor(60);
    expect(shop.states(id)).toBe("succeeded: reserveStock succeeded, chargeCard succeeded");
    expect(new Set(shop.keys("/charges"))).toEqual(new Set([id]));
    expect(shop.keys("/receipts")).toEqual([id]);
  });
});
