// The function of an AutoRedrive against a table and queues in memory.
import type { DynamoDbApi } from "../../handlers/autoRedrive/dynamoDb";
import type { Round, RoundRequest } from "../../handlers/autoRedrive/round";
import { createOutcomes, type OutcomesConfig } from "../../handlers/outcomes";
import { AwsError } from "../../simulator/service";
import { DynamoDbService } from "../../simulator/services/dynamoDb/dynamoDbService";
import { awsError } from "./awsFakes";
import { NOW } from "./fixedTime";
import { fakeClients, finish, SPOOL, secondsLeft } from "./handlerRun";
import { testWorld } from "./simulatorWorld";

export const runOf = (name: string) => `arn:aws:states:eu-west-1:123456789012:execution:recover:${name}`;

export const config: OutcomesConfig = {
  spoolUrl: SPOOL,
  tableName: "runs",
  leaseSeconds: 1_000,
  defaults: { rate: 100, first: 5, failureLimit: 0.2 },
  window: 500,
  outcomesPerSecond: 8,
  patienceSeconds: 3_600,
  probe: false,
  rounds: 500,
};

export function setUp(changes: Partial<OutcomesConfig> = {}) {
  const clients = fakeClients();
  const world = testWorld({ start: NOW });
  world.gateway.add(new DynamoDbService(world));
  for (const TableName of ["runs", "breaker"]) {
    world.call("dynamodb", "CreateTable", {
      TableName,
      AttributeDefinitions: [{ AttributeName: "key", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "key", KeyType: "HASH" }],
      BillingMode: "PAY_PER_REQUEST",
    });
  }
  const call = (action: string, input: object) =>
    clients.calls.run(action, () => {
      try {
        return JSON.parse(JSON.stringify(world.call("dynamodb", action, JSON.parse(JSON.stringify(input)))));
      } catch (error) {
        throw error instanceof AwsError ? awsError(error.code, error.message) : error;
      }
    });
  const dynamoDb: DynamoDbApi = {
    getItem: (input) => call("GetItem", input),
    updateItem: (input) => call("UpdateItem", input),
  };
  const handler = createOutcomes({ ...config, ...changes }, { ...clients, dynamoDb });
  return {
    ...clients,
    ask: (request: RoundRequest) => finish(handler(request, secondsLeft(60))),
    begin: (name: string, input: unknown = {}) => finish(handler({ input, execution: runOf(name) }, secondsLeft(60))),
    item: (): Record<string, { S?: string; N?: string }> =>
      (world.call("dynamodb", "GetItem", { TableName: "runs", Key: { key: { S: "run" } } }).Item ?? {}) as never,
    breaker: (Item: object) =>
      world.call("dynamodb", "PutItem", { TableName: "breaker", Item: { key: { S: "breaker" }, ...Item } as never }),
  };
}

export function stateOf(round: Round) {
  if (!("run" in round)) throw new Error(`expected a run, got ${JSON.stringify(round)}`);
  return round.run;
}
