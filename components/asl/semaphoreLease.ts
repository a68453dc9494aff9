// What the states of a semaphore share: the lease as its table keeps it, and the calls that take one away.
import { evaluationFailed } from "./redriveGuard";
import { type Expression, expression, type Retrier, redriveCount, type TaskState, type Template } from "./states";

/** One step's use of a semaphore. */
export interface SemaphoreUse {
  /** The semaphore's table. */
  readonly tableName: string;
  /** How many hold a lease of one key at once. */
  readonly limit: number;
  /**
   * JSONata over the execution's input; it must give the same whenever it is evaluated. Its value as text is the key: 1 to 512 characters.
   *
   * @example `"customer.id"`
   * @default one key for all
   */
  readonly key?: string;
  /** After how long a lease that nobody gave back may be taken away, as `leaseSeconds` computes it. */
  readonly leaseSeconds: number;
  /** How long an execution waits for a lease, in seconds, before its work goes to the spool. */
  readonly maximumWaitSeconds: number;
}

/** The error of work that waited longer than it was to; it was never attempted. */
export const SEMAPHORE_TIMEOUT_ERROR = "Respool.SemaphoreTimeout";

/** The error of work that could not ask for a lease, since DynamoDB did not answer; it was never attempted. */
export const SEMAPHORE_UNAVAILABLE_ERROR = "Respool.SemaphoreUnavailable";

/** The variable that holds the lease: `{ key, owner, redrive }`. */
export const leaseVariable = "lease";

/** What DynamoDB answers when a condition does not hold (https://docs.aws.amazon.com/step-functions/latest/dg/connect-ddb.html). */
export const conditionFailed = "DynamoDB.ConditionalCheckFailedException";

/** Where all leases of a semaphore without a key belong. */
const onlyKey = "*";

/** DynamoDB takes 2,048 bytes of a partition key, and a character has at most four. */
const longestKey = 512;

/**
 * The key as DynamoDB's attribute. No text gives no value, which fails as `States.QueryEvaluationError`: DynamoDB would refuse it, and that
 * looked as if the table were out of reach.
 *
 * @param input JSONata source of the execution's input
 */
export function keyText(key: string | undefined, input = "$states.context.Execution.Input"): Expression | string {
  if (key === undefined) {
    return onlyKey;
  }
  const length = "$length($key)";
  return expression(`($key := $string((${input}).(${key})); ${length} > 0 and ${length} <= ${longestKey} ? $key)`);
}

/**
 * JSONata source: who holds the lease that this visit of a state takes. The same in all retries of a visit, so that a lost reply is no second
 * lease, and new in each visit. Iterations of a Map may enter a state in the same millisecond, hence their index.
 */
export const ownerSource = [
  `$states.context.StateMachine.Name & ":" & $states.context.Execution.Name & "#" & $string(${redriveCount})`,
  `"#" & $states.context.State.Name & "#" & $states.context.State.EnteredTime`,
  `($exists($states.context.Map.Item.Index) ? "#" & $string($states.context.Map.Item.Index) : "")`,
].join(" & ");

/** JSONata source: the names of an item's leases that fit. No other attribute's name has a "#". */
export function leasesWhere(condition: string): string {
  const fits = `$contains($name, "#") and (${condition})`;
  return `[$each($states.result.Item, function($value, $name) { ${fits} ? $name })]`;
}

/** How a call of the table is made: about a quarter of a minute is enough for DynamoDB, and leases are longer by as much as this takes. */
export const tableCall = {
  TimeoutSeconds: 10,
  Retry: [
    { ErrorEquals: [conditionFailed, evaluationFailed], MaxAttempts: 0 },
    {
      ErrorEquals: ["States.ALL"],
      IntervalSeconds: 1,
      MaxAttempts: 4,
      BackoffRate: 2,
      MaxDelaySeconds: 8,
      JitterStrategy: "FULL",
    },
  ] satisfies readonly Retrier[],
} as const;

/** Reads the item of a key as it is now. */
export function readItem(tableName: string, key: Template): Pick<TaskState, "Resource" | "Arguments"> {
  return {
    Resource: "arn:aws:states:::dynamodb:getItem",
    Arguments: { TableName: tableName, Key: { key: { S: key } }, ConsistentRead: true },
  };
}

/** Takes a lease away from its owner, once, however often it is called. */
export function freeLease(
  tableName: string,
  key: Template,
  owner: Expression,
): Pick<TaskState, "Resource" | "Arguments"> {
  return {
    Resource: "arn:aws:states:::dynamodb:updateItem",
    Arguments: {
      TableName: tableName,
      Key: { key: { S: key } },
      UpdateExpression: "REMOVE #lease SET held = held - :one",
      ConditionExpression: "attribute_exists(#lease)",
      ExpressionAttributeNames: { "#lease": owner },
      ExpressionAttributeValues: { ":one": { N: "1" } },
    },
  };
}
