// The bookshop's sample handlers in their middleware, one of each kind of invocation.
import * as pulumi from "@pulumi/pulumi";
import {
  type DynamoDbStreamRecord,
  IdempotencyStore,
  type KinesisStreamRecord,
  type QueueMessage,
} from "../../../../components";
import { middlewareFunction } from "../../../../components/middlewareFunction";
import { auditOrder as audit, type OrderEntry } from "../../../../handlers/bookshop/auditOrder";
import { indexOrder as index } from "../../../../handlers/bookshop/indexOrder";
import type { StockRequest } from "../../../../handlers/bookshop/orderCommands";
import { reserveStock as reserve } from "../../../../handlers/bookshop/reserveStock";
import { type OrderPlaced, sendReceipt as send } from "../../../../handlers/bookshop/sendReceipt";
import type { QueueMiddlewareConfig, StreamMiddlewareConfig } from "../../../../handlers/middleware/config";

class Bookshop extends pulumi.ComponentResource {
  constructor(name: string) {
    super("respool:tests:Bookshop", name);
  }
}

const shop = new Bookshop("shop");
const reserveStockConfig: QueueMiddlewareConfig = { service: "reserve-stock", fifo: false };
const indexOrderConfig: StreamMiddlewareConfig = { service: "index-order", stream: "dynamodb" };
const auditOrderConfig: StreamMiddlewareConfig = { service: "audit-order", stream: "kinesis" };
const idempotency = new IdempotencyStore("idempotency", {}, { protect: false });

const sendReceipt = middlewareFunction(
  "send-receipt",
  {
    kind: "async",
    config: { service: "send-receipt" },
    idempotency,
    handler: {
      callback: async (event: OrderPlaced) => send(event, process.env),
      environment: { MAIL_SERVICE_URL: "https://mail.example" },
    },
  },
  shop,
);

const reserveStock = middlewareFunction(
  "reserve-stock",
  {
    kind: "queue",
    config: reserveStockConfig,
    idempotency,
    handler: {
      callback: async ({ id, body }: QueueMessage<StockRequest>) => reserve({ id, data: body }, process.env),
      environment: { WAREHOUSE_URL: "https://warehouse.example" },
    },
  },
  shop,
);

const indexOrder = middlewareFunction(
  "index-order",
  {
    kind: "stream",
    config: indexOrderConfig,
    idempotency,
    handler: {
      callback: async (record: DynamoDbStreamRecord) => index(record, process.env),
      environment: { SEARCH_SERVICE_URL: "https://search.example" },
    },
  },
  shop,
);

const auditOrder = middlewareFunction(
  "audit-order",
  {
    kind: "stream",
    config: auditOrderConfig,
    idempotency,
    handler: {
      callback: async (record: KinesisStreamRecord<OrderEntry>) => audit(record, process.env),
      environment: { AUDITOR_URL: "https://audit.example" },
    },
  },
  shop,
);

export const names = {
  sendReceipt: sendReceipt.functionName,
  reserveStock: reserveStock.functionName,
  indexOrder: indexOrder.functionName,
  auditOrder: auditOrder.functionName,
};
