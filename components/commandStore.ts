// Where commands have their status: a DynamoDB table of an item a command, and of the results that Powertools keeps.
import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { IdempotencyConfig } from "../handlers/middleware/config";
import type { Duration } from "./duration";
import type { PermissionStatement } from "./policy";
import type { Transform } from "./transform";
import { inWords, matching, validated } from "./validate";
import { createWorkTable, expirySeconds } from "./workTable";

/** Changes to the resources that a CommandStore creates. */
export interface CommandStoreTransform {
  readonly table?: Transform<aws.dynamodb.TableArgs>;
}

/** Arguments of a CommandStore. */
export interface CommandStoreArgs {
  /**
   * How long a command's status and result are kept after it was last heard of, at least a day. It must be longer than the longest wait in
   * the spool: a command whose redrive finds no item would be done again. The default is a year, the longest that Step Functions holds work,
   * and a month to notice it.
   *
   * DynamoDB deletes what has expired some days later.
   *
   * @default "400 days"
   */
  readonly expiresAfter?: pulumi.Input<Duration>;
  /** Tags of the table. @default none */
  readonly tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** Changes to the resources that this component creates. @default none */
  readonly transform?: CommandStoreTransform;
}

/** A store as the components that use one see it: made here, or in another stack. */
export interface CommandStoreReference {
  /** The table's name, and how long items are kept. */
  readonly config: pulumi.Output<IdempotencyConfig>;
  /** What the function that decides commands must be allowed. */
  readonly statements: readonly PermissionStatement[];
  /** What somebody must be allowed who sends commands. */
  readonly sendStatements: readonly PermissionStatement[];
  /** What somebody must be allowed who asks how commands are. */
  readonly readStatements: readonly PermissionStatement[];
}

/** What `CommandStore.fromArn` may be told beside the ARN. */
export interface CommandStoreFromArnArgs {
  /** How long items are kept: as the store itself says. @default "400 days" */
  readonly expiresAfter?: pulumi.Input<Duration>;
}

/**
 * The table in which commands have their status, and their results. Command functions that send commands to each other share one, and so
 * does the API in front of them. It is billed per request: about six writes for each command.
 *
 * Those who share a store trust each other: who may write its table can tell any status.
 *
 * The table is protected: without it, nobody knows which commands were decided. `{ protect: false }` among the component's options takes
 * that away. DynamoDB encrypts it with a key of its own.
 *
 * @example `const store = new CommandStore("commands");`
 * @throws when an argument is not allowed
 */
export class CommandStore extends pulumi.ComponentResource implements CommandStoreReference {
  readonly table: aws.dynamodb.Table;
  readonly config: pulumi.Output<IdempotencyConfig>;
  readonly statements: readonly PermissionStatement[];
  readonly sendStatements: readonly PermissionStatement[];
  readonly readStatements: readonly PermissionStatement[];

  constructor(name: string, args: CommandStoreArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    super("respool:index:CommandStore", name, {}, opts);
    const { table, config } = createWorkTable(name, args, { parent: this, protect: opts?.protect ?? true });
    this.table = table;
    this.config = config;
    const { statements, sendStatements, readStatements } = storeStatements(table.arn);
    this.statements = statements;
    this.sendStatements = sendStatements;
    this.readStatements = readStatements;
    this.registerOutputs({ tableName: table.name });
  }

  /**
   * The store of another stack.
   *
   * @param arn the ARN of its table
   * @example `CommandStore.fromArn("arn:aws:dynamodb:eu-west-1:123456789012:table/commands-1a2b3c4")`
   * @throws when an argument is not allowed
   */
  static fromArn(arn: pulumi.Input<string>, args: CommandStoreFromArnArgs = {}): CommandStoreReference {
    const tableName = pulumi.output(validated(arn, tableNameOf));
    const config = pulumi
      .all([tableName, expirySeconds(args.expiresAfter)])
      .apply(([name, expiresAfterSeconds]) => ({ tableName: name, expiresAfterSeconds }));
    return { config, ...storeStatements(pulumi.output(arn)) };
  }
}

/** @throws when something else than a store is given, such as nothing, or its table */
export function checkStore(store: unknown): void {
  const isStore = typeof store === "object" && store !== null && "config" in store && "sendStatements" in store;
  if (!isStore) {
    throw new Error(`[store] must be a CommandStore or CommandStore.fromArn(...), got ${inWords(store)}`);
  }
}

/**
 * A transaction takes what its writes would take on their own
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html). Nothing but Powertools deletes.
 */
function storeStatements(tableArn: pulumi.Output<string>): Omit<CommandStoreReference, "config"> {
  const allowing = (...actions: readonly string[]): PermissionStatement[] => [
    { actions: actions.map((action) => `dynamodb:${action}`), resources: [tableArn] },
  ];
  return {
    statements: allowing("DeleteItem", "GetItem", "PutItem", "UpdateItem"),
    sendStatements: allowing("PutItem", "UpdateItem"),
    // What is found decided is kept in the item.
    readStatements: allowing("BatchGetItem", "GetItem", "UpdateItem"),
  };
}

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html#amazondynamodb-resources-for-iam-policies */
function tableNameOf(arn: string): string {
  const pattern = /^arn:[a-z-]+:dynamodb:[a-z0-9-]+:\d{12}:table\/[0-9A-Za-z_.-]{3,255}$/;
  return matching("arn", arn, pattern, "the ARN of a DynamoDB table").split("/").slice(-1).join("");
}
