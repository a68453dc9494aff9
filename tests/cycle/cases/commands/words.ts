// What the cases of commands say: orders given, their status as clients see it, and what was done.
import { ScanCommand } from "@aws-sdk/client-dynamodb";
import { expect } from "vitest";
import { sqsApi, stepFunctionsApi } from "../../../../handlers/aws";
import { commandDynamoDb } from "../../../../handlers/commands/dynamoDb";
import { readStatus } from "../../../../handlers/commands/readStatus";
import { type CommandTarget, type SendCommandTools, sendCommand } from "../../../../handlers/commands/sendCommand";
import type { CommandStatus } from "../../../../handlers/commands/status";
import { StatusStore } from "../../../../handlers/commands/statusStore";
import type { CommandFailureBody } from "../../../../records/commandFailure";
import type { ApiAnswer } from "../../../support/backend";
import type { Cycle } from "../../cycleCase";
import type { Import, Order } from "../../program/commands";

export const program = "commands.ts";

type OrderCommands = { placeOrder: Order; importOrders: Import };

/** A request to the API. */
export interface Asked {
  /** @default "/orders" */
  readonly path?: string;
  /** JSON, or a text as it is. */
  readonly body: object | string;
  /** @default none */
  readonly key?: string;
}

export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly json: Readonly<Record<string, unknown>> & { readonly id: string };
}

/** The shop of program/commands.ts. */
export class Shop {
  private readonly url: string;

  constructor(readonly cycle: Cycle) {
    this.url = cycle.output("shopUrl");
  }

  /** Asks for a command. */
  async post(asked: Asked): Promise<Answered> {
    const [answer] = await this.postTogether([asked]);
    if (answer === undefined) throw new Error("one request has one answer");
    return answer;
  }

  /** Asks for several at the same time. */
  async postTogether(asked: readonly Asked[]): Promise<readonly Answered[]> {
    const requests = asked.map(({ path = "/orders", body, key }) => ({
      method: "POST",
      url: `${this.url}${path}`,
      headers: { "content-type": "application/json", ...(key !== undefined && { "idempotency-key": key }) },
      body: typeof body === "string" ? body : JSON.stringify(body),
    }));
    return (await this.cycle.backend.request(requests)).map(answered);
  }

  /** Orders through the API, and tells the ids. Nothing is waited for. */
  async place(orders: readonly string[]): Promise<readonly string[]> {
    const answers = await this.postTogether(orders.map((order) => ({ body: { order } })));
    for (const answer of answers) expect(answer).toMatchObject({ status: 202, json: { status: "accepted" } });
    return answers.map(({ json }) => json.id);
  }

  /** Orders, and waits until nothing is under way. */
  async placed(orders: readonly string[]): Promise<readonly string[]> {
    const ids = await this.place(orders);
    await this.cycle.backend.quiet();
    return ids;
  }

  /** The status as a client is told it. */
  async status(id: string): Promise<CommandStatus> {
    const [answer] = await this.cycle.backend.request([{ url: `${this.url}/commands/${id}` }]);
    expect(answer?.status).toBe(200);
    return JSON.parse(answer?.body ?? "") as CommandStatus;
  }

  /** The status as an operator's own tool reads it: what is asked of hundreds is told at once. */
  async read(id: string): Promise<CommandStatus> {
    const { backend } = this.cycle;
    const stepFunctions = stepFunctionsApi(backend.sdk.stepFunctions);
    const read = await readStatus(id, { statuses: this.statuses, stepFunctions, now: () => backend.now() });
    if (read === undefined) throw new Error(`there is no command ${id}`);
    return read.status;
  }

  async cancel(id: string): Promise<Answered> {
    const [answer] = await this.cycle.backend.request([{ method: "POST", url: `${this.url}/commands/${id}/cancel` }]);
    if (answer === undefined) throw new Error("one request has one answer");
    return answered(answer);
  }

  /** Sends a command as a tool of the admins does. */
  async send(
    data: Order,
    { idempotencyKey, ...tools }: { readonly idempotencyKey?: string } & SendCommandTools = {},
  ): Promise<string> {
    const { sdk } = this.cycle.backend;
    const command = { name: "placeOrder", data, ...(idempotencyKey !== undefined && { idempotencyKey }) } as const;
    const ours = { statuses: this.statuses, sqs: sqsApi(sdk.sqs), now: () => this.cycle.backend.now() };
    return (await sendCommand(this.target, command, { ...ours, ...tools })).id;
  }

  get target(): CommandTarget<OrderCommands> {
    return JSON.parse(this.cycle.output("ordersTarget")) as CommandTarget<OrderCommands>;
  }

  get statuses(): StatusStore {
    const { sdk } = this.cycle.backend;
    return new StatusStore(this.target, commandDynamoDb(sdk.dynamoDb), () => this.cycle.backend.now());
  }

  /** How often each order was reserved, by the table that this is one transaction with. */
  async reserved(): Promise<Readonly<Record<string, number>>> {
    const { sdk } = this.cycle.backend;
    const { Items = [] } = await sdk.dynamoDb.send(
      new ScanCommand({ TableName: this.cycle.output("ledgerTable"), ConsistentRead: true }),
    );
    return Object.fromEntries(Items.map(({ id, reserved }) => [id?.S ?? "", Number(reserved?.N)]));
  }

  /** Records of commands in the spool. */
  async commandRecords(): Promise<readonly CommandFailureBody[]> {
    const bodies = (await this.cycle.backend.messages(this.cycle.spool)).map(({ body }) => JSON.parse(body) as object);
    return bodies.filter(isCommandRecord);
  }

  /** Each order had each of its effects once, others had none, and no record of it waits anywhere. */
  async expectDoneOnce(orders: readonly string[]): Promise<void> {
    const charged = (await this.cycle.provider.charges()).map(({ order }) => order).sort();
    expect(charged).toEqual(orders.flatMap((order) => [order, `parcel-${order}`]).sort());
    expect(await this.reserved()).toEqual(Object.fromEntries(orders.map((order) => [order, 1])));
    await this.cycle.expectLaunchedOnce();
    await this.cycle.expectStartedOnce();
  }

  /** Each command is in that state. */
  async expectStates(ids: readonly string[], state: CommandStatus["status"]): Promise<void> {
    const states = new Set<string>();
    for (const id of ids) states.add((await this.read(id)).status);
    expect([...states]).toEqual([state]);
  }
}

function isCommandRecord(record: object): record is CommandFailureBody {
  return "command" in record && "message" in record;
}

function answered({ status, headers, body }: ApiAnswer): Answered {
  return { status, headers, json: JSON.parse(body) as Answered["json"] };
}

/** A message of the client's own making. */
export function envelope(members: object): string {
  return JSON.stringify({
    respoolCommand: 1,
    id: "0199e8a4-0000-7000-8000-000000000001",
    name: "placeOrder",
    time: "2026-01-05T08:00:00.000Z",
    data: { order: "o-1" },
    ...members,
  });
}

/** The id of the message that {@link envelope} makes. */
export const forgedId = "0199e8a4-0000-7000-8000-000000000001";
