// Orders that are made of a seed.
import { describe, expect, it } from "vitest";
import { generateOrders } from "../../../demo/generatedOrders";
import { parseOrders } from "../../../demo/orders";
import { CLEAN_OUTAGE, planScenario } from "../../../demo/plan";
import { OPENS_AT } from "./builders";

describe("generateOrders", () => {
  it("makes orders that an input file could hold, in order of time", () => {
    const made = generateOrders(7, 40, 2000);
    const { orders, badLines } = parseOrders(made.map((order) => JSON.stringify(order)).join("\n"));
    expect(badLines).toEqual([]);
    expect(orders).toEqual(made);
    expect(made.map(({ at }) => at)).toEqual(made.map(({ at }) => at).sort((left, right) => left - right));
  });

  it("makes the same of one seed, and others of another", () => {
    expect(generateOrders(1, 4, 20)).toEqual(generateOrders(1, 4, 20));
    expect(generateOrders(2, 4, 20)).not.toEqual(generateOrders(1, 4, 20));
  });

  it("has 2,000 come in during the outage, and 40 before it", () => {
    const made = generateOrders(3, 40, 2000);
    const { maintenanceFrom, maintenanceUntil } = planScenario(made, OPENS_AT, CLEAN_OUTAGE);
    const times = made.map(({ at }) => OPENS_AT + at * 1000);
    expect(times.filter((at) => at < maintenanceFrom)).toHaveLength(40);
    expect(times.filter((at) => at >= maintenanceFrom && at <= maintenanceUntil)).toHaveLength(2000);
  });
});
