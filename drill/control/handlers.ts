// The bookshop's handlers as a careful team would write them by hand: each does its work and throws what goes wrong, and AWS's defaults do the rest.
import type {
  APIGatewayProxyEvent,
  APIGatewayProxyResult,
  DynamoDBStreamEvent,
  EventBridgeEvent,
  KinesisStreamEvent,
  SQSEvent,
} from "aws-lambda";

interface Order {
  readonly orderId: string;
}

/** @throws when the answer is no success */
async function ask(path: string, request: RequestInit = {}): Promise<unknown> {
  // The same switch as the bookshop's, for a release with a bug.
  if (process.env.BEHAVIOR === "NG") throw new TypeError("Cannot read properties of undefined");
  const response = await fetch(`${process.env.NEIGHBOURS_URL}${path}`, request);
  if (!response.ok) throw new Error(`${path} answered with status ${response.status}`);
  return response.json();
}

const post = (path: string, body: object, headers: Readonly<Record<string, string>> = {}) =>
  ask(path, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });

export async function getBook({ pathParameters }: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> {
  const book = await ask(`/books/${pathParameters?.bookId}`);
  return { statusCode: 200, body: JSON.stringify(book) };
}

export async function sendReceipt({ detail }: EventBridgeEvent<"OrderPlaced", Order>): Promise<void> {
  await post("/receipts", { order: detail.orderId });
}

export async function indexOrder({ Records }: DynamoDBStreamEvent): Promise<void> {
  for (const { dynamodb } of Records) await post("/documents", { put: { orderId: dynamodb?.Keys?.orderId?.S } });
}

export async function auditOrder({ Records }: KinesisStreamEvent): Promise<void> {
  for (const { kinesis } of Records) {
    const { orderId, what } = JSON.parse(Buffer.from(kinesis.data, "base64").toString("utf8"));
    await post("/entries", { order: orderId, what });
  }
}

export async function reserveStock({ Records }: SQSEvent): Promise<void> {
  for (const { body } of Records) {
    const { orderId, isbn, copies } = JSON.parse(body);
    await post("/reservations", { order: orderId, isbn, copies });
  }
}

export async function shipOrder({ Records }: SQSEvent): Promise<void> {
  for (const { body } of Records) {
    const { orderId, customer } = JSON.parse(body);
    await post("/shipments", { order: orderId, customer });
  }
}

/** Payment providers ask for an idempotency key, so this one has it. */
export async function chargeCard({ orderId }: Order): Promise<object> {
  return { orderId, charge: await post("/charges", { order: orderId }, { "idempotency-key": orderId }) };
}

export async function askWarehouse({ orderId }: Order): Promise<object> {
  return { orderId, status: await ask(`/orders/${orderId}`) };
}
