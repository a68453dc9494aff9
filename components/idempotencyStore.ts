// Where handlers remember what they have done: a DynamoDB table of results by the work's id.
import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { IdempotencyConfig } from "../handlers/middleware/config";
import type { Duration } from "./duration";
import type { PermissionStatement } from "./policy";
import type { Transform } from "./transform";
import { createWorkTable } from "./workTable";

/** Changes to the resources that an IdempotencyStore creates. */
export interface IdempotencyStoreTransform {
  readonly table?: Transform<aws.dynamodb.TableArgs>;
}

/** Arguments of an IdempotencyStore. */
export interface IdempotencyStoreArgs {
  /**
   * How long a result is kept, at least a day. It must be longer than a repetition of the work can take to come: as long as its record can
   * wait in the spool or in the poison queue until somebody redrives it, and that is without end, since records are renewed. So
   * decide for how long a failure may stay undecided, keep results longer than that, and redrive or discard what is older by hand. The default
   * is a year, the longest that Step Functions holds work, and a month to notice it.
   *
   * DynamoDB deletes what has expired some days later; until then it counts as gone.
   *
   * @default "400 days"
   */
  readonly expiresAfter?: pulumi.Input<Duration>;
  /** Tags of the table. @default none */
  readonly tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** Changes to the resources that this component creates. @default none */
  readonly transform?: IdempotencyStoreTransform;
}

/**
 * The table in which handlers keep the results of their work, by its id, as Powertools' idempotency utility lays it out
 * (https://docs.aws.amazon.com/powertools/typescript/latest/features/idempotency/). Functions may share one: each has its own keys.
 * It is billed per request: two writes for each piece of work.
 *
 * The table is protected: without it, a redrive repeats what was done. `{ protect: false }` among the component's options takes that
 * away. DynamoDB encrypts it with a key of its own.
 *
 * @example `const idempotency = new IdempotencyStore("idempotency");`
 * @throws when an argument is not allowed
 */
export class IdempotencyStore extends pulumi.ComponentResource {
  readonly table: aws.dynamodb.Table;
  /** What a handler's middleware is told. */
  readonly config: pulumi.Output<IdempotencyConfig>;
  /** What a handler's function must be allowed. */
  readonly statements: readonly PermissionStatement[];

  constructor(name: string, args: IdempotencyStoreArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    super("respool:index:IdempotencyStore", name, {}, opts);
    const { table, config } = createWorkTable(name, args, { parent: this, protect: opts?.protect ?? true });
    this.table = table;
    this.config = config;
    this.statements = [
      {
        actions: ["dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"],
        resources: [this.table.arn],
      },
    ];
    this.registerOutputs({ tableName: this.table.name });
  }
}
