// A command's success together with its effect: one transaction of DynamoDB, and what its refusal means.
import type { TransactWriteCommandInput } from "@aws-sdk/lib-dynamodb";
import { isObject, own } from "../../records/json";
import { errorName } from "../awsErrors";
import type { EffectWrites } from "./command";
import type { CommandDynamoDb } from "./dynamoDb";
import { effectRefused } from "./errors";
import { type StatusItem, statusItemOf, storedInError } from "./statusItem";

type TransactUpdate = NonNullable<EffectWrites[number]["Update"]>;

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html: up to 100 actions, ours among them. */
const MOST_WRITES = 99;

/** An item has 400 KB, and the rest of ours is small once a command has begun. */
const KEPT_BYTES = 128 * 1024;

/** The result as it is kept: as JSON, since DynamoDB knows neither dates nor members that are undefined. */
export function keptResult(result: unknown): { readonly text?: string; readonly omitted?: true } {
  try {
    const text = JSON.stringify(result);
    if (text === undefined) return result === undefined ? {} : { omitted: true };
    return Buffer.byteLength(text) <= KEPT_BYTES ? { text } : { omitted: true };
  } catch {
    return { omitted: true };
  }
}

/**
 * @param status the success, with its condition
 * @returns nothing when all is written, else the item that the success was refused by: where a reply was lost, by itself
 * @throws EffectRefused where a condition of the writes does not hold
 */
export async function succeedWith(
  dynamoDb: CommandDynamoDb,
  writes: EffectWrites,
  status: TransactUpdate,
): Promise<StatusItem | "unknown" | undefined> {
  if (writes.length > MOST_WRITES) throw new Error(`[writes] must be at most ${MOST_WRITES}, got ${writes.length}`);
  const Update: TransactUpdate = { ...status, ReturnValuesOnConditionCheckFailure: "ALL_OLD" };
  const TransactItems: TransactWriteCommandInput["TransactItems"] = [...writes, { Update }];
  try {
    await dynamoDb.transactWrite({ TransactItems });
    return undefined;
  } catch (error) {
    const reasons = reasonsOf(error);
    const own = reasons[writes.length];
    if (own?.code === "ConditionalCheckFailed")
      return own.item === undefined ? "unknown" : statusItemOf(storedInError(own.item));
    const refused = reasons.findIndex(({ code }) => code === "ConditionalCheckFailed");
    // While the command's own item is in another transaction, nobody knows whether this effect is there already.
    if (refused >= 0 && own?.code === "None") throw effectRefused(refused);
    throw error;
  }
}

/** In the order of the writes: "if there is no error for an item, Code is None". */
function reasonsOf(error: unknown): readonly { readonly code: unknown; readonly item?: object }[] {
  if (errorName(error) !== "TransactionCanceledException" || !isObject(error)) return [];
  const reasons = own(error, "CancellationReasons");
  return (Array.isArray(reasons) ? reasons : []).map((reason: unknown) => {
    if (!isObject(reason)) return { code: undefined };
    const item = own(reason, "Item");
    return { code: own(reason, "Code"), ...(isObject(item) && { item }) };
  });
}
