// The ways by which work comes into the bookshop, one for each invocation type: how it is handed in, and what the caller sees of it.
import { keyedCommandId } from "../handlers/commands/ids";
import { COMMAND_VERSION, type CommandEnvelope } from "../records/command";
import type { Shop, ShopOutputs } from "./shop";

/** One way in. */
export interface Entrance {
  /** The invocation type, in AWS's words. */
  readonly title: string;
  /** The output with the function's name. */
  readonly handler: keyof ShopOutputs & `${string}FunctionName`;
  /** How the names of its alarms begin, which need not be repeated beside it. */
  readonly component: string;
  /** The path at the neighbours where its work is done, or looked up. */
  readonly place: string;
  /** How many pieces of work are handed in at once. */
  readonly size: number;
  /** Hands pieces of work in. */
  submit(shop: Shop, pieces: readonly string[]): void;
  /** What the caller was told last. */
  seen(shop: Shop): string;
  /** Where somebody waits for the answer: whether that told if asking again makes sense. */
  told?(shop: Shop): boolean;
  /** Whether a failed batch is recorded as one. */
  readonly isStream?: boolean;
  /** The output with the ARN of the state machine that the work is an execution of. */
  readonly machine?: "chargeCardArn" | "orderStatusArn";
  /** How often the caller got what it asked for; undefined where the neighbours count. */
  answers?(shop: Shop, piece: string): number;
}

const accepted = () => "accepted";
const batch = 5;

function order(orderId: string): { orderId: string; customer: string; amount: number; currency: string } {
  return { orderId, customer: "Ada", amount: 12, currency: "EUR" };
}

/** Events are on the bus as the shop front puts them; the direct caller sends the same. */
function placed(piece: string) {
  return { Source: "bookshop", DetailType: "OrderPlaced", Detail: JSON.stringify(order(piece)) };
}

function submitMessages(
  shop: Shop,
  queueUrl: string,
  bodies: readonly (readonly [body: object, group?: string])[],
): void {
  const Entries = bodies.map(([body, group], index) => ({
    Id: String(index),
    MessageBody: JSON.stringify(body),
    ...(group === undefined
      ? {}
      : { MessageGroupId: group, MessageDeduplicationId: JSON.stringify(body).replaceAll(/\W/g, "") }),
  }));
  shop.call("sqs", "SendMessageBatch", { QueueUrl: queueUrl, Entries });
}

/** A command to the bookshop, as somebody sent it; the program without components takes what is in it. */
function reservation(
  shop: Shop,
  data: { readonly orderId: string; readonly isbn: string; readonly copies: number },
): object {
  if (shop.outputs.commandsTableName === undefined) return data;
  const time = new Date(shop.simulation.clock.now).toISOString();
  const id = keyedCommandId("drill", data.orderId);
  return { respoolCommand: COMMAND_VERSION, id, name: "reserveStock", time, data } satisfies CommandEnvelope;
}

function execute(
  shop: Shop,
  stateMachineArn: string,
  pieces: readonly string[],
  inputOf: (piece: string) => object,
): void {
  for (const piece of pieces)
    shop.call("states", "StartExecution", { stateMachineArn, name: piece, input: JSON.stringify(inputOf(piece)) });
}

const executionSeen = (shop: Shop, machineArn: string) => shop.executions(machineArn)[0]?.status ?? "";

interface Answer {
  readonly piece: string;
  readonly status: number;
  /** Status and title. */
  readonly text: string;
  /** Whether it says if asking again makes sense. */
  readonly told: boolean;
}

/** What the client of each shop's API was answered. */
const answers = new WeakMap<Shop, readonly Answer[]>();

const answersIn = (shop: Shop) => answers.get(shop) ?? [];

function get(shop: Shop, piece: string): void {
  const { status, body } = shop.get(`/books/${piece}`);
  const { title, message, retryable } = JSON.parse(body) as { title?: string; message?: string; retryable?: boolean };
  const answer = { piece, status, text: `${status} ${title ?? message}`, told: retryable !== undefined };
  answers.set(shop, [...answersIn(shop), answer]);
}

export const entrances = {
  api: {
    title: "API Gateway",
    handler: "booksFunctionName",
    component: "books",
    place: "/books",
    size: 1,
    submit: (shop, pieces) => {
      for (const piece of pieces) get(shop, piece);
    },
    seen: (shop) => answersIn(shop).at(-1)?.text ?? "",
    told: (shop) => answersIn(shop).at(-1)?.told ?? false,
    answers: (shop, piece) => answersIn(shop).filter((each) => each.piece === piece && each.status === 200).length,
  },
  event: {
    title: "EventBridge event",
    handler: "sendReceiptFunctionName",
    component: "send-receipt",
    place: "/receipts",
    size: 1,
    submit: (shop, pieces) => void shop.call("events", "PutEvents", { Entries: pieces.map(placed) }),
    seen: accepted,
  },
  direct: {
    title: "asynchronous invocation",
    handler: "sendReceiptFunctionName",
    component: "send-receipt",
    place: "/receipts",
    size: 1,
    submit: (shop, pieces) => {
      for (const piece of pieces)
        shop.call("lambda", "Invoke", {
          FunctionName: shop.outputs.sendReceiptFunctionName,
          InvocationType: "Event",
          Payload: JSON.stringify({ detail: order(piece) }),
        });
    },
    seen: accepted,
  },
  table: {
    title: "DynamoDB stream",
    handler: "indexOrderFunctionName",
    component: "index-order",
    place: "/documents",
    size: batch,
    isStream: true,
    submit: (shop, pieces) => {
      const TransactItems = pieces.map((piece) => ({
        Put: { TableName: shop.outputs.ordersTableName, Item: { orderId: { S: piece }, customer: { S: "Ada" } } },
      }));
      shop.call("dynamodb", "TransactWriteItems", { TransactItems });
    },
    seen: accepted,
  },
  stream: {
    title: "Kinesis stream",
    handler: "auditOrdersFunctionName",
    component: "audit-orders",
    place: "/entries",
    size: batch,
    isStream: true,
    submit: (shop, pieces) => {
      const Records = pieces.map((piece) => ({
        PartitionKey: "Ada",
        Data: Buffer.from(JSON.stringify({ orderId: piece, what: "placed" })).toString("base64"),
      }));
      shop.call("kinesis", "PutRecords", { StreamName: shop.outputs.orderEntriesStreamName, Records });
    },
    seen: accepted,
  },
  queue: {
    title: "SQS queue",
    handler: "reserveStockFunctionName",
    component: "reserve-stock",
    place: "/reservations",
    size: batch,
    submit: (shop, pieces) =>
      submitMessages(
        shop,
        shop.outputs.reserveStockQueueUrl,
        pieces.map((orderId) => [reservation(shop, { orderId, isbn: "9780141187785", copies: 1 })]),
      ),
    seen: accepted,
  },
  fifo: {
    title: "SQS FIFO queue",
    handler: "shipOrderFunctionName",
    component: "ship-order",
    place: "/shipments",
    size: batch,
    submit: (shop, pieces) =>
      submitMessages(
        shop,
        shop.outputs.shipOrderQueueUrl,
        pieces.map((orderId, index) => {
          const customer = index < 3 ? "Ada" : "Grace";
          return [{ orderId, customer }, customer];
        }),
      ),
    seen: accepted,
  },
  task: {
    title: "Step Functions task",
    handler: "chargeCardFunctionName",
    component: "charge-card",
    place: "/charges",
    size: 1,
    machine: "chargeCardArn",
    submit: (shop, pieces) => execute(shop, shop.outputs.chargeCardArn, pieces, order),
    seen: (shop) => executionSeen(shop, shop.outputs.chargeCardArn),
  },
  status: {
    title: "Step Functions task, throttled neighbour",
    handler: "orderStatusFunctionName",
    component: "order-status",
    place: "/orders",
    size: 1,
    machine: "orderStatusArn",
    submit: (shop, pieces) => execute(shop, shop.outputs.orderStatusArn, pieces, (orderId) => ({ orderId })),
    seen: (shop) => executionSeen(shop, shop.outputs.orderStatusArn),
    answers: (shop, piece) =>
      shop.executions(shop.outputs.orderStatusArn).filter(({ status, output }) => {
        const { orderId, spooled } = (output ?? {}) as { orderId?: string; spooled?: boolean };
        return status === "SUCCEEDED" && spooled !== true && orderId === piece;
      }).length,
  },
} as const satisfies Readonly<Record<string, Entrance>>;

export type EntranceName = keyof typeof entrances;
