// The table that remembers work by its id, as Powertools' idempotency utility lays it out: an item an id, which expires.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { IdempotencyConfig } from "../handlers/middleware/config";
import { type Duration, toSeconds } from "./duration";
import { type Transform, transformed } from "./transform";
import { validated } from "./validate";

export interface WorkTableArgs {
  /** At least a day. @default "400 days" */
  readonly expiresAfter?: pulumi.Input<Duration>;
  readonly tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  readonly transform?: { readonly table?: Transform<aws.dynamodb.TableArgs> };
}

/** The table, and what handlers are told of it. */
export interface WorkTable {
  readonly table: aws.dynamodb.Table;
  readonly config: pulumi.Output<IdempotencyConfig>;
}

const day = 86_400;

/**
 * @param protect whether neither Pulumi nor anybody else deletes it
 * @throws when an argument is not allowed
 */
export function createWorkTable(
  name: string,
  args: WorkTableArgs,
  { parent, protect }: { readonly parent: pulumi.Resource; readonly protect: boolean },
): WorkTable {
  const expiresAfterSeconds = expirySeconds(args.expiresAfter);
  const table = new aws.dynamodb.Table(
    ...transformed(
      args.transform?.table,
      name,
      {
        billingMode: "PAY_PER_REQUEST",
        hashKey: "id",
        attributes: [{ name: "id", type: "S" }],
        ttl: { attributeName: "expiration", enabled: true },
        deletionProtectionEnabled: protect,
        tags: args.tags,
      },
      { parent, protect },
    ),
  );
  const config = pulumi
    .all([table.name, expiresAfterSeconds])
    .apply(([tableName, seconds]) => ({ tableName, expiresAfterSeconds: seconds }));
  return { table, config };
}

/** @throws when the time is shorter than a day */
export function expirySeconds(expiresAfter: pulumi.Input<Duration> = "400 days"): pulumi.Input<number> {
  return validated(expiresAfter, (value) => toSeconds("expiresAfter", value, { minimum: day }));
}
