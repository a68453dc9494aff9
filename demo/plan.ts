// When the provider goes away and comes back, in simulated time.
import type { Order } from "./orders";
import type { ProviderHealth } from "./stage";

const MINUTE = 60_000;

/** How a provider goes away. Durations are in milliseconds. */
export interface Outage {
  /** The last minutes before the maintenance: first signs of trouble. */
  readonly signs: number;
  readonly maintenance: number;
  /** How long the provider needs, once it is back, to answer every call again. */
  readonly recovery: number;
  /** How many of the orders come in before the maintenance begins: a share, 0 to 1. */
  readonly shareBefore: number;
}

/** Of the scenario "orders". */
export const SHAKY_OUTAGE: Outage = {
  signs: 8 * MINUTE,
  maintenance: 72 * MINUTE,
  recovery: 10 * MINUTE,
  shareBefore: 0.3,
};

/** Of the scenario "maintenance": the provider is away, or it works. */
export const CLEAN_OUTAGE: Outage = { signs: 0, maintenance: 60 * MINUTE, recovery: 0, shareBefore: 40 / 2040 };

/** Times are simulated, in milliseconds since the epoch. */
export interface Plan {
  readonly opensAt: number;
  readonly maintenanceFrom: number;
  readonly maintenanceUntil: number;
  readonly lastOrderAt: number;
  /** Changes of the provider's health, in order; the first is at `opensAt`. */
  readonly health: readonly { readonly at: number; readonly health: ProviderHealth }[];
}

/**
 * Lays the maintenance over the orders, whatever time they span: it begins with one of them, so that at least this one
 * has to wait.
 *
 * @param orders at least one
 * @param opensAt the time that the orders' offsets count from
 */
export function planScenario(orders: readonly Order[], opensAt: number, outage: Outage): Plan {
  const { signs, maintenance, recovery, shareBefore } = outage;
  const offsets = orders.map((order) => order.at).sort((left, right) => left - right);
  const first = offsets[Math.floor(offsets.length * shareBefore)];
  if (first === undefined) throw new Error("[orders] must hold at least one order, got none");
  const maintenanceFrom = opensAt + first * 1000;
  const maintenanceUntil = maintenanceFrom + maintenance;
  return {
    opensAt,
    maintenanceFrom,
    maintenanceUntil,
    lastOrderAt: opensAt + (offsets.at(-1) as number) * 1000,
    health: [
      { at: opensAt, health: "healthy" },
      ...(signs > 0 ? [{ at: Math.max(opensAt, maintenanceFrom - signs), health: "shaky" as const }] : []),
      { at: maintenanceFrom, health: "maintenance" },
      ...(recovery > 0 ? [{ at: maintenanceUntil, health: "shaky" as const }] : []),
      { at: maintenanceUntil + recovery, health: "healthy" },
    ],
  };
}
