// The bookshop without components: plain resources, AWS's defaults, alarms on errors, and dead-letter queues that a script drains every night.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { api } from "./api";
import { handlerFunction } from "./handlerFunction";
import { queueWithDeadLetters } from "./queueWithDeadLetters";
import { stateMachine } from "./stateMachine";

const config = new pulumi.Config();
const environment = { NEIGHBOURS_URL: config.require("partnersUrl") };

const getBook = handlerFunction("books", { handler: "getBook", environment });

const sendReceipt = handlerFunction("send-receipt", { handler: "sendReceipt", environment });
const orderPlaced = new aws.cloudwatch.EventRule("order-placed", {
  eventPattern: JSON.stringify({ source: ["bookshop"], "detail-type": ["OrderPlaced"] }),
});
target("order-placed", orderPlaced, sendReceipt);

const indexOrder = handlerFunction("index-order", {
  handler: "indexOrder",
  policy: "AWSLambdaDynamoDBExecutionRole",
  environment,
});
const orders = new aws.dynamodb.Table("orders", {
  attributes: [{ name: "orderId", type: "S" }],
  hashKey: "orderId",
  billingMode: "PAY_PER_REQUEST",
  streamEnabled: true,
  streamViewType: "NEW_IMAGE",
});
new aws.lambda.EventSourceMapping("orders", {
  eventSourceArn: orders.streamArn,
  functionName: indexOrder.name,
  startingPosition: "TRIM_HORIZON",
});

const auditOrder = handlerFunction("audit-orders", {
  handler: "auditOrder",
  policy: "AWSLambdaKinesisExecutionRole",
  environment,
});
const orderEntries = new aws.kinesis.Stream("order-entries", { streamModeDetails: { streamMode: "ON_DEMAND" } });
new aws.lambda.EventSourceMapping("order-entries", {
  eventSourceArn: orderEntries.arn,
  functionName: auditOrder.name,
  startingPosition: "TRIM_HORIZON",
  // One bad record must not stop the shard for a day.
  maximumRetryAttempts: 3,
});

const stock = queueWithDeadLetters("reserve-stock", false);
const reserveStock = handlerFunction("reserve-stock", {
  handler: "reserveStock",
  policy: "AWSLambdaSQSQueueExecutionRole",
  environment,
});
new aws.lambda.EventSourceMapping("reserve-stock", {
  eventSourceArn: stock.queue.arn,
  functionName: reserveStock.name,
});

const shipments = queueWithDeadLetters("ship-order", true);
const shipOrder = handlerFunction("ship-order", {
  handler: "shipOrder",
  policy: "AWSLambdaSQSQueueExecutionRole",
  environment,
});
new aws.lambda.EventSourceMapping("ship-order", {
  eventSourceArn: shipments.queue.arn,
  functionName: shipOrder.name,
});

const chargeCard = handlerFunction("charge-card-function", { handler: "chargeCard", environment });
const charges = stateMachine("charge-card", chargeCard);
const askWarehouse = handlerFunction("order-status-function", { handler: "askWarehouse", environment });
const orderStatus = stateMachine("order-status", askWarehouse);

const drain = handlerFunction("drain", {
  handler: "drain",
  file: "drain.ts",
  environment: {
    STOCK_URL: stock.queue.url,
    STOCK_DEAD_LETTERS_URL: stock.deadLetters.url,
    SHIPMENT_URL: shipments.queue.url,
    SHIPMENT_DEAD_LETTERS_URL: shipments.deadLetters.url,
  },
});
new aws.iam.RolePolicy("drain-queues", {
  role: drain.role.apply((arn) => arn.split("/").at(-1) ?? ""),
  policy: pulumi
    .all([stock, shipments].flatMap(({ queue, deadLetters }) => [queue.arn, deadLetters.arn]))
    .apply((Resource) =>
      JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          { Effect: "Allow", Action: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:SendMessage"], Resource },
        ],
      }),
    ),
});
target("every-night", new aws.cloudwatch.EventRule("every-night", { scheduleExpression: "cron(0 3 * * ? *)" }), drain);

function target(name: string, rule: aws.cloudwatch.EventRule, invoked: aws.lambda.Function): void {
  new aws.cloudwatch.EventTarget(name, { rule: rule.name, arn: invoked.arn });
  new aws.lambda.Permission(name, {
    action: "lambda:InvokeFunction",
    function: invoked.name,
    principal: "events.amazonaws.com",
    sourceArn: rule.arn,
  });
}

export const booksUrl = api("books", getBook);
export const booksFunctionName = getBook.name;
export const chargeCardArn = charges.arn;
export const chargeCardFunctionName = chargeCard.name;
export const orderStatusArn = orderStatus.arn;
export const orderStatusFunctionName = askWarehouse.name;
export const sendReceiptFunctionName = sendReceipt.name;
export const ordersTableName = orders.name;
export const indexOrderFunctionName = indexOrder.name;
export const orderEntriesStreamName = orderEntries.name;
export const auditOrdersFunctionName = auditOrder.name;
export const reserveStockQueueUrl = stock.queue.url;
export const reserveStockFunctionName = reserveStock.name;
export const reserveStockDeadLettersUrl = stock.deadLetters.url;
export const shipOrderQueueUrl = shipments.queue.url;
export const shipOrderFunctionName = shipOrder.name;
export const shipOrderDeadLettersUrl = shipments.deadLetters.url;
export const drainFunctionName = drain.name;
