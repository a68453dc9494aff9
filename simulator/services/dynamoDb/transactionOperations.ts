// TransactWriteItems and TransactGetItems: what they need, and who does them. (API Reference: those actions.)
import { type Authorization, type Operation, operation } from "../../service";
import type { World } from "../../world";
import type { Tables } from "./tables";
import { type TransactGetInput, Transactions, type TransactWriteInput, type TransactWriteItem } from "./transactions";

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html */
const actions = {
  Put: "dynamodb:PutItem",
  Update: "dynamodb:UpdateItem",
  Delete: "dynamodb:DeleteItem",
  ConditionCheck: "dynamodb:ConditionCheckItem",
} as const satisfies Record<keyof TransactWriteItem, string>;

export function transactionOperations(world: World, tables: Tables): Record<string, Operation> {
  const transactions = new Transactions(world, tables);
  const needs = (action: string, name: string | undefined): Authorization => ({ action, resource: tables.arnOf(name) });
  return {
    TransactWriteItems: operation<TransactWriteInput>({
      authorize: ({ TransactItems = [] }) =>
        TransactItems.flatMap((item) =>
          (["Put", "Update", "Delete", "ConditionCheck"] as const).flatMap((kind) =>
            item[kind] === undefined ? [] : [needs(actions[kind], item[kind].TableName)],
          ),
        ),
      handle: (input) => transactions.write(input),
    }),
    TransactGetItems: operation<TransactGetInput>({
      authorize: ({ TransactItems = [] }) => TransactItems.map(({ Get }) => needs("dynamodb:GetItem", Get?.TableName)),
      handle: (input) => transactions.read(input),
    }),
  };
}
