// What a run sees of a circuit breaker: the item of its table, read consistently.
import type { DynamoDbApi } from "./dynamoDb";

/** Times in milliseconds since 1970. */
export type BreakerView =
  | { readonly phase: "closed" | "halfOpen" | "held" }
  | { readonly phase: "open"; readonly retryAt: number };

/** An operator's hold counts whatever the phase. */
export async function readBreaker(api: Pick<DynamoDbApi, "getItem">, tableName: string): Promise<BreakerView> {
  const { Item = {} } = await api.getItem({
    TableName: tableName,
    Key: { key: { S: "breaker" } },
    ConsistentRead: true,
  });
  if (Item.hold !== undefined) return { phase: "held" };
  const phase = Item.phase?.S ?? "closed";
  if (phase === "open") return { phase, retryAt: Number(Item.retryAt?.N ?? 0) * 1000 };
  return { phase: phase === "halfOpen" ? "halfOpen" : "closed" };
}
