// When the provider goes away and comes back, in simulated time.
import type { Order } from "./orders";
import type { ProviderHealth } from "./stage";

const MINUTE = 60_000;
/** The last minutes before the maintenance: first signs of trouble. */
const SIGNS = 8 * MINUTE;
const MAINTENANCE = 72 * MINUTE;
/** How long the provider needs, once it is back, to answer every call again. */
const RECOVERY = 10 * MINUTE;
/** How many of the orders come in before the maintenance begins. */
const SHARE_BEFORE = 0.3;

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
 * has to wait, and lasts more than an hour.
 *
 * @param orders at least one
 * @param opensAt the time that the orders' offsets count from
 */
export function planScenario(orders: readonly Order[], opensAt: number): Plan {
  const offsets = orders.map((order) => order.at).sort((left, right) => left - right);
  const first = offsets[Math.floor(offsets.length * SHARE_BEFORE)];
  if (first === undefined) throw new Error("[orders] must hold at least one order, got none");
  const maintenanceFrom = opensAt + first * 1000;
  const maintenanceUntil = maintenanceFrom + MAINTENANCE;
  return {
    opensAt,
    maintenanceFrom,
    maintenanceUntil,
    lastOrderAt: opensAt + (offsets.at(-1) as number) * 1000,
    health: [
      { at: opensAt, health: "healthy" },
      { at: Math.max(opensAt, maintenanceFrom - SIGNS), health: "shaky" },
      { at: maintenanceFrom, health: "maintenance" },
      { at: maintenanceUntil, health: "shaky" },
      { at: maintenanceUntil + RECOVERY, health: "healthy" },
    ],
  };
}
