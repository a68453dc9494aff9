// A look at a table from outside.
import { expect, it } from "vitest";
import type { ItemChange } from "../../../../../simulator/services/dynamoDb/table";
import { dynamoDbWorld, key } from "./dynamoDbWorld";

it("tells of each write that changed something, and of no other", () => {
  const { service, call, update } = dynamoDbWorld({ count: { N: "1" } });
  const changes: ItemChange[] = [];
  service.onChange("orders", (change) => changes.push(change));
  update("SET #count = :two", {
    ExpressionAttributeNames: { "#count": "count" },
    ExpressionAttributeValues: { ":two": { N: "2" } },
  });
  call("PutItem", { Item: { ...key, count: { N: "2" } } });
  call("DeleteItem", { Key: key });
  expect(changes.map(({ before, after }) => [before?.count?.N, after?.count?.N])).toEqual([
    ["1", "2"],
    ["2", undefined],
  ]);
});
