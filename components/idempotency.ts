// Idempotency as a component's argument: where results are kept, and what the function may do there.
import type * as pulumi from "@pulumi/pulumi";
import type { IdempotencyConfig } from "../handlers/middleware/config";
import type { PermissionStatement } from "./policy";

/** Where the results of finished work are kept, so that an attempt at the same work returns the result instead of running the handler. */
export interface IdempotencyArgs {
  /** What the middleware is told. */
  readonly config: pulumi.Output<IdempotencyConfig>;
  /** What a function needs in order to keep its results there. */
  readonly statements: readonly PermissionStatement[];
}
