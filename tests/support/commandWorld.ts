// The status of commands on the simulator's DynamoDB and SQS, by the SDK's own clients over loopback: conditions are really evaluated.
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SQSClient } from "@aws-sdk/client-sqs";
import { sqsApi } from "../../handlers/aws";
import type { AcceptTools } from "../../handlers/commands/accept";
import { type CommandDynamoDb, commandDynamoDb } from "../../handlers/commands/dynamoDb";
import { newCommandId } from "../../handlers/commands/ids";
import { StatusStore } from "../../handlers/commands/statusStore";
import type { BeginCommand } from "../../handlers/commands/statusUpdates";
import { AwsError, type CallFault, type Listener, listen, Simulation } from "../../simulator";
import type { JsonObject } from "../../simulator/json";

export const COMMANDS = "commands";
export const ORDERS = "orders";

export class CommandWorld {
  private constructor(
    readonly simulation: Simulation,
    readonly dynamoDb: CommandDynamoDb,
    readonly statuses: StatusStore,
    readonly tools: AcceptTools,
    readonly queueUrl: string,
    private readonly closing: () => Promise<void>,
  ) {}

  static async open(): Promise<CommandWorld> {
    const simulation = new Simulation({ start: Date.UTC(2026, 0, 1) });
    const listener: Listener = await listen(simulation);
    const credentials = { accessKeyId: "AKIA", secretAccessKey: "secret" };
    const settings = { region: simulation.region, endpoint: listener.url, credentials, maxAttempts: 1 };
    const [client, sqs] = [new DynamoDBClient(settings), new SQSClient(settings)];
    const dynamoDb = commandDynamoDb(client);
    const now = () => simulation.clock.now;
    const statuses = new StatusStore({ tableName: COMMANDS, expiresAfterSeconds: 86_400 }, dynamoDb, now);
    const tools: AcceptTools = { statuses, sqs: sqsApi(sqs), now, newId: newCommandId };
    for (const TableName of [COMMANDS, ORDERS]) {
      call(simulation, "dynamodb", "CreateTable", {
        TableName,
        AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
        KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
        BillingMode: "PAY_PER_REQUEST",
      });
    }
    const { QueueUrl } = call(simulation, "sqs", "CreateQueue", { QueueName: "orders" });
    return new CommandWorld(simulation, dynamoDb, statuses, tools, String(QueueUrl), async () => {
      client.destroy();
      sqs.destroy();
      await listener.close();
    });
  }

  close(): Promise<void> {
    return this.closing();
  }

  /** Accepts a command without a message. */
  async accepted(id: string, more: { readonly fingerprint?: string; readonly owner?: string } = {}): Promise<void> {
    const time = this.time();
    await this.statuses.accept({ id, name: "placeOrder", source: "orders", time, envelope: "{}", ...more });
  }

  begin(id: string, attempt: string, more: Partial<BeginCommand> = {}) {
    const [time, until] = [this.time(), this.simulation.clock.now + 30_000];
    const begin = { id, name: "placeOrder", source: "orders", time, generation: 0, attempt, until, last: false };
    return this.statuses.begin({ ...begin, ...more });
  }

  /** Accepts a command, begins it and lets it succeed, with what it sends. */
  async succeeded(id: string, children: readonly Parameters<StatusStore["addChild"]>[2][] = [], result?: unknown) {
    await this.accepted(id);
    await this.begin(id, `${id}-1`);
    for (const child of children) await this.statuses.addChild(id, `${id}-1`, child);
    await this.statuses.succeed(id, `${id}-1`, result);
  }

  /** The next calls of that name go wrong. */
  fault(
    action: string,
    kind: "errorAfter" | "errorBefore",
    { code = "InternalServerError", times = 1, skip = 0 } = {},
  ): void {
    const fault: CallFault = { kind, error: new AwsError(code, "injected", 500) };
    this.simulation.faults.intoCalls({ when: (made) => made.action === action, fault, times, skip });
  }

  /** The bodies of all messages in the queue. */
  messages(): readonly { readonly body: string; readonly correlationId?: string }[] {
    const input = { QueueUrl: this.queueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ["All"] };
    const { Messages = [] } = call(this.simulation, "sqs", "ReceiveMessage", input) as { Messages?: Message[] };
    return Messages.map(({ Body, MessageAttributes: { correlationId } = {} }) => ({
      body: Body,
      ...(correlationId && { correlationId: correlationId.StringValue }),
    }));
  }

  /** The item as it lies in the table, typed. */
  stored(id: string): JsonObject | undefined {
    const input = { TableName: COMMANDS, Key: { id: { S: `command#${id}` } } };
    return call(this.simulation, "dynamodb", "GetItem", input).Item as JsonObject | undefined;
  }

  time(): string {
    return new Date(this.simulation.clock.now).toISOString();
  }

  advance(milliseconds: number): void {
    this.simulation.runFor(milliseconds);
  }
}

interface Message {
  readonly Body: string;
  readonly MessageAttributes?: { readonly correlationId?: { readonly StringValue: string } };
}

function call(simulation: Simulation, service: string, action: string, input: JsonObject): JsonObject {
  let output: JsonObject | undefined;
  simulation.gateway.call({ service, action, input, principal: { kind: "operator" } }, (outcome) => {
    if (!outcome.ok) throw outcome.error;
    output = outcome.output;
  });
  simulation.runWhile(() => output === undefined);
  return output ?? {};
}
