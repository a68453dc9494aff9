// Tells the shop's bus of an order whose card was charged: whoever wants to know has a rule there.
import { EventBridgeClient, PutEventsCommand, type PutEventsCommandOutput } from "@aws-sdk/client-eventbridge";
import { type ChargeEnvironment, chargeCard, type Order, type Receipt } from "./chargeCard";

/** What is asked of EventBridge. */
export interface EventBus {
  putEvents(entry: {
    Source: string;
    DetailType: string;
    Detail: string;
  }): Promise<Pick<PutEventsCommandOutput, "Entries">>;
}

/** The account's default bus. A call ends before a function that waits for it would. */
export function eventBus(): EventBus {
  const client = new EventBridgeClient({ requestHandler: { connectionTimeout: 1_000, requestTimeout: 5_000 } });
  return { putEvents: (entry) => client.send(new PutEventsCommand({ Entries: [entry] })) };
}

/** What charges an order's card, and tells the bus then: an attempt that cannot tell it is no success, and the next charges nothing again. */
export function chargeAndAnnounce(environment: ChargeEnvironment, bus: EventBus) {
  return async (order: Order): Promise<Receipt> => {
    const receipt = await chargeCard(order, environment);
    await announceOrder(order, bus);
    return receipt;
  };
}

/**
 * Puts `OrderPlaced` on the bus. Another attempt puts another event: whoever acts on it goes by the order's id.
 *
 * @throws `EventNotTaken` when EventBridge answers that it did not take it (a call that succeeds may say so), or the call's own error; another
 *   attempt may help
 */
export async function announceOrder(order: Order, bus: EventBus): Promise<void> {
  const { orderId, customer, amount, currency } = order;
  const Detail = JSON.stringify({ orderId, customer, amount, currency });
  const { Entries = [] } = await bus.putEvents({ Source: "bookshop", DetailType: "OrderPlaced", Detail });
  const [entry] = Entries;
  if (entry?.EventId !== undefined) return;
  const why = entry === undefined ? "it answered with 0 entries" : `${entry.ErrorCode}: ${entry.ErrorMessage}`;
  throw Object.assign(new Error(`EventBridge did not take the order ${orderId}: ${why}`), { name: "EventNotTaken" });
}
