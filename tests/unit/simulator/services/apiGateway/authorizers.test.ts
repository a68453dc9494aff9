// Authorizers of an API: who is let in, by a function or by a token of Cognito's, and what the function behind the API is told of it.
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../../../simulator/json";
import { Simulation } from "../../../../../simulator/simulation";
import { type ApiWorld, type ApiWorldOptions, apiWorld } from "./apiWorld";

const authorizerUri =
  "arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-central-1:123456789012:function:f/invocations";

/** Authorizes by its token, and echoes what it gets as the function behind the API. */
const handler = `
let calls = 0;
exports.handler = async (event) => {
  if (event.authorizationToken === undefined && event.type !== "REQUEST") return { statusCode: 200, body: JSON.stringify(event) };
  calls += 1;
  const token = event.authorizationToken ?? event.headers.a + event.queryStringParameters.b;
  if (token === "unauthorized") throw new Error("Unauthorized");
  if (token === "broken") throw new Error("broken");
  if (token === "slow") return new Promise((done) => setTimeout(done, 28_999_999));
  if (token === "nonsense") return "x";
  if (token === "malformed") return { principalId: "p", policyDocument: { Statement: [{ Effect: "Maybe" }] } };
  if (token === "nested") return { principalId: "p", policyDocument: { Statement: [] }, context: { a: {} } };
  const Effect = token === "deny" ? "Deny" : "Allow";
  const api = event.methodArn.split("/")[0];
  const Resource = token === "all" ? api + "/*" : token === "nothing" ? api + "/other/*" : event.methodArn;
  const Statement = [{ Effect, Action: "execute-api:Invoke", Resource }];
  return { principalId: "user-1", policyDocument: { Version: "2012-10-17", Statement }, context: { calls, admin: true } };
};`;

function withScheme(scheme: JsonObject, options: ApiWorldOptions = {}, scopes: readonly string[] = []): ApiWorld {
  const security = [{ own: [...scopes] }];
  return apiWorld({
    handler,
    get: { security },
    post: { security },
    ...options,
    document: { components: { securitySchemes: { own: { type: "apiKey", in: "header", ...scheme } } } },
  });
}

const tokenScheme = (more: JsonObject = {}): JsonObject => ({
  name: "x-token",
  "x-amazon-apigateway-authtype": "custom",
  "x-amazon-apigateway-authorizer": { type: "token", authorizerUri, ...more },
});
const ask = (world: ApiWorld, token: string | undefined, path = "/books/1") => {
  const { status, headers, body } = world.http(path, token === undefined ? {} : { headers: { "x-token": token } });
  return { status, type: headers?.["x-amzn-errortype"], json: JSON.parse(String(body)) };
};
const refusal = (status: number, message: string | null) => ({ status, json: { message } });

describe("a TOKEN authorizer", () => {
  it("lets in whom its policy allows, and the function is told who that is", () => {
    const { status, json } = ask(withScheme(tokenScheme()), "allow");
    expect(status).toBe(200);
    expect(json.requestContext.authorizer).toEqual({
      principalId: "user-1",
      calls: "1",
      admin: "true",
      integrationLatency: expect.any(Number),
    });
  });

  it.each([
    [undefined, refusal(401, "Unauthorized")],
    ["", refusal(401, "Unauthorized")],
    ["unauthorized", refusal(401, "Unauthorized")],
    ["deny", refusal(403, "User is not authorized to access this resource with an explicit deny")],
    ["nothing", refusal(403, "User is not authorized to access this resource")],
    ["broken", refusal(500, null)],
    ["slow", refusal(500, null)],
    ["nonsense", refusal(500, null)],
    ["malformed", refusal(500, null)],
    ["nested", refusal(500, null)],
  ])("answers the token %j", (token, expected) => {
    expect(ask(withScheme(tokenScheme()), token)).toMatchObject(expected);
  });

  it("is not asked about a token that does not look like one", () => {
    const world = withScheme(tokenScheme({ identityValidationExpression: "^al" }));
    expect(ask(world, "deny").status).toBe(401);
    expect(ask(world, "allow").json.requestContext.authorizer.calls).toBe("1");
  });

  it("is asked again when its answer has been kept for long enough", () => {
    const world = withScheme(tokenScheme({ authorizerResultTtlInSeconds: 60 }));
    const calls = () => ask(world, "allow").json.requestContext.authorizer.calls;
    expect([calls(), calls()]).toEqual(["1", "1"]);
    world.simulation.runFor(60_000);
    expect(calls()).toBe("2");
  });

  it("is asked each time where nothing is kept", () => {
    const world = withScheme(tokenScheme({ authorizerResultTtlInSeconds: 0 }));
    expect([1, 2].map(() => ask(world, "allow").json.requestContext.authorizer.calls)).toEqual(["1", "2"]);
  });

  it("refuses other operations by a policy that is kept and names one alone", () => {
    const world = withScheme(tokenScheme());
    expect(["/books/1", "/books/2"].map((path) => ask(world, "allow", path).status)).toEqual([200, 403]);
    expect(["/books/1", "/books/2"].map((path) => ask(world, "all", path).status)).toEqual([200, 200]);
  });

  it("needs API Gateway's permission to invoke it", () => {
    const world = withScheme(tokenScheme(), { permission: "/prod/*" });
    expect(ask(world, "allow")).toMatchObject(refusal(500, null));
    const authorizers = withScheme(tokenScheme(), { permission: "/authorizers/*" });
    expect(ask(authorizers, "allow").status).toBe(500);
    expect(ask(authorizers, "deny").status).toBe(403);
  });
});

describe("a REQUEST authorizer", () => {
  const scheme = (more: JsonObject): JsonObject => ({
    name: "Unused",
    "x-amazon-apigateway-authorizer": { type: "request", authorizerUri, ...more },
  });
  const identitySource = "method.request.header.a, method.request.querystring.b";

  it("is asked with the request, by all of its identity sources", () => {
    const world = withScheme(scheme({ identitySource }));
    const status = (path: string, headers: Record<string, string>) => world.http(path, { headers }).status;
    expect(status("/books/1?b=low", { a: "al" })).toBe(200);
    expect(status("/books/1?b=y", { a: "den" })).toBe(403);
    expect(status("/books/1", { a: "allow" })).toBe(401);
  });

  it("must have identity sources where its answers are kept", () => {
    expect(() => withScheme(scheme({}))).toThrow("Identity source is required when authorization caching is enabled");
    expect(() => withScheme(scheme({ authorizerResultTtlInSeconds: 0 }))).not.toThrow();
  });
});

describe("a Cognito authorizer", () => {
  const userPoolArn = "arn:aws:cognito-idp:eu-central-1:123456789012:userpool";
  const pool = (simulation: Simulation, name: string) =>
    String(simulation.create({ type: "aws:cognito/userPool:UserPool", name, inputs: { name } }).state.arn);
  /** Equal accounts have equal pools. */
  const arnOf = (name: string) => pool(new Simulation(), name);
  const world = (scopes: readonly string[] = []) => {
    const scheme = {
      name: "Authorization",
      "x-amazon-apigateway-authorizer": { type: "cognito_user_pools", providerARNs: [arnOf("users")] },
    };
    const made = withScheme(scheme, {}, scopes);
    const users = pool(made.simulation, "users");
    const others = pool(made.simulation, "others");
    const send = (authorization?: string) => {
      const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
      const { status, body } = made.http("/books/1", { headers });
      return { status, json: JSON.parse(String(body)) };
    };
    return { simulation: made.simulation, cognito: made.simulation.cognito, users, others, send };
  };

  it("lets in users with an identity token, and tells the function their claims", () => {
    const { cognito, users, send } = world();
    expect(users).toMatch(new RegExp(`^${userPoolArn}/eu-central-1_`));
    const token = cognito.token({ userPoolArn: users, subject: "u1", claims: { "cognito:groups": ["a", "b"] } });
    for (const sent of [token, `Bearer ${token}`]) {
      const { status, json } = send(sent);
      expect(status).toBe(200);
      expect(json.requestContext.authorizer.claims).toMatchObject({ sub: "u1", "cognito:groups": "a,b" });
    }
  });

  it("lets in access tokens with one of the scopes, and no others", () => {
    const { cognito, users, send } = world(["books/read", "books/write"]);
    const status = (use: "id" | "access", scopes: readonly string[]) =>
      send(cognito.token({ userPoolArn: users, subject: "u1", use, scopes })).status;
    expect(status("access", ["x", "books/write"])).toBe(200);
    expect(status("access", ["x"])).toBe(401);
    expect(status("id", [])).toBe(401);
  });

  it("refuses everything else", () => {
    const { simulation, cognito, users, others, send } = world();
    const token = cognito.token({ userPoolArn: users, subject: "u1", expiresIn: 60 });
    const [header, payload = "", signature] = token.split(".");
    const claims = JSON.parse(Buffer.from(payload, "base64url").toString("utf8"));
    const forged = Buffer.from(JSON.stringify({ ...claims, sub: "u2" })).toString("base64url");
    const access = cognito.token({ userPoolArn: users, subject: "u1", use: "access" });
    const foreign = cognito.token({ userPoolArn: others, subject: "u1" });
    for (const sent of [undefined, "", "x", `${header}.${forged}.${signature}`, `${token}x`, access, foreign]) {
      expect(send(sent)).toEqual({ status: 401, json: { message: "Unauthorized" } });
    }
    simulation.runFor(60_000);
    expect(send(token)).toEqual({ status: 401, json: { message: "The incoming token has expired" } });
  });

  it("has no tokens of pools that are not there", () => {
    const { cognito } = world();
    const gone = `${userPoolArn}/eu-central-1_gone`;
    expect(() => cognito.token({ userPoolArn: gone, subject: "u" })).toThrow(
      "User pool eu-central-1_gone does not exist.",
    );
  });
});

describe("the import of authorizers", () => {
  const imported = (authorizer: JsonObject, scheme: JsonObject = {}) =>
    withScheme({ name: "x-token", "x-amazon-apigateway-authorizer": authorizer, ...scheme });
  it.each<[() => ApiWorld, RegExp]>([
    [() => imported({ type: "jwt" }), /x-amazon-apigateway-authorizer\.type\] "jwt"/],
    [() => imported({ type: "token", authorizerUri, authorizerCredentials: "arn" }), /authorizerCredentials/],
    [() => imported({ type: "token", authorizerUri: "arn:aws:x" }), /the invoke ARN of a function/],
    [() => imported({ type: "token", authorizerUri, authorizerResultTtlInSeconds: 3_601 }), /from 0 to 3600/],
    [() => imported({ type: "token", authorizerUri }, { type: "http" }), /securitySchemes\.own\.type\] "http"/],
    [() => imported({ type: "request", authorizerUri, identitySource: "context.stage" }), /"context\.stage"/],
    [() => imported({ type: "cognito_user_pools", providerARNs: [] }), /must have a provider ARN/],
    [() => withScheme(tokenScheme(), { get: { security: [{ own: [] }, { other: [] }] } }), /one scheme for a method/],
    [
      () => withScheme(tokenScheme(), { api: { policy: JSON.stringify({ Statement: [] }) } }),
      /no policy of an API with authorizers/,
    ],
  ])("refuses what the simulator would not honour: %#", (make, message) => {
    expect(make).toThrow(message);
  });
});
