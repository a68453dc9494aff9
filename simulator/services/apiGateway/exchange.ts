// One request to a stage: what is known of it while it passes through API Gateway, and the event that its function gets.
import type { JsonObject } from "../../json";
import { arn, type World } from "../../world";
import type { Apis, RestApi, Stage } from "./apis";
import type { ContextVariables } from "./contextVariables";
import type { RequestParameter } from "./gatewayResponses";
import { isObject } from "./reading";
import type { Route } from "./routing";

/** An HTTP request as the endpoint's host was sent it. */
export interface ApiRequest {
  readonly apiId: string;
  readonly httpMethod: string;
  /** Stage included, not decoded. */
  readonly path: string;
  /** Without the question mark. */
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Documentation address (RFC 5737): the simulator has no network to read one from. */
export const sourceIp = "192.0.2.1";

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** CLF, as in `05/Jan/2026:08:00:00 +0000`. */
function requestTime(now: number): string {
  const at = new Date(now);
  const two = (number: number) => String(number).padStart(2, "0");
  const day = `${two(at.getUTCDate())}/${months[at.getUTCMonth()]}/${at.getUTCFullYear()}`;
  return `${day}:${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())} +0000`;
}

function multiValues(query: string): Record<string, string[]> | null {
  const values: Record<string, string[]> = {};
  for (const [name, value] of new URLSearchParams(query)) values[name] = [...(values[name] ?? []), value];
  return Object.keys(values).length === 0 ? null : values;
}

export class Exchange {
  readonly startedAt: number;
  readonly requestId: string;
  readonly variables: ContextVariables = new Map();
  route: Route | undefined;
  integrationLatency: number | undefined;
  private authorizer: JsonObject | undefined;
  private readonly headers: Readonly<Record<string, string>>;
  private readonly queryValues: Readonly<Record<string, readonly string[]>> | null;

  /** @param callerArn of the identity that signed the request */
  constructor(
    private readonly apis: Apis,
    readonly api: RestApi,
    readonly stage: Stage,
    readonly request: ApiRequest,
    private readonly callerArn: string | undefined,
  ) {
    const { world } = apis;
    this.startedAt = world.clock.now;
    this.requestId = world.random.uuid();
    this.headers = this.forwardedHeaders(world);
    this.queryValues = multiValues(request.query);
    this.describe(world);
  }

  /** The path below the stage. */
  get resourcePath(): string {
    return this.request.path.slice(this.stage.name.length + 1) || "/";
  }

  header(name: string): string | undefined {
    const wanted = name.toLowerCase();
    return Object.entries(this.headers).find(([each]) => each.toLowerCase() === wanted)?.[1];
  }

  readonly parameter: RequestParameter = (place, name) => {
    if (place === "header") return this.header(name);
    if (place === "path") return this.route?.pathParameters?.[name];
    return this.queryValues?.[name]?.at(-1);
  };

  routed(route: Route): void {
    this.route = route;
    this.variables.set("resourcePath", route.method.resourcePath);
  }

  /** @param authorizer what the function is told of it: the claims of a user, or a principal and the authorizer's own context */
  authorized(authorizer: JsonObject): void {
    this.authorizer = authorizer;
    const { principalId, claims } = authorizer;
    if (typeof principalId === "string") this.variables.set("authorizer.principalId", principalId);
    if (isObject(claims)) this.variables.set("authorizer.claims.sub", String(claims.sub));
  }

  /** The ARN that policies on methods and permissions on functions see; of the request when the resource is `undefined`. */
  executionArn(resourcePath = this.resourcePath): string {
    const { api, stage, request } = this;
    return arn(this.apis.world, "execute-api", `${api.id}/${stage.name}/${request.httpMethod}${resourcePath}`);
  }

  /** https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html#api-gateway-simple-proxy-for-lambda-input-format */
  proxyEvent(route: Route): JsonObject {
    const { request, headers, queryValues } = this;
    const single = (values: Readonly<Record<string, readonly string[]>>) =>
      Object.fromEntries(Object.entries(values).map(([name, all]) => [name, all.at(-1) ?? ""]));
    return {
      resource: route.method.resourcePath,
      path: this.resourcePath,
      httpMethod: request.httpMethod,
      headers,
      multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
      queryStringParameters: queryValues === null ? null : single(queryValues),
      multiValueQueryStringParameters: queryValues,
      pathParameters: route.pathParameters,
      stageVariables: null,
      requestContext: this.requestContext(route),
      body: request.body === "" ? null : request.body,
      isBase64Encoded: false,
    };
  }

  private requestContext({ method }: Route): JsonObject {
    const { variables, callerArn } = this;
    const accountId = callerArn === undefined ? null : this.apis.world.accountId;
    const cognito = ["AuthenticationProvider", "AuthenticationType", "IdentityId", "IdentityPoolId"];
    const names = ["accountId", "apiId", "deploymentId", "domainName", "domainPrefix", "extendedRequestId"] as const;
    const more = ["httpMethod", "path", "protocol", "requestId", "requestTime", "requestTimeEpoch", "stage"] as const;
    return {
      ...Object.fromEntries([...names, ...more].map((name) => [name, variables.get(name)])),
      resourceId: this.api.id.slice(0, 6),
      resourcePath: method.resourcePath,
      ...(this.authorizer === undefined ? {} : { authorizer: this.authorizer }),
      identity: {
        ...Object.fromEntries(cognito.map((name) => [`cognito${name}`, null])),
        accessKey: null,
        accountId,
        caller: callerArn ?? null,
        principalOrgId: null,
        sourceIp,
        user: callerArn ?? null,
        userAgent: this.header("user-agent") ?? null,
        userArn: callerArn ?? null,
      },
    };
  }

  private forwardedHeaders({ random, clock }: World): Readonly<Record<string, string>> {
    const own = {
      Host: this.apis.host(this.api),
      "X-Amzn-Trace-Id": `Root=1-${Math.floor(clock.now / 1000).toString(16)}-${random.hex(24)}`,
      "X-Forwarded-For": sourceIp,
      "X-Forwarded-Port": "443",
      "X-Forwarded-Proto": "https",
    };
    const replaced = Object.keys(own).map((name) => name.toLowerCase());
    const sent = Object.entries(this.request.headers).filter(([name]) => !replaced.includes(name.toLowerCase()));
    return { ...Object.fromEntries(sent), ...own };
  }

  private describe({ accountId, random }: World): void {
    const { api, stage, request, variables, callerArn } = this;
    const host = this.apis.host(api);
    variables
      .set("accountId", accountId)
      .set("apiId", api.id)
      .set("deploymentId", stage.deployment.id)
      .set("domainName", host)
      .set("domainPrefix", api.id)
      .set("extendedRequestId", Buffer.from(random.hex(20)).toString("base64").slice(0, 16))
      .set("httpMethod", request.httpMethod)
      .set("identity.sourceIp", sourceIp)
      .set("path", request.path)
      .set("protocol", "HTTP/1.1")
      .set("requestId", this.requestId)
      .set("requestTime", requestTime(this.startedAt))
      .set("requestTimeEpoch", this.startedAt)
      .set("stage", stage.name);
    const userAgent = this.header("user-agent");
    if (userAgent !== undefined) variables.set("identity.userAgent", userAgent);
    const trace = this.header("x-amzn-trace-id");
    if (trace !== undefined) variables.set("xrayTraceId", trace.replace("Root=", ""));
    if (callerArn === undefined) return;
    for (const name of ["identity.caller", "identity.user", "identity.userArn"] as const)
      variables.set(name, callerArn);
    variables.set("identity.accountId", accountId);
  }
}
