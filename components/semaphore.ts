// A semaphore: so many executions at once for a key, across all state machines that share it. A DynamoDB table, and no function.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import jsonata from "jsonata";
import type { PermissionStatement } from "./policy";
import { type Transform, transformed } from "./transform";
import { checkArgs, inWords, wholeNumber } from "./validate";

/** Changes to the resources that a Semaphore creates. */
export interface SemaphoreTransform {
  readonly table?: Transform<aws.dynamodb.TableArgs>;
}

/** Arguments of a Semaphore. */
export interface SemaphoreArgs {
  /**
   * How many may be at work at once for one key, 1 to 1000; 1 is a mutex. It may be changed: when it becomes smaller, those at work go on,
   * and nobody else begins until there are fewer.
   */
  readonly limit: number;
  /** Tags of the table. @default none */
  readonly tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** Changes to the resources that this component creates. @default none */
  readonly transform?: SemaphoreTransform;
}

/**
 * Lets at most `limit` executions at once do a step, for each key; the others wait, with jitter, up to a limit after which their work goes to the
 * spool. Whoever is at work holds a lease, which is longer than the step can take, so that what crashes does not hold a place for ever.
 *
 * A free place costs two state transitions and two writes; each round of waiting four transitions, a refused write and a read. The
 * longer an execution has waited the more rarely it asks: every 10 seconds on average at most, or every hundredth of the time that it has
 * waited.
 *
 * All leases of a key are one item, which grows by about 100 bytes for each. DynamoDB bills a write per KB of the item
 * and makes 1,000 of them a second (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html): with a
 * limit of 10 about 500 pieces of work a second for one key, with a limit of 1000 about 5. So large limits are for work that takes minutes.
 *
 * @example `const payments = new Semaphore("payments", { limit: 5 });`
 * @throws when an argument is not allowed
 */
export class Semaphore extends pulumi.ComponentResource {
  readonly table: aws.dynamodb.Table;
  readonly limit: number;
  readonly tableName: pulumi.Output<string>;
  /** What a state machine that uses it must be allowed. */
  readonly statements: readonly PermissionStatement[];

  constructor(name: string, args: SemaphoreArgs, opts?: pulumi.ComponentResourceOptions) {
    super("respool:index:Semaphore", name, {}, opts);
    checkArgs(args, "limit");
    this.limit = wholeNumber("limit", args.limit, { minimum: 1, maximum: 1000 });
    this.table = new aws.dynamodb.Table(
      ...transformed(
        args.transform?.table,
        name,
        {
          billingMode: "PAY_PER_REQUEST",
          hashKey: "key",
          attributes: [{ name: "key", type: "S" }],
          // Only keys that nobody has used for a year go: an expired lease is taken away by whoever needs its place.
          ttl: { attributeName: "expiresAt", enabled: true },
          deletionProtectionEnabled: false,
          tags: args.tags,
        },
        { parent: this },
      ),
    );
    this.tableName = this.table.name;
    this.statements = [{ actions: ["dynamodb:GetItem", "dynamodb:UpdateItem"], resources: [this.table.arn] }];
    this.registerOutputs({ tableName: this.tableName });
  }
}

/**
 * A key's source, as a step's arguments give it. It is evaluated once more, from an event, when the execution was stopped: so it may use nothing
 * but the input.
 *
 * @throws `[semaphore.key] must be JSONata over the execution's input, such as "customer.id", got ""`
 */
export function semaphoreKey(argument: string, key: string): string {
  if (typeof key !== "string" || key.trim() === "" || /\$states\b|%\}/.test(key)) {
    throw new Error(
      `[${argument}] must be JSONata over the execution's input, such as "customer.id", got ${inWords(key)}`,
    );
  }
  try {
    jsonata(key);
  } catch (error) {
    throw new Error(`[${argument}] must be JSONata, got ${inWords(key)}: ${messageOf(error)}`);
  }
  return key;
}

/** What jsonata throws is no Error. */
function messageOf(error: unknown): string {
  return typeof error === "object" && error !== null && "message" in error ? String(error.message) : String(error);
}
