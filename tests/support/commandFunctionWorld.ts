// Commands in a small world: a function's attempts, each in a process that may die at any call, a queue that brings messages again, a spool
// that is redriven, the simulator's DynamoDB for the statuses.
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { SendMessageCommandInput } from "@aws-sdk/client-sqs";
import type { SQSRecord } from "aws-lambda";
import { vi } from "vitest";
import { acceptCommand } from "../../handlers/commands/accept";
import type { Command, CommandContext } from "../../handlers/commands/command";
import { type CommandDynamoDb, commandDynamoDb } from "../../handlers/commands/dynamoDb";
import { newCommandId } from "../../handlers/commands/ids";
import { StatusStore } from "../../handlers/commands/statusStore";
import { commandMiddleware } from "../../handlers/middleware/command";
import type { CommandTools } from "../../handlers/middleware/commandTools";
import type { CommandMiddlewareConfig } from "../../handlers/middleware/config";
import { idempotentOf } from "../../handlers/middleware/idempotent";
import type { CommandEnvelope } from "../../records/command";
import type { CommandFailureBody } from "../../records/commandFailure";
import { DynamoDbService } from "../../simulator/services/dynamoDb/dynamoDbService";
import { awsError } from "./awsFakes";
import { type CallFault, Process, ProcessTable } from "./commandProcess";
import { lambdaContext, MemoryTable, MiddlewareRun } from "./middlewareRun";
import { testWorld } from "./simulatorWorld";

export const COMMAND_ID = "0190a8f0-0000-7000-8000-000000000001";
const store = { tableName: "commands", expiresAfterSeconds: 86_400 };

export const commandConfig: CommandMiddlewareConfig = {
  service: "orders",
  fifo: false,
  idempotency: store,
  store,
  spoolUrl: "https://sqs.eu-west-1.amazonaws.com/123456789012/spool",
  maxReceiveCount: 3,
  maxHops: 8,
  permanentErrors: { CardDeclinedError: { title: "Card declined" } },
  targets: {
    billing: {
      kind: "command",
      queueUrl: "https://sqs.eu-west-1.amazonaws.com/123456789012/billing",
      commands: ["charge"],
    },
    receipts: { kind: "task", stateMachineArn: "arn:aws:states:eu-west-1:123456789012:stateMachine:receipts" },
  },
};

const schema = { type: "object", properties: { copies: { type: "integer" } }, required: ["copies"] };
export const commandSchemas = { placeOrder: schema, cancelOrder: schema };

/** A command's handler; `effect` does something to the world, once for each key. */
export type WorldHandler = (
  command: Command,
  context: CommandContext,
  effect: (key: string) => Promise<void>,
) => unknown;

type Delivered = { readonly ended: "crashed" | "done" | "failed"; readonly calls: number; readonly error?: unknown };

export class CommandFunctionWorld {
  readonly idempotency = new MemoryTable();
  readonly run: MiddlewareRun;
  readonly statuses: StatusStore;
  readonly spool: CommandFailureBody[] = [];
  /** Messages that other queues were sent, by queue URL. */
  readonly sent: SendMessageCommandInput[] = [];
  /** Executions that were started, by name. */
  readonly started = new Map<string, string>();
  /** What was done to the world, by key: how often it was asked for. */
  readonly effects = new Map<string, number>();
  /** Which calls the processes made. */
  readonly calls: string[] = [];
  readonly dynamoDb: CommandDynamoDb;
  /** How many faults have come true. */
  faultsMet = 0;
  readonly #sdk: DynamoDBClient;
  #requests = 0;

  constructor(
    readonly handler: WorldHandler,
    readonly config: CommandMiddlewareConfig = commandConfig,
  ) {
    this.run = new MiddlewareRun({ service: config.service }, this.idempotency);
    const { sdk, dynamoDb } = simulatedDynamoDb();
    this.#sdk = sdk;
    this.dynamoDb = dynamoDb;
    this.statuses = new StatusStore(store, dynamoDb);
  }

  /** One invocation with one message, as SQS or, with a generation, as a redrive's launcher makes it; then time passes. */
  async deliver(
    record: SQSRecord,
    { fault, generation }: { fault?: CallFault; generation?: number } = {},
  ): Promise<Delivered> {
    const process = new Process(fault, this.calls, () => {
      this.faultsMet += 1;
    });
    this.#requests += 1;
    const respool = generation === undefined ? undefined : { id: COMMAND_ID, source: "orders", generation };
    const wrapped = commandMiddleware(
      (command, context) =>
        this.handler(command, context, (key) =>
          process.call("effect", async () => void this.effects.set(key, (this.effects.get(key) ?? 0) + 1)),
        ),
      { schemas: commandSchemas },
      this.config,
      this.tools(process),
    );
    const context = lambdaContext({ requestId: `request-${this.#requests}`, ...(respool && { respool }) });
    const answered = wrapped({ Records: [record] }, context).then(
      ({ batchItemFailures }) => ({ ended: batchItemFailures.length === 0 ? ("done" as const) : ("failed" as const) }),
      (error: unknown) => ({ ended: "failed" as const, error }),
    );
    const ended = await Promise.race([answered, process.death.then(() => ({ ended: "crashed" as const }))]);
    // Longer than an attempt may take, as a visibility timeout is.
    vi.setSystemTime(Date.now() + 180_000);
    return { ...ended, calls: process.calls };
  }

  /** Brings the message until SQS may forget it, or it is a dead letter. */
  async deliverAll(fault?: CallFault & { readonly receive?: number }): Promise<"dead letter" | "done"> {
    for (let receive = 1; receive <= this.config.maxReceiveCount; receive++) {
      const isFaulty = fault !== undefined && (fault.receive ?? 1) === receive;
      const { ended } = await this.deliver(message({ receiveCount: receive }), isFaulty ? { fault } : {});
      if (ended === "done") return "done";
    }
    return "dead letter";
  }

  tools(process: Process): CommandTools {
    const dynamoDb: CommandDynamoDb = {
      put: (input) => process.call("put", () => this.dynamoDb.put(input)),
      get: (input) => process.call("get", () => this.dynamoDb.get(input)),
      batchGet: (input) => process.call("batchGet", () => this.dynamoDb.batchGet(input)),
      update: (input) => process.call("update", () => this.dynamoDb.update(input)),
      transactWrite: (input) => process.call("transactWrite", () => this.dynamoDb.transactWrite(input)),
    };
    const statuses = new StatusStore(store, dynamoDb);
    const sqs = {
      sendMessage: (input: SendMessageCommandInput) =>
        process.call("sendMessage", async () => {
          if (input.QueueUrl === this.config.spoolUrl) this.spool.push(JSON.parse(input.MessageBody ?? ""));
          else this.sent.push(input);
        }),
    };
    return {
      telemetry: this.run.tools.telemetry,
      idempotent: idempotentOf(this.config, new ProcessTable(process, this.idempotency)),
      statuses,
      sqs,
      accept: (command) => acceptCommand({ statuses, sqs, now: Date.now, newId: newCommandId }, command),
      stepFunctions: {
        startExecution: ({ stateMachineArn, name = "", input = "" }) =>
          process.call("startExecution", async () => {
            if (this.started.has(name)) throw awsError("ExecutionAlreadyExists", "it exists");
            this.started.set(name, input);
            return { executionArn: `${stateMachineArn} ${name}`, startDate: new Date() };
          }),
      },
      now: Date.now,
    };
  }

  close(): void {
    this.#sdk.destroy();
  }
}

interface Sent {
  readonly envelope?: Partial<CommandEnvelope>;
  /** In place of the envelope. */
  readonly body?: string;
  readonly receiveCount?: number;
  readonly messageId?: string;
}

export function message({ envelope, body, receiveCount = 1, messageId = "m1" }: Sent = {}): SQSRecord {
  const command = {
    respoolCommand: 1,
    id: COMMAND_ID,
    name: "placeOrder",
    time: "2026-01-01T00:00:00.000Z",
    data: { copies: 1 },
    ...envelope,
  };
  return {
    messageId,
    receiptHandle: "handle",
    body: body ?? JSON.stringify(command),
    attributes: {
      ApproximateReceiveCount: String(receiveCount),
      SentTimestamp: "1767225600000",
      SenderId: "AIDA",
      ApproximateFirstReceiveTimestamp: "1767225600001",
    },
    messageAttributes: {},
    md5OfBody: "",
    eventSource: "aws:sqs",
    eventSourceARN: "arn:aws:sqs:eu-west-1:123456789012:orders",
    awsRegion: "eu-west-1",
  };
}

/** The SDK's client, whose requests the simulator answers at once. */
function simulatedDynamoDb(): { readonly sdk: DynamoDBClient; readonly dynamoDb: CommandDynamoDb } {
  const world = testWorld();
  world.gateway.add(new DynamoDbService(world));
  world.call("dynamodb", "CreateTable", {
    TableName: store.tableName,
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
  });
  const sdk = new DynamoDBClient({
    region: "eu-west-1",
    credentials: { accessKeyId: "AKIA", secretAccessKey: "secret" },
    maxAttempts: 1,
    requestHandler: {
      handle: async ({ headers, body }: { headers: Record<string, string>; body: Uint8Array }) => {
        const action = headers["x-amz-target"]?.split(".")[1] ?? "";
        const outcome = world.outcome("dynamodb", action, JSON.parse(new TextDecoder().decode(body)));
        const answer = outcome.ok
          ? outcome.output
          : { __type: outcome.error.code, message: outcome.error.message, ...outcome.error.members };
        const response = { statusCode: outcome.ok ? 200 : 400, headers: {}, body: Buffer.from(JSON.stringify(answer)) };
        return { response };
      },
    },
  });
  return { sdk, dynamoDb: commandDynamoDb(sdk) };
}
