import { describe, expect, it } from "vitest";
import { AwsError } from "../../../../../simulator";
import type { JsonObject } from "../../../../../simulator/json";
import { apiWorld } from "./apiWorld";

const sigv4 = {
  components: {
    securitySchemes: {
      sigv4: { type: "apiKey", name: "Authorization", in: "header", "x-amazon-apigateway-authtype": "awsSigv4" },
    },
  },
};
const signedOnly = { security: [{ sigv4: [] }] };

describe("a request to a stage", () => {
  it("reaches the function as the proxy event that AWS makes", () => {
    const { json } = apiWorld();
    const headers = { "User-Agent": "test", "X-One": "1" };
    const event = json("/books/a%2Bb?q=1&q=two%20words&plus=a+b", { headers });
    expect(event).toMatchObject({
      resource: "/books/{bookId}",
      path: "/books/a%2Bb",
      httpMethod: "GET",
      pathParameters: { bookId: "a%2Bb" },
      queryStringParameters: { q: "two words", plus: "a b" },
      multiValueQueryStringParameters: { q: ["1", "two words"], plus: ["a b"] },
      stageVariables: null,
      body: null,
      isBase64Encoded: false,
      requestContext: {
        httpMethod: "GET",
        path: "/prod/books/a%2Bb",
        protocol: "HTTP/1.1",
        requestTime: "05/Jan/2026:08:00:00 +0000",
        resourcePath: "/books/{bookId}",
        stage: "prod",
        identity: { userArn: null, sourceIp: "192.0.2.1", userAgent: "test" },
      },
    });
    expect(event.headers).toMatchObject({ "x-one": "1", "X-Forwarded-Proto": "https" });
    expect(event.multiValueHeaders).toMatchObject({ "x-one": ["1"] });
  });

  it("has no query and no path parameters where there are none", () => {
    const { json } = apiWorld();
    const event = json("/books", { method: "POST", body: "{}" });
    const none = { queryStringParameters: null, multiValueQueryStringParameters: null, pathParameters: null };
    expect(event).toMatchObject({ ...none, body: "{}" });
  });

  it("gets the function's status, headers and body, and API Gateway's request id", () => {
    const handler = `exports.handler = async () => ({ statusCode: 418, headers: { "X-Tea": "yes" }, body: "short" });`;
    const { http } = apiWorld({ handler });
    const { status, headers, body } = http("/books/1");
    expect({ status, body }).toEqual({ status: 418, body: "short" });
    expect(headers).toMatchObject({ "x-tea": "yes", "x-amzn-requestid": expect.stringMatching(/^[0-9a-f-]{36}$/) });
  });

  it.each([
    ["a throw", `throw new Error("secret")`],
    ["text", `return "hello"`],
    ["nothing", `return null`],
    ["no status", `return { body: "x" }`],
    ["a body that is no text", `return { statusCode: 200, body: { a: 1 } }`],
  ])("is answered 502 and nothing of the cause when the function's result is %s", (_what, body) => {
    const { http } = apiWorld({ handler: `exports.handler = async () => { ${body}; };` });
    const answer = http("/books/1");
    expect(answer).toMatchObject({ status: 502, body: '{"message":"Internal server error"}' });
    expect(answer.headers).toMatchObject({ "x-amzn-errortype": "InternalServerErrorException" });
  });

  it("is answered 500 when Lambda refuses the invocation", () => {
    expect(apiWorld({ permission: false }).http("/books/1").status).toBe(500);
    expect(apiWorld({ permission: "/prod/POST/*" }).http("/books/1").status).toBe(500);
    expect(apiWorld({ permission: "/prod/GET/books/*" }).http("/books/1").status).toBe(200);
    // The source ARN has "*" in the place of a parameter: one character.
    expect(apiWorld({ permission: "/prod/GET/books/?" }).http("/books/12").status).toBe(200);
  });

  it("is answered 504 after 29 seconds, and the function runs on", () => {
    const handler = `exports.handler = async () => { await new Promise((end) => setTimeout(end, 60_000)); return {}; };`;
    const { http, simulation, metrics } = apiWorld({ handler, timeout: 120 });
    const begin = simulation.clock.now;
    const { status, body } = http("/books/1");
    expect({ status, body }).toEqual({ status: 504, body: '{"message":"Endpoint request timed out"}' });
    expect(simulation.clock.now - begin).toBeGreaterThanOrEqual(29_000);
    expect(simulation.clock.now - begin).toBeLessThan(29_100);
    simulation.runUntilQuiet();
    expect(simulation.clock.now - begin).toBeGreaterThanOrEqual(60_000);
    expect(metrics("5XXError", { ApiName: "books" })).toEqual([1]);
  });

  it("is Missing Authentication Token where there is no such method, and Forbidden where there is no such stage", () => {
    const { http, simulation, url } = apiWorld();
    expect(http("/nothing")).toMatchObject({ status: 403, body: '{"message":"Missing Authentication Token"}' });
    expect(http("/books/1", { method: "DELETE" }).status).toBe(403);
    const stage = simulation.http({ url: url.replace("/prod", "/test/books/1") });
    expect(stage).toMatchObject({ status: 403, body: '{"message":"Forbidden"}' });
    const strange = simulation.http({ url: "https://aaaaaaaaaa.execute-api.eu-central-1.amazonaws.com/prod/books/1" });
    expect(strange.status).toBe(403);
  });

  it("meets the faults of a test", () => {
    const { http, simulation } = apiWorld();
    simulation.faults.intoCalls({
      when: ({ service }) => service === "execute-api",
      fault: { kind: "errorBefore", error: new AwsError("ServiceUnavailable", "Service Unavailable", 503) },
    });
    expect(http("/books/1")).toMatchObject({ status: 503, body: '{"message":"Service Unavailable"}' });
  });
});

describe("a method with IAM authorization", () => {
  const options = { document: sigv4, get: signedOnly };
  const allow = (Resource: string) => ({ Effect: "Allow", Action: "execute-api:Invoke", Resource });

  it("takes no request without a signature", () => {
    expect(apiWorld(options).http("/books/1")).toMatchObject({
      status: 403,
      body: '{"message":"Missing Authentication Token"}',
    });
  });

  it("takes who may invoke it, and names the caller in the event", () => {
    const { json, executionArn, role } = apiWorld(options);
    const principal = role("reader", [allow(`${executionArn}/prod/GET/books/*`)]);
    expect(json("/books/1", { principal })).toMatchObject({
      requestContext: { identity: { userArn: expect.stringContaining("reader"), accountId: "123456789012" } },
    });
  });

  it("takes a function's call, signed as its role", () => {
    const handler = `exports.handler = async (event) => {
      if (event.path !== "/books/other") return { statusCode: 200, body: event.requestContext.identity.userArn };
      const url = "https://" + event.requestContext.domainName + "/prod/books/1";
      const answer = await fetch(url, { headers: { authorization: "AWS4-HMAC-SHA256 Credential=x" } });
      return { statusCode: answer.status, body: await answer.text() };
    };`;
    const { http, role, simulation, executionArn, functionRole } = apiWorld({ ...options, handler });
    const principal = role("reader", [allow(`${executionArn}/prod/GET/books/other`)]);
    expect(http("/books/other", { principal }).status).toBe(403);
    const call = [allow(`${executionArn}/prod/GET/books/1`)];
    simulation.create({
      type: "aws:iam/rolePolicy:RolePolicy",
      name: "call",
      inputs: { role: functionRole, policy: JSON.stringify({ Version: "2012-10-17", Statement: call }) },
    });
    expect(http("/books/other", { principal })).toMatchObject({
      status: 200,
      body: expect.stringContaining(functionRole),
    });
  });

  it("denies who may not, with the account masked", () => {
    const { http, role } = apiWorld(options);
    const { status, body } = http("/books/1", { principal: role("stranger", []) });
    expect(status).toBe(403);
    expect(String(body)).toMatch(
      /not authorized to perform: execute-api:Invoke on resource: arn:aws:execute-api:[^:]+:\*{8}9012:/,
    );
  });
});

describe("a resource policy", () => {
  const policy = (Effect: string) =>
    JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect, Principal: "*", Action: "execute-api:Invoke", Resource: "*" }],
    });

  it("decides on requests without a signature, too", () => {
    expect(apiWorld({ api: { policy: policy("Allow") } }).http("/books/1").status).toBe(200);
    expect(apiWorld({ api: { policy: policy("Deny") } }).http("/books/1").status).toBe(403);
  });
});

describe("throttling", () => {
  it("lets a burst through, then as many a second as the method may have", () => {
    const { http, simulation } = apiWorld({ settings: { throttlingRateLimit: 1, throttlingBurstLimit: 2 } });
    const statuses = () => [1, 2, 3].map(() => http("/books/1").status);
    expect(statuses()).toEqual([200, 200, 429]);
    expect(http("/books/1").body).toBe('{"message":"Too Many Requests"}');
    simulation.runFor(1_000);
    expect([http("/books/1").status, http("/books/1").status]).toEqual([200, 429]);
  });

  it("counts each method by itself", () => {
    const { http } = apiWorld({ settings: { throttlingRateLimit: 1, throttlingBurstLimit: 1 } });
    expect([http("/books/1").status, http("/books/2").status]).toEqual([200, 429]);
    expect(http("/books", { method: "POST", body: "{}" }).status).toBe(200);
  });

  it("goes by the account's limits, too", () => {
    const { http } = apiWorld({ quotas: { apiGateway: { burst: 1, requestsPerSecond: 1 } } });
    expect([http("/books/1").status, http("/books", { method: "POST" }).status]).toEqual([200, 429]);
  });
});

describe("gateway responses", () => {
  const changed = (responses: JsonObject) => ({ "x-amazon-apigateway-gateway-responses": responses });

  it("change status, headers and body, with variables of the request", () => {
    const document = changed({
      DEFAULT_5XX: {
        statusCode: "500",
        responseParameters: {
          "gatewayresponse.header.Content-Type": "'application/problem+json'",
          "gatewayresponse.header.x-request-id": "context.requestId",
          "gatewayresponse.header.x-sent": "method.request.header.x-one",
          "gatewayresponse.header.x-not-sent": "method.request.header.x-two",
        },
        responseTemplates: {
          "application/json": '{"status":500,"at":"$context.resourcePath","why":$context.error.messageString}',
        },
      },
    });
    const { http } = apiWorld({ document, handler: "exports.handler = async () => { throw new Error(); };" });
    const { status, headers, body } = http("/books/1", { headers: { "x-one": "1" } });
    expect({ status, body }).toEqual({
      status: 500,
      body: '{"status":500,"at":"/books/{bookId}","why":"Internal server error"}',
    });
    expect(headers).toMatchObject({ "content-type": "application/problem+json", "x-sent": "1" });
    expect(headers?.["x-request-id"]).toBe(headers?.["x-amzn-requestid"]);
    expect(headers).not.toHaveProperty("x-not-sent");
  });

  it("of the class stand for types without one", () => {
    const document = changed({
      DEFAULT_4XX: { responseTemplates: { "application/json": '{"type":"$context.error.responseType"}' } },
      THROTTLED: { statusCode: "420" },
    });
    const { http } = apiWorld({ document, settings: { throttlingRateLimit: 1, throttlingBurstLimit: 1 } });
    expect(http("/nothing")).toMatchObject({ status: 403, body: '{"type":"MISSING_AUTHENTICATION_TOKEN"}' });
    http("/books/1");
    expect(http("/books/1")).toMatchObject({ status: 420, body: '{"message":"Too Many Requests"}' });
  });
});

describe("what a request leaves behind", () => {
  it("is metrics by API and stage, and by method where they are asked for", () => {
    const { http, metrics } = apiWorld({ settings: { metricsEnabled: true } });
    http("/books/1");
    http("/nothing");
    const stage = { ApiName: "books", Stage: "prod" };
    expect(metrics("Count", { ApiName: "books" })).toEqual([2]);
    expect(metrics("Count", stage)).toEqual([2]);
    expect(metrics("4XXError", stage)).toEqual([1]);
    expect(metrics("5XXError", stage)).toEqual([0]);
    const method = { ...stage, Method: "GET", Resource: "/books/{bookId}" };
    expect(metrics("Count", method)).toEqual([1]);
    expect(metrics("IntegrationLatency", method)[0]).toBeGreaterThan(0);
  });

  it("is a line in the access log, as the format says", () => {
    const format =
      '{"id":"$context.requestId","status":$context.status,"agent":"$context.identity.userAgent","why":"$context.error.message"}';
    const destinationArn = "arn:aws:logs:eu-central-1:123456789012:log-group:access";
    const { http, simulation } = apiWorld({ stage: { accessLogSettings: { destinationArn, format } } });
    simulation.create({ type: "aws:cloudwatch/logGroup:LogGroup", name: "access", inputs: { name: "access" } });
    const { headers } = http("/books/1", { headers: { "user-agent": 'a "quoted" one' } });
    const [line] = simulation.logs.lines("access");
    expect(JSON.parse(String(line?.message))).toEqual({
      id: headers?.["x-amzn-requestid"],
      status: 200,
      agent: 'a "quoted" one',
      why: "-",
    });
  });

  it("is a trace segment, where the stage is traced", () => {
    const { http, simulation } = apiWorld({
      stage: { xrayTracingEnabled: true },
      handler: "exports.handler = () => 1;",
    });
    http("/books/1");
    const segments = simulation.events.all.filter(({ kind, detail }) => kind === "xray.Segment" && "api" in detail);
    expect(segments.map(({ detail }) => detail)).toMatchObject([{ api: "books/prod", fault: true, status: 502 }]);
  });
});
