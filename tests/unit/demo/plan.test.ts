// When the provider goes away, whatever the orders are.
import { describe, expect, it } from "vitest";
import { CLEAN_OUTAGE, planScenario, SHAKY_OUTAGE } from "../../../demo/plan";
import { OPENS_AT, order, orders } from "./builders";

const MINUTE = 60_000;

describe("planScenario", () => {
  it.each([
    ["one order", [order(1, 0)]],
    ["all at once", orders(50, 1)],
    ["two hours", orders(200, 7200)],
    ["a month", orders(30, 30 * 24 * 3600)],
  ])("takes the provider away for more than an hour, from an order on: %s", (_name, given) => {
    const { maintenanceFrom, maintenanceUntil } = planScenario(given, OPENS_AT, SHAKY_OUTAGE);
    expect(given.map((each) => OPENS_AT + each.at * 1000)).toContain(maintenanceFrom);
    expect(maintenanceUntil - maintenanceFrom).toBeGreaterThan(60 * MINUTE);
  });

  it("has it shaky before and afterwards, and then healthy", () => {
    const {
      health,
      maintenanceFrom: from,
      maintenanceUntil: until,
    } = planScenario(orders(200, 7200), OPENS_AT, SHAKY_OUTAGE);
    expect(health).toEqual([
      { at: OPENS_AT, health: "healthy" },
      { at: from - 8 * MINUTE, health: "shaky" },
      { at: from, health: "maintenance" },
      { at: until, health: "shaky" },
      { at: until + 10 * MINUTE, health: "healthy" },
    ]);
  });

  it("has it away for an hour, and healthy before and after, where the outage is clean", () => {
    const { health } = planScenario(orders(204, 3600), OPENS_AT, CLEAN_OUTAGE);
    const from = OPENS_AT + (orders(204, 3600)[4]?.at ?? 0) * 1000;
    expect(health).toEqual([
      { at: OPENS_AT, health: "healthy" },
      { at: from, health: "maintenance" },
      { at: from + 60 * MINUTE, health: "healthy" },
    ]);
  });

  it("does not depend on the order of the lines", () => {
    const given = orders(20, 600);
    expect(planScenario([...given].reverse(), OPENS_AT, SHAKY_OUTAGE)).toEqual(
      planScenario(given, OPENS_AT, SHAKY_OUTAGE),
    );
  });

  it("needs an order", () => {
    expect(() => planScenario([], OPENS_AT, SHAKY_OUTAGE)).toThrow("[orders] must hold at least one order, got none");
  });
});
