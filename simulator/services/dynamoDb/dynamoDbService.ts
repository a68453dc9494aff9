// Amazon DynamoDB: tables and items, with expressions.
import { AwsError, type Operation, operation, type ResourceType, type Service } from "../../service";
import type { World } from "../../world";
import { itemOperations, onTable } from "./itemOperations";
import { readOperations } from "./readOperations";
import type { TableRequest } from "./requests";
import { tableResources } from "./resources";
import { type CreateTableInput, shownTable, Tables } from "./tables";

interface TimeToLiveInput extends TableRequest {
  readonly TimeToLiveSpecification?: { readonly AttributeName: string; readonly Enabled: boolean };
}

/**
 * Tables with items, conditions, updates, queries and scans. A table is there at once. Reads see every write: the
 * eventual consistency of AWS is not simulated, nor is deletion by time to live, whose moment AWS leaves open, too.
 */
export class DynamoDbService implements Service {
  readonly name = "dynamodb";
  readonly operations: Readonly<Record<string, Operation>>;
  readonly resourceTypes: Readonly<Record<string, ResourceType>>;

  constructor(world: World) {
    const tables = new Tables(world);
    this.operations = { ...tableOperations(tables), ...itemOperations(tables), ...readOperations(tables) };
    this.resourceTypes = tableResources(tables);
  }
}

function tableOperations(tables: Tables): Record<string, Operation> {
  return {
    CreateTable: operation<CreateTableInput>({
      authorize: (input) => onTable(tables, "CreateTable", input),
      handle: (input) => ({ TableDescription: shownTable(tables.create(input)) }),
    }),
    DescribeTable: operation<TableRequest>({
      authorize: (input) => onTable(tables, "DescribeTable", input),
      handle: ({ TableName }) => {
        const table = tables.find(TableName ?? "");
        if (table !== undefined) return { Table: shownTable(table) };
        throw new AwsError("ResourceNotFoundException", `Requested resource not found: Table: ${TableName} not found`);
      },
    }),
    DeleteTable: operation<TableRequest>({
      authorize: (input) => onTable(tables, "DeleteTable", input),
      handle: ({ TableName }) => ({ TableDescription: shownTable(tables.delete(TableName), "DELETING") }),
    }),
    ListTables: operation<TableRequest>({
      authorize: () => [{ action: "dynamodb:ListTables", resource: "*" }],
      handle: () => ({ TableNames: tables.names }),
    }),
    UpdateTimeToLive: operation<TimeToLiveInput>({
      authorize: (input) => onTable(tables, "UpdateTimeToLive", input),
      handle: ({ TableName, TimeToLiveSpecification }) => {
        const enabled = TimeToLiveSpecification?.Enabled === true;
        tables.get(TableName).timeToLive = enabled ? TimeToLiveSpecification?.AttributeName : undefined;
        return { TimeToLiveSpecification };
      },
    }),
    DescribeTimeToLive: operation<TableRequest>({
      authorize: (input) => onTable(tables, "DescribeTimeToLive", input),
      handle: ({ TableName }) => {
        const { timeToLive } = tables.get(TableName);
        const TimeToLiveDescription =
          timeToLive === undefined
            ? { TimeToLiveStatus: "DISABLED" }
            : { TimeToLiveStatus: "ENABLED", AttributeName: timeToLive };
        return { TimeToLiveDescription };
      },
    }),
  };
}
