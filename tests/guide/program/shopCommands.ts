// The second program of docs/guide/commands.md, which shows it without this line.
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, GetCommand } from "@aws-sdk/lib-dynamodb";
import * as aws from "@pulumi/aws";
import {
  ClosureFunction,
  CommandApi,
  CommandFunction,
  CommandStore,
  Dashboard,
  ErrorSpool,
  ReprocessFunction,
  SavedQueries,
  UncertainTask,
} from "../../../components";

export interface Order {
  readonly isbn: string;
  readonly copies: number;
  readonly card: string;
}

export interface OrderCommands {
  placeOrder: Order;
  shipOrder: { readonly orderId: string };
}

interface Charge {
  readonly orderId: string;
  readonly card: string;
  readonly copies: number;
}

const spool = new ErrorSpool("spool");
const store = new CommandStore("commands");
const books = new aws.dynamodb.Table("books", {
  attributes: [{ name: "isbn", type: "S" }],
  hashKey: "isbn",
  billingMode: "PAY_PER_REQUEST",
});
const orderTable = new aws.dynamodb.Table("orders", {
  attributes: [{ name: "orderId", type: "S" }],
  hashKey: "orderId",
  billingMode: "PAY_PER_REQUEST",
});
const { name: booksName } = books;
const { name: ordersName } = orderTable;

/** Asks a neighbour, once for each key. */
async function ask(neighbour: string, key: string): Promise<void> {
  const { status } = await fetch(`https://${neighbour}.example.com/`, {
    method: "POST",
    headers: { "idempotency-key": key },
  });
  if (status === 402) {
    throw Object.assign(new Error("declined"), { name: "CardDeclinedError", detail: "The bank refused the card." });
  }
  if (status !== 200) throw Object.assign(new Error(`${neighbour} answered ${status}`), { name: "NeighbourDown" });
}

const sendReceipt = new UncertainTask("send-receipt", {
  spool,
  task: async ({ orderId }: { readonly orderId: string }) => ask("mail", orderId),
});

const payments = new CommandFunction<{ chargeCard: Charge }>("payments", {
  spool,
  store,
  commands: {
    chargeCard: {
      schema: {
        type: "object",
        required: ["orderId", "card", "copies"],
        properties: { orderId: { type: "string" }, card: { type: "string" }, copies: { type: "integer" } },
      },
    },
  },
  callback: async ({ id, data }, context) => {
    await ask("payments", id);
    await context.progress(0.9, "charged");
    await context.send("send-receipt", { name: "sendReceipt", data: { orderId: data.orderId } });
    return { charged: data.copies * 20 };
  },
  permanentErrors: { CardDeclinedError: { title: "Card declined" } },
  sends: [sendReceipt],
  memorySize: 512,
  timeout: "20 seconds",
  maximumConcurrency: 5,
  alarms: { age: "10 minutes" },
});

const orders = new CommandFunction<OrderCommands>("orders", {
  spool,
  store,
  commands: {
    placeOrder: {
      schema: {
        type: "object",
        required: ["isbn", "copies", "card"],
        properties: {
          isbn: { type: "string" },
          copies: { type: "integer", minimum: 1, maximum: 10 },
          card: { type: "string" },
        },
        additionalProperties: false,
      },
    },
    shipOrder: {
      schema: { type: "object", required: ["orderId"], properties: { orderId: { type: "string" } } },
    },
  },
  callback: async (command, context) => {
    const TableName = ordersName.get();
    if (command.name === "shipOrder") {
      const { orderId } = command.data;
      const ship = {
        TableName,
        Key: { orderId },
        UpdateExpression: "SET shippedAt = :time",
        ConditionExpression: "attribute_exists(orderId)",
        ExpressionAttributeValues: { ":time": command.time },
      };
      return context.effect([{ Update: ship }], { orderId });
    }
    const { id: orderId, data, time } = command;
    const { card, copies } = data;
    await context.send("payments", { name: "chargeCard", data: { orderId, card, copies } });
    return context.effect([{ Put: { TableName, Item: { ...data, orderId, placedAt: time } } }], { orderId });
  },
  permanentErrors: { EffectRefused: { title: "There is no such order" } },
  permissions: [{ actions: ["dynamodb:PutItem", "dynamodb:UpdateItem"], resources: [orderTable.arn] }],
  sends: [payments],
});

const admin = new CommandApi<OrderCommands>("admin", {
  store,
  operations: [
    { command: "placeOrder", to: orders, path: "/orders", summary: "Places an order" },
    { command: "shipOrder", to: orders, path: "/orders/{orderId}/shipment" },
  ],
  accessLog: false,
});

const letIn = new ClosureFunction("let-in", {
  callback: async ({ authorizationToken, methodArn }: { authorizationToken: string; methodArn: string }) => {
    if (!authorizationToken.startsWith("customer-")) throw new Error("Unauthorized");
    const Statement = [{ Effect: "Allow", Action: "execute-api:Invoke", Resource: `${methodArn.split("/")[0]}/*` }];
    return { principalId: authorizationToken, policyDocument: { Version: "2012-10-17", Statement } };
  },
});
const shop = new CommandApi<OrderCommands>("shop", {
  store,
  operations: [{ command: "placeOrder", to: orders, path: "/orders" }],
  checkFactory: () => {
    const dynamoDb = DynamoDBDocumentClient.from(new DynamoDBClient({}));
    return async ({ name, data }) => {
      if (name !== "placeOrder") return;
      const { Item } = await dynamoDb.send(new GetCommand({ TableName: booksName.get(), Key: { isbn: data.isbn } }));
      if (Item === undefined) {
        throw Object.assign(new Error("no such book"), { name: "BookNotFoundError", detail: "We do not sell it." });
      }
    };
  },
  clientErrors: { BookNotFoundError: { status: 404, title: "Book not found" } },
  permissions: [{ actions: ["dynamodb:GetItem"], resources: [books.arn] }],
  authorization: { authorizer: letIn },
  accessLog: false,
});

const reprocess = new ReprocessFunction("reprocess", { spool, sources: [orders, payments, sendReceipt] });

const components = [spool, shop, admin, orders, payments, sendReceipt, reprocess];
const dashboard = new Dashboard("dashboard", { components });
new SavedQueries("queries", { components });

export const adminUrl = admin.url;
export const shopUrl = shop.url;
export const shopDocument = shop.openApi;
export const ordersTarget = orders.target;
export const booksTable = booksName;
export const ordersTable = ordersName;
export const spoolUrl = spool.url;
export const reprocessFunctionName = reprocess.functionName;
export const dashboardUrl = dashboard.url;
