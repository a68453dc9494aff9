// Amazon DynamoDB: tables and items, with expressions, transactions, time to live and streams.
import type { JsonObject } from "../../json";
import { AwsError, type Operation, operation, type ResourceType, type Service } from "../../service";
import type { World } from "../../world";
import type { StreamSource } from "../lambda/eventSources/streamSource";
import { batchOperations } from "./batchOperations";
import { unsupported } from "./errors";
import { itemOperations, onTable } from "./itemOperations";
import { readOperations } from "./readOperations";
import type { TableRequest } from "./requests";
import { tableResources } from "./resources";
import { streamOperations } from "./streams/streamOperations";
import type { StreamSpecification } from "./streams/tableStreams";
import type { ItemChange } from "./table";
import { type CreateTableInput, shownTable, Tables } from "./tables";
import { transactionOperations } from "./transactionOperations";

interface TimeToLiveInput extends TableRequest {
  readonly TimeToLiveSpecification?: { readonly AttributeName: string; readonly Enabled: boolean };
}

interface UpdateTableInput extends TableRequest {
  readonly StreamSpecification?: StreamSpecification;
  readonly DeletionProtectionEnabled?: boolean;
}

/**
 * Tables with items, conditions, updates, queries, scans, batches, transactions and streams. A table is there at once.
 * Reads see every write: the eventual consistency of AWS is not simulated.
 */
export class DynamoDbService implements Service {
  readonly name = "dynamodb";
  readonly operations: Readonly<Record<string, Operation>>;
  readonly resourceTypes: Readonly<Record<string, ResourceType>>;

  /** The tables' streams, for event source mappings. */
  readonly streams: StreamSource;
  /** DynamoDB Streams, an API of its own whose rights are DynamoDB's. */
  readonly streamsApi: Service;
  private readonly tables: Tables;

  constructor(world: World) {
    const tables = new Tables(world);
    this.tables = tables;
    this.operations = {
      ...tableOperations(tables),
      ...itemOperations(tables),
      ...readOperations(tables),
      ...batchOperations(world, tables),
      ...transactionOperations(world, tables),
    };
    this.resourceTypes = tableResources(tables);
    this.streams = tables.streams;
    this.streamsApi = { name: "dynamodbstreams", operations: streamOperations(world, tables), resourceTypes: {} };
  }

  /** Calls back after each write that changed something in a table: a look from outside, which leaves no trace. */
  onChange(tableName: string, run: (change: ItemChange) => void): void {
    this.tables.get(tableName).onChange(run);
  }
}

const updatable = ["TableName", "StreamSpecification", "DeletionProtectionEnabled"];

function updateTable(tables: Tables, input: UpdateTableInput): JsonObject {
  const unknown = Object.keys(input).find((name) => !updatable.includes(name));
  if (unknown !== undefined) {
    throw unsupported(unknown, (input as JsonObject)[unknown], `${updatable.slice(1).join(" and ")} in UpdateTable`);
  }
  const table = tables.get(input.TableName);
  const { StreamSpecification: stream, DeletionProtectionEnabled: isProtected } = input;
  if (stream !== undefined) tables.streams.apply(table, stream);
  if (isProtected !== undefined) table.deletionProtected = isProtected;
  return { TableDescription: shownTable(tables, table) };
}

function tableOperations(tables: Tables): Record<string, Operation> {
  return {
    CreateTable: operation<CreateTableInput>({
      authorize: (input) => onTable(tables, "CreateTable", input),
      handle: (input) => ({ TableDescription: shownTable(tables, tables.create(input)) }),
    }),
    DescribeTable: operation<TableRequest>({
      authorize: (input) => onTable(tables, "DescribeTable", input),
      handle: ({ TableName }) => {
        const table = tables.find(TableName ?? "");
        if (table !== undefined) return { Table: shownTable(tables, table) };
        throw new AwsError("ResourceNotFoundException", `Requested resource not found: Table: ${TableName} not found`);
      },
    }),
    DeleteTable: operation<TableRequest>({
      authorize: (input) => onTable(tables, "DeleteTable", input),
      handle: ({ TableName }) => ({ TableDescription: shownTable(tables, tables.delete(TableName), "DELETING") }),
    }),
    UpdateTable: operation<UpdateTableInput>({
      authorize: (input) => onTable(tables, "UpdateTable", input),
      handle: (input) => updateTable(tables, input),
    }),
    ListTables: operation<TableRequest>({
      authorize: () => [{ action: "dynamodb:ListTables", resource: "*" }],
      handle: () => ({ TableNames: tables.names }),
    }),
    UpdateTimeToLive: operation<TimeToLiveInput>({
      authorize: (input) => onTable(tables, "UpdateTimeToLive", input),
      handle: ({ TableName, TimeToLiveSpecification }) => {
        const enabled = TimeToLiveSpecification?.Enabled === true;
        tables.timeToLive(TableName).set(enabled ? TimeToLiveSpecification?.AttributeName : undefined);
        return { TimeToLiveSpecification };
      },
    }),
    DescribeTimeToLive: operation<TableRequest>({
      authorize: (input) => onTable(tables, "DescribeTimeToLive", input),
      handle: ({ TableName }) => {
        const { attribute: timeToLive } = tables.timeToLive(TableName);
        const TimeToLiveDescription =
          timeToLive === undefined
            ? { TimeToLiveStatus: "DISABLED" }
            : { TimeToLiveStatus: "ENABLED", AttributeName: timeToLive };
        return { TimeToLiveDescription };
      },
    }),
  };
}
