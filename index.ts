// The sample program: a bookshop whose work survives unreliable neighbours, whatever invokes it.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { ApiGatewayLogs } from "./bookshop/apiGatewayLogs";
import { orderCommands, stockCommands } from "./bookshop/commandSchemas";
import { dependencies } from "./bookshop/dependencies";
import { GentlePayments } from "./bookshop/gentlePayments";
import { OrderStatus } from "./bookshop/orderStatus";
import {
  ApiFunction,
  type ApiRequest,
  AsyncFunction,
  ClosureFunction,
  CommandApi,
  CommandFunction,
  CommandStore,
  Dashboard,
  type Duration,
  type DynamoDbStreamRecord,
  ErrorSpool,
  IdempotencyStore,
  type KinesisStreamRecord,
  QueueFunction,
  type QueueMessage,
  ReprocessFunction,
  SavedQueries,
  StreamFunction,
  UncertainTask,
} from "./components";
import { defaultBusBeside } from "./components/defaultBus";
import { chargeAndAnnounce, eventBus } from "./handlers/bookshop/announceOrder";
import { auditOrder, type OrderEntry } from "./handlers/bookshop/auditOrder";
import { checkOrder } from "./handlers/bookshop/checkOrder";
import { decideOrder } from "./handlers/bookshop/decideOrder";
import { getBook } from "./handlers/bookshop/getBook";
import { indexOrder as index } from "./handlers/bookshop/indexOrder";
import type { DeskOrder, OrderCommands, StockCommands } from "./handlers/bookshop/orderCommands";
import { reserveStock as reserve } from "./handlers/bookshop/reserveStock";
import { type OrderPlaced, sendReceipt as send } from "./handlers/bookshop/sendReceipt";
import { type Shipment, shipOrder as ship } from "./handlers/bookshop/shipOrder";
import { sendCommand } from "./handlers/commands/sendCommand";

const config = new pulumi.Config();
const alarmTopicArn = config.get("alarmTopicArn");
const alarmActions = alarmTopicArn ? [alarmTopicArn] : [];
const protect = config.getBoolean("protectSpool") ?? true;
const { paymentProviderUrl, partnersUrl } = dependencies(config);
const rehearsal = { BEHAVIOR: config.get("behavior") ?? "OK", SLEEP: config.get("sleepSeconds") ?? "0" };
const accessLog = config.getBoolean("apiAccessLog") ?? false;

/** Where failed work waits. */
const spool = new ErrorSpool(
  "spool",
  { retention: (config.get("spoolRetention") ?? "14 days") as Duration, alarmActions },
  { protect },
);

/** What was done already, by the work's id. */
const idempotency = new IdempotencyStore("idempotency", {}, { protect });

/** How far commands are, and their results. */
const commands = new CommandStore("commands", {}, { protect });

/** Only where `gentle` is configured: how the payment provider is spared. */
const gentle = config.getBoolean("gentle") ? new GentlePayments(alarmActions) : undefined;

/** Charges an order's card and puts `OrderPlaced` on the bus: tried, tried once more, then parked. */
const chargeCard = new UncertainTask("charge-card", {
  spool,
  task: {
    callbackFactory: () => chargeAndAnnounce(process.env, eventBus()),
    environment: { PAYMENT_PROVIDER_URL: paymentProviderUrl, ...rehearsal },
    permissions: [{ actions: ["events:PutEvents"], resources: [spool.arn.apply(defaultBusBeside)] }],
    timeout: "30 seconds",
  },
  permanentErrors: ["CardDeclinedError"],
  ...gentle?.controls,
});

/** Asks the warehouse where an order is, and waits while the warehouse asks for patience. */
const orderStatus = new OrderStatus("order-status", { spool, warehouseUrl: partnersUrl });

const apiOptions = { dependsOn: accessLog ? [new ApiGatewayLogs("api-gateway-logs")] : [] };

/** Reads a book while a client waits. */
const books = new ApiFunction(
  "books",
  {
    operations: [{ method: "GET", path: "/books/{bookId}", operationId: "getBook", summary: "Reads a book" }],
    callback: async ({ pathParameters }: ApiRequest) => getBook(pathParameters.bookId ?? "", process.env),
    clientErrors: { BookNotFoundError: { status: 404, title: "Book not found" } },
    authorization: "NONE",
    environment: { CATALOGUE_URL: partnersUrl, ...rehearsal },
    accessLog,
    alarmActions,
  },
  apiOptions,
);

/** Mails a receipt when an order was placed; nobody waits for it. */
const sendReceipt = new AsyncFunction("send-receipt", {
  spool,
  idempotency,
  triggers: [{ eventPattern: { source: ["bookshop"], "detail-type": ["OrderPlaced"] } }],
  callback: async (event: OrderPlaced) => send(event, process.env),
  environment: { MAIL_SERVICE_URL: partnersUrl, ...rehearsal },
  alarmActions,
});

const ordersTable = new aws.dynamodb.Table(
  "orders",
  {
    attributes: [{ name: "orderId", type: "S" }],
    hashKey: "orderId",
    billingMode: "PAY_PER_REQUEST",
    streamEnabled: true,
    streamViewType: "NEW_IMAGE",
  },
  { protect },
);

/** Puts changed orders into the search index. */
const indexOrder = new StreamFunction("index-order", {
  spool,
  idempotency,
  stream: ordersTable,
  callback: async (change: DynamoDbStreamRecord) => index(change, process.env),
  environment: { SEARCH_SERVICE_URL: partnersUrl, ...rehearsal },
  alarmActions,
});

const orderEntries = new aws.kinesis.Stream("order-entries", { shardCount: 1 });

/** Hands what happened to orders to the auditor. */
const auditOrders = new StreamFunction("audit-orders", {
  spool,
  idempotency,
  stream: orderEntries,
  callback: async (entry: KinesisStreamRecord<OrderEntry>) => auditOrder(entry, process.env),
  environment: { AUDITOR_URL: partnersUrl, ...rehearsal },
  alarmActions,
});

/** Reserves books in the warehouse, five requests at a time. */
const reserveStock = new CommandFunction<StockCommands>(
  "reserve-stock",
  {
    spool,
    store: commands,
    commands: stockCommands,
    callback: async (command) => reserve(command, process.env),
    environment: { WAREHOUSE_URL: partnersUrl, ...rehearsal },
    maximumConcurrency: 5,
    alarmActions,
  },
  { protect },
);

/** Decides about orders, whoever asks. */
const orders = new CommandFunction<OrderCommands>(
  "orders",
  {
    spool,
    store: commands,
    commands: orderCommands,
    callback: async (command, context) => decideOrder(command, context, process.env),
    permanentErrors: { EffectRefused: { title: "The order cannot be cancelled" } },
    sends: [reserveStock, chargeCard],
    environment: { ORDERS_TABLE: ordersTable.name },
    permissions: [{ actions: ["dynamodb:PutItem", "dynamodb:UpdateItem"], resources: [ordersTable.arn] }],
    alarmActions,
  },
  { protect },
);

/** Accepts orders of customers, and tells them what became of them. */
const ordersApi = new CommandApi<OrderCommands>(
  "orders-api",
  {
    store: commands,
    operations: [
      { command: "placeOrder", to: orders, path: "/orders" },
      { command: "cancelOrder", to: orders, method: "DELETE", path: "/orders/{orderId}" },
    ],
    check: async (command) => checkOrder(command, process.env),
    clientErrors: {
      BookNotFoundError: { status: 404, title: "Book not found" },
      PriceChangedError: { status: 409, title: "Price changed" },
    },
    environment: { CATALOGUE_URL: partnersUrl, ...rehearsal },
    accessLog,
    alarmActions,
  },
  apiOptions,
);

/** Takes orders at the desk: the shop's own people invoke it, and its orders go the same way. */
const orderDesk = new ClosureFunction("order-desk", {
  callback: async ({ key, order }: DeskOrder) =>
    sendCommand(orders.target.get(), { name: "placeOrder", data: order, idempotencyKey: key }),
  permissions: orders.sendStatements,
});

/** Ships the parcels of a customer in order. */
const shipOrder = new QueueFunction(
  "ship-order",
  {
    spool,
    idempotency,
    fifo: true,
    contentBasedDeduplication: true,
    callback: async (message: QueueMessage<Shipment>) => ship(message, process.env),
    environment: { WAREHOUSE_URL: partnersUrl, ...rehearsal },
    alarmActions,
  },
  { protect },
);

/** Redrives what waits, whatever it was, when the neighbour is back. */
const reprocess = new ReprocessFunction("reprocess", {
  spool,
  sources: [chargeCard, orderStatus, sendReceipt, indexOrder, auditOrders, reserveStock, orders, shipOrder],
  max: config.getNumber("maxReprocess") ?? 10,
  maxRedrives: config.get("maxRedrives") ? config.getNumber("maxRedrives") : gentle?.maxRedrives,
  schedule: config.get("reprocessSchedule") || undefined,
});

const recover = gentle?.recover(chargeCard, reprocess);

const charges = [spool, chargeCard, orderStatus, reprocess, ...(recover ? [recover] : [])];
const commandComponents = [ordersApi, orders, reserveStock];
const components = [...charges, books, ...commandComponents, sendReceipt, indexOrder, auditOrders, shipOrder];
new Dashboard("bookshop", { components });
new SavedQueries("bookshop", { components });

export const chargeCardArn = chargeCard.arn;
export const chargeCardFunctionName = chargeCard.function?.name;
export const orderStatusArn = orderStatus.arn;
export const orderStatusFunctionName = orderStatus.functionName;
export const booksUrl = books.url;
export const booksFunctionName = books.functions.getBook?.functionName;
export const sendReceiptFunctionName = sendReceipt.functionName;
export const ordersTableName = ordersTable.name;
export const indexOrderFunctionName = indexOrder.functionName;
export const orderEntriesStreamName = orderEntries.name;
export const auditOrdersFunctionName = auditOrders.functionName;
export const ordersApiUrl = ordersApi.url;
export const ordersApiFunctionName = ordersApi.function.name;
export const ordersQueueUrl = orders.queue.url;
export const ordersFunctionName = orders.functionName;
export const orderDeskFunctionName = orderDesk.functionName;
export const commandsTableName = commands.table.name;
export const reserveStockQueueUrl = reserveStock.queue.url;
export const reserveStockFunctionName = reserveStock.functionName;
export const shipOrderQueueUrl = shipOrder.queue.url;
export const shipOrderFunctionName = shipOrder.functionName;
export const shipOrderDeadLettersUrl = shipOrder.deadLetterQueue?.url;
export const reprocessFunctionName = reprocess.functionName;
export const launcherArn = reprocess.launcher?.arn;
export const reconcilerFunctionName = reprocess.reconciler?.functionName;
export const renewerFunctionName = reprocess.renewer?.functionName;
export const editFunctionName = reprocess.editor?.functionName;
export const paymentBreakerArn = gentle?.breaker.controlArn;
export const paymentBreakerTableName = gentle?.breaker.tableName;
export const paymentSemaphoreTableName = gentle?.semaphore.tableName;
export const recoverArn = recover?.arn;
export const recoverTableName = recover?.tableName;
export const spoolUrl = spool.url;
export const poisonUrl = spool.poison.url;
export const spoolBucketName = spool.bucket?.name;
