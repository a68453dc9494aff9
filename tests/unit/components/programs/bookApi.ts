// Two APIs of a bookshop: an open one of one function, and one for signed requests whose operation has a function of its own.
import * as aws from "@pulumi/aws";
import { ApiFunction, type ApiRequest, IdempotencyStore } from "../../../../components";
import { getBook } from "../../../../handlers/bookshop/getBook";

const role = new aws.iam.Role("api-gateway-logs", {
  assumeRolePolicy: JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: "apigateway.amazonaws.com" }, Action: "sts:AssumeRole" }],
  }),
});
const policy = new aws.iam.RolePolicyAttachment("api-gateway-logs", {
  role: role.name,
  policyArn: "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs",
});
const account = new aws.apigateway.Account("api-gateway", { cloudwatchRoleArn: role.arn }, { dependsOn: [policy] });

const books = new ApiFunction(
  "books",
  {
    operations: [
      { method: "GET", path: "/books/{bookId}", operationId: "getBook", summary: "Reads a book" },
      {
        method: "GET",
        path: "/books",
        operationId: "findBooks",
        parameters: [{ name: "title", in: "query", required: true }],
      },
    ],
    callback: async ({ operationId, pathParameters, query }: ApiRequest) =>
      operationId === "findBooks" ? { found: query.title } : getBook(pathParameters.bookId ?? "", process.env),
    authorization: "NONE",
    clientErrors: { BookNotFoundError: { status: 404, title: "Book not found" } },
    environment: { CATALOGUE_URL: "https://catalogue.example" },
    throttling: { rateLimit: 1, burstLimit: 3 },
    alarmActions: ["arn:aws:sns:eu-central-1:123456789012:alarms"],
  },
  { dependsOn: [account] },
);

const idempotency = new IdempotencyStore("idempotency", {}, { protect: false });
const orders = new ApiFunction(
  "orders",
  {
    operations: [
      {
        method: "POST",
        path: "/orders",
        operationId: "placeOrder",
        requestBody: { type: "object", required: ["isbn"], properties: { isbn: { type: "string" } } },
        callbackFactory: () => {
          let placed = 0;
          return async ({ body }: ApiRequest<{ readonly isbn: string }>) => {
            placed += 1;
            return { status: 201, body: { isbn: body.isbn, placed } };
          };
        },
      },
    ],
    idempotency,
    accessLog: false,
    alarms: { serverErrors: false, latency: false, clientErrors: 50 },
  },
  { dependsOn: [account] },
);

export const booksUrl = books.url;
export const booksOpenApi = books.openApi;
export const ordersUrl = orders.url;
