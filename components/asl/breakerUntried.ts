// Gives the permit of a half-open circuit breaker back, when the step that has it must wait for something else.
import { epoch } from "./breakerReport";
import { type BreakerUse, numberOf, ownerOf, tableCall } from "./breakerTable";
import { expression, type TaskState } from "./states";

/** What the state must know. */
export interface BreakerUntriedOptions {
  readonly use: Pick<BreakerUse, "tableName" | "step">;
  readonly next: string;
}

/** Nothing was tried: others may. Without a permit, or when DynamoDB does not answer, it goes on; the permit expires. */
export function breakerUntried({ use, next }: BreakerUntriedOptions): TaskState {
  return tableCall({
    comment: "Lets another have the permit.",
    action: "updateItem",
    tableName: use.tableName,
    arguments: {
      UpdateExpression: "REMOVE permits.#me",
      ConditionExpression: "epoch = :epoch AND phase = :halfOpen AND attribute_exists(permits.#me)",
      ExpressionAttributeNames: { "#me": expression(ownerOf(use.step)) },
      ExpressionAttributeValues: { ":epoch": numberOf(epoch), ":halfOpen": { S: "halfOpen" } },
    },
    after: { Next: next },
    failed: { next },
  });
}
