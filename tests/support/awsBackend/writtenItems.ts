// The items that a test writes into tables: the next one writes the same again, and an item that stays as it is changes nothing.
import {
  type AttributeValue,
  DeleteItemCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  PutItemCommand,
} from "@aws-sdk/client-dynamodb";

type Item = Readonly<Record<string, string | boolean>>;

export class WrittenItems {
  private readonly written: { readonly tableName: string; readonly item: Item }[] = [];

  constructor(private readonly dynamoDb: DynamoDBClient) {}

  /** One after the other. */
  async put(tableName: string, items: readonly Item[]): Promise<void> {
    for (const item of items) {
      this.written.push({ tableName, item });
      await this.dynamoDb.send(new PutItemCommand({ TableName: tableName, Item: attributesOf(item) }));
    }
  }

  /** Deletes what was written. */
  async remove(): Promise<void> {
    for (const { tableName: TableName, item } of this.written.splice(0)) {
      const { Table } = await this.dynamoDb.send(new DescribeTableCommand({ TableName }));
      const keys = new Set(Table?.KeySchema?.map(({ AttributeName }) => AttributeName));
      const Key = attributesOf(Object.fromEntries(Object.entries(item).filter(([name]) => keys.has(name))));
      await this.dynamoDb.send(new DeleteItemCommand({ TableName, Key }));
    }
  }
}

function attributesOf(item: Readonly<Record<string, string | boolean>>): Record<string, AttributeValue> {
  return Object.fromEntries(
    Object.entries(item).map(([name, value]): [string, AttributeValue] => [
      name,
      typeof value === "string" ? { S: value } : { BOOL: value },
    ]),
  );
}
