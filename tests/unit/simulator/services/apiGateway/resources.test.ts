// What API Gateway takes, what it refuses, and what the real client reads of it.
import {
  APIGatewayClient,
  GetAccountCommand,
  GetDeploymentsCommand,
  GetExportCommand,
  GetRestApiCommand,
  GetRestApisCommand,
  GetStageCommand,
  GetStagesCommand,
} from "@aws-sdk/client-api-gateway";
import { describe, expect, it } from "vitest";
import { listen } from "../../../../../simulator";
import { type ApiWorldOptions, apiWorld } from "./apiWorld";

describe("an OpenAPI document", () => {
  it.each<[ApiWorldOptions, string]>([
    [{ document: { servers: [] } }, "[body.servers]"],
    [{ document: { openapi: "3.1.0" } }, '[body.openapi] "3.1.0"; it has 3.0.x'],
    [{ get: { callbacks: {} } }, "[paths./books/{bookId}.get.callbacks]"],
    [
      { get: { "x-amazon-apigateway-integration": { type: "mock" } } },
      '[paths./books/{bookId}.get.x-amazon-apigateway-integration.type] "mock"; it has "aws_proxy"',
    ],
    [
      { document: { "x-amazon-apigateway-gateway-responses": { TEAPOT: {} } } },
      "[x-amazon-apigateway-gateway-responses.TEAPOT]",
    ],
    [
      {
        document: {
          "x-amazon-apigateway-gateway-responses": {
            THROTTLED: { responseTemplates: { "application/json": "$input.body" } },
          },
        },
      },
      '"$input.body"; it has $context.* alone',
    ],
    [{ api: { endpointConfiguration: { types: "EDGE" } } }, '[endpointConfiguration.types] "EDGE"; it has "REGIONAL"'],
    [{ settings: { loggingLevel: "INFO" } }, '[settings.loggingLevel] "INFO"; it has "OFF"'],
  ])("is refused by the name of what the simulator does not have: %j", (options, message) => {
    expect(() => apiWorld(options)).toThrow(message);
  });

  it("is refused as on AWS when it is wrong", () => {
    expect(() => apiWorld({ api: { body: "{" } })).toThrow(
      "Unable to parse API definition because of a malformed body",
    );
    expect(() => apiWorld({ document: { paths: {} } })).toThrow("The REST API doesn't contain any methods");
    expect(() => apiWorld({ document: { "x-amazon-apigateway-request-validator": "all" } })).toThrow(
      'Invalid Request Validator identifier specified: "all"',
    );
  });
});

describe("a stage with an access log", () => {
  const destinationArn = "arn:aws:logs:eu-central-1:123456789012:log-group:access";
  const stage = (format: string) => ({ accessLogSettings: { destinationArn, format } });

  it("needs the account's role", () => {
    expect(() => apiWorld({ account: false, stage: stage("$context.requestId") })).toThrow(
      "CloudWatch Logs role ARN must be set in account settings to enable logging",
    );
  });

  it("needs a request id in its format, and variables that are known", () => {
    expect(() => apiWorld({ stage: stage("$context.status") })).toThrow("must contain at least $context.requestId");
    expect(() => apiWorld({ stage: stage("$context.requestId $context.authorizer.claims") })).toThrow(
      '[accessLogSettings.format] "$context.authorizer.claims"',
    );
  });
});

describe("listen", () => {
  it("serves stages by path, and the reads of the real client", async () => {
    const { simulation, apiId } = apiWorld();
    const listener = await listen(simulation);
    const credentials = { accessKeyId: "AKIA", secretAccessKey: "secret" };
    const client = new APIGatewayClient({
      region: "eu-central-1",
      endpoint: listener.url,
      credentials,
      maxAttempts: 1,
    });
    try {
      const answer = await fetch(`${listener.url}/_aws/execute-api/${apiId}/prod/books/7?lang=en`);
      expect(answer.status).toBe(200);
      expect(await answer.json()).toMatchObject({
        pathParameters: { bookId: "7" },
        queryStringParameters: { lang: "en" },
      });
      const { items } = await client.send(new GetRestApisCommand({}));
      expect(items).toMatchObject([{ id: apiId, name: "books", createdDate: expect.any(Date) }]);
      expect(await client.send(new GetRestApiCommand({ restApiId: apiId }))).toMatchObject({ name: "books" });
      const deployments = await client.send(new GetDeploymentsCommand({ restApiId: apiId }));
      const stages = await client.send(new GetStagesCommand({ restApiId: apiId }));
      expect(stages.item).toMatchObject([{ stageName: "prod", deploymentId: deployments.items?.[0]?.id }]);
      const where = { restApiId: apiId, stageName: "prod" };
      expect(await client.send(new GetStageCommand(where))).toMatchObject({ stageName: "prod", tracingEnabled: false });
      expect((await client.send(new GetAccountCommand({}))).cloudwatchRoleArn).toMatch(/role/);
      const { body } = await client.send(new GetExportCommand({ ...where, exportType: "oas30" }));
      const document = JSON.parse(Buffer.from(body ?? []).toString("utf8"));
      expect(document.paths["/books"]).toEqual({ post: { operationId: "addBook" } });
      await expect(client.send(new GetRestApiCommand({ restApiId: "none" }))).rejects.toMatchObject({
        name: "NotFoundException",
        message: "Invalid API identifier specified",
      });
    } finally {
      client.destroy();
      await listener.close();
    }
  });
});
