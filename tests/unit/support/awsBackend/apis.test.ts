// The live mocks of API Gateway's REST APIs: which calls they make. And where an emulator answers for an API.
import { APIGatewayClient } from "@aws-sdk/client-api-gateway";
import { beforeEach, describe, expect, it } from "vitest";
import type { JsonObject } from "../../../../simulator";
import { emulatedUrl } from "../../../support/awsBackend/apiRequests";
import { apiTypes } from "../../../support/awsBackend/apis";
import { createResource } from "../../../support/awsBackend/liveMocks";

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

let calls: { readonly call: string; readonly query: Sent["query"]; readonly body: unknown }[];

const client = new APIGatewayClient({
  region: "eu-central-1",
  credentials: { accessKeyId: "test", secretAccessKey: "test" },
  requestHandler: {
    handle: async ({ method, path, query, body = "" }: Sent) => {
      const text = typeof body === "string" ? body : new TextDecoder().decode(body);
      calls.push({ call: `${method} ${path}`, query, body: text === "" ? undefined : (JSON.parse(text) as unknown) });
      return { response: { statusCode: 201, headers: {}, body: Buffer.from('{"id":"a1b2c3"}') } };
    },
  },
});

const create = (type: string, inputs: JsonObject) =>
  createResource(apiTypes(client, "eu-central-1:000000000000"), { type, name: "shop", inputs }, "test");

beforeEach(() => {
  calls = [];
});

describe("live mocks of APIs", () => {
  it("import the document under the resource's own name, and delete the API", async () => {
    const body = JSON.stringify({ openapi: "3.0.3", info: { title: "shop", version: "1" } });
    const api = await create("aws:apigateway/restApi:RestApi", { body, endpointConfiguration: { types: "REGIONAL" } });
    expect(api).toMatchObject({
      id: "a1b2c3",
      state: {
        arn: "arn:aws:apigateway:eu-central-1::/restapis/a1b2c3",
        executionArn: "arn:aws:execute-api:eu-central-1:000000000000:a1b2c3",
      },
    });
    await api.remove();
    expect(calls).toMatchObject([
      {
        call: "POST /restapis",
        query: { mode: "import", endpointConfigurationTypes: "REGIONAL" },
        body: { openapi: "3.0.3", info: { title: expect.stringMatching(/^test-shop-/), version: "1" } },
      },
      { call: "DELETE /restapis/a1b2c3" },
    ]);
  });

  it("deploy a stage, and set what holds for all of its methods", async () => {
    const [restApi, stageName] = ["a1b2c3", "v1"];
    await create("aws:apigateway/deployment:Deployment", { restApi, triggers: { body: "hash" } });
    const stage = await create("aws:apigateway/stage:Stage", { restApi, deployment: "d1", stageName });
    expect(stage.state).toMatchObject({
      invokeUrl: "https://a1b2c3.execute-api.eu-central-1.amazonaws.com/v1",
      executionArn: "arn:aws:execute-api:eu-central-1:000000000000:a1b2c3/v1",
    });
    const settings = { metricsEnabled: true, throttlingRateLimit: 100 };
    await create("aws:apigateway/methodSettings:MethodSettings", { restApi, stageName, methodPath: "*/*", settings });
    expect(calls).toMatchObject([
      { call: "POST /restapis/a1b2c3/deployments" },
      { call: "POST /restapis/a1b2c3/stages", body: { stageName, deploymentId: "d1" } },
      {
        call: "PATCH /restapis/a1b2c3/stages/v1",
        body: {
          patchOperations: [
            { op: "replace", path: "/*/*/metrics/enabled", value: "true" },
            { op: "replace", path: "/*/*/throttling/rateLimit", value: "100" },
          ],
        },
      },
    ]);
  });

  it("are asked at the one host that an emulator has", () => {
    const url = "https://a1b2c3.execute-api.eu-central-1.amazonaws.com/v1/orders?after=1";
    expect(emulatedUrl("http://localhost:4566/", url)).toBe(
      "http://localhost:4566/_aws/execute-api/a1b2c3/v1/orders?after=1",
    );
    expect(() => emulatedUrl("http://localhost:4566", "https://payments.example/v1")).toThrow(
      "https://payments.example/v1 is no URL of an API's stage",
    );
  });
});
