// The endpoint of every stage: routes a request, authorizes, throttles and validates it, and calls the function behind it.
import type { Iam } from "../../iam";
import type { HttpResponse } from "../../internet";
import type { ApiGatewayQuotas } from "../../quotas";
import { AwsError, type Call, Deferred, type Operation, type Outcome, operation, type Service } from "../../service";
import type { Apis } from "./apis";
import { Authorizers, type TokenReader } from "./authorization";
import { type ApiRequest, Exchange } from "./exchange";
import { type GatewayFailure, gatewayResponse } from "./gatewayResponses";
import { proxyResponse } from "./proxyResponse";
import { invalidity } from "./requestValidation";
import { findRoute, type Route } from "./routing";
import { ApiTelemetry } from "./telemetry";

/** An HTTP response as the output of the operation. */
export interface ApiResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What API Gateway says where there is no API or stage that could answer. */
const forbidden: ApiResponse = {
  status: 403,
  headers: { "content-type": "application/json", "x-amzn-errortype": "ForbiddenException" },
  body: '{"message":"Forbidden"}',
};

/**
 * Authorization is done while the request is handled, not by the gateway: API Gateway answers what it denies with a gateway
 * response of the API.
 */
export class ExecuteApiService implements Service {
  readonly name = "execute-api";
  readonly resourceTypes = {};
  readonly operations: Readonly<Record<string, Operation>>;
  private readonly telemetry: ApiTelemetry;
  private readonly authorizers: Authorizers;

  constructor(
    private readonly apis: Apis,
    private readonly iam: Iam,
    private readonly quotas: ApiGatewayQuotas,
    tokens: TokenReader,
  ) {
    this.authorizers = new Authorizers(apis, tokens);
    this.telemetry = new ApiTelemetry(apis, iam);
    this.operations = {
      Invoke: operation<ApiRequest>({ authorize: () => [], handle: (request, call) => this.invoke(request, call) }),
    };
  }

  private invoke(request: ApiRequest, call: Call): Deferred {
    const answer = new Deferred();
    const api = this.apis.find(request.apiId);
    const stage = api?.stages.get(request.path.split("/")[1] ?? "");
    if (api === undefined || stage === undefined) {
      answer.resolve({ ...forbidden });
      return answer;
    }
    const exchange = new Exchange(this.apis, api, stage, request, this.callerArn(call));
    const reply = (response: HttpResponse) => {
      this.telemetry.answered(exchange, response);
      const { status, body = "" } = response;
      const headers = { ...response.headers, "x-amzn-requestid": exchange.requestId };
      answer.resolve({ status, headers, body: body.toString() });
    };
    const fail = (failure: GatewayFailure) => {
      const changed = stage.deployment.definition.gatewayResponses;
      reply(gatewayResponse(failure, changed, exchange.variables, exchange.parameter));
    };
    const route = this.found(exchange, call);
    if ("type" in route) {
      fail(route);
      return answer;
    }
    const authorized = (refused: GatewayFailure | undefined) => {
      const failure = refused ?? this.denied(exchange, route, call) ?? this.refused(exchange, route);
      if (failure === undefined) this.integrate(exchange, route, reply, fail);
      else fail(failure);
    };
    const { authorizer } = route.method;
    if (authorizer === undefined) authorized(undefined);
    else this.authorizers.ask(authorizer, exchange, route, authorized);
    return answer;
  }

  private found(exchange: Exchange, call: Call): Route | GatewayFailure {
    const { stage, request } = exchange;
    const route = findRoute(stage.deployment.definition.methods, request.httpMethod, exchange.resourcePath);
    if (route === undefined) return missingToken;
    exchange.routed(route);
    const unsigned = route.method.authorization === "AWS_IAM" && call.principal.kind === "anonymous";
    return unsigned ? missingToken : route;
  }

  /** Why a request that is authorized may not pass nevertheless. */
  private refused(exchange: Exchange, { method }: Route): GatewayFailure | undefined {
    const { stage, request } = exchange;
    const now = this.apis.world.clock.now;
    const throttled = () => !this.apis.admits(now) || !stage.admits(method, now);
    return (
      (throttled() ? { type: "THROTTLED", message: "Too Many Requests" } : undefined) ??
      (Buffer.byteLength(request.body) > this.quotas.payloadBytes
        ? { type: "REQUEST_TOO_LARGE", message: "Request Too Long" }
        : undefined) ??
      invalidity(method, { body: request.body, contentType: exchange.header("content-type") }, exchange.parameter)
    );
  }

  /** https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html */
  private denied(exchange: Exchange, { method }: Route, call: Call): GatewayFailure | undefined {
    const resourcePolicy = exchange.api.policy;
    if (method.authorization !== "AWS_IAM" && resourcePolicy === undefined) return undefined;
    const resource = exchange.executionArn();
    try {
      this.iam.authorize(call, { action: "execute-api:Invoke", resource, resourcePolicy });
      return undefined;
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return { type: "ACCESS_DENIED", message: error.message.replaceAll(accountInArn, "$1********$2") };
    }
  }

  private integrate(
    exchange: Exchange,
    route: Route,
    reply: (response: HttpResponse) => void,
    fail: (failure: GatewayFailure) => void,
  ): void {
    const { clock, gateway } = this.apis.world;
    const { functionArn, timeoutMilliseconds, resourcePath } = route.method;
    const begin = clock.now;
    let over = false;
    const finish = (finished: () => void) => {
      if (over) return;
      over = true;
      timer.cancel();
      exchange.integrationLatency = clock.now - begin;
      const latency = exchange.integrationLatency;
      exchange.variables.set("integrationLatency", latency).set("integration.latency", latency);
      finished();
    };
    // The function runs on: nobody tells it.
    const timer = clock.after(timeoutMilliseconds, () =>
      finish(() => fail({ type: "INTEGRATION_TIMEOUT", message: "Endpoint request timed out" })),
    );
    // Permissions name the resource with "*" in place of its parameters.
    const sourceArn = exchange.executionArn(resourcePath.replaceAll(/\{[^}]+\}/g, "*"));
    gateway.call(
      {
        service: "lambda",
        action: "Invoke",
        input: { FunctionName: functionArn, Payload: JSON.stringify(exchange.proxyEvent(route)) },
        principal: { kind: "service", service: "apigateway.amazonaws.com", sourceArn },
      },
      (outcome, requestId) =>
        finish(() => {
          exchange.variables.set("awsEndpointRequestId", requestId).set("integration.requestId", requestId);
          const answered = integrationAnswer(exchange, outcome);
          if ("type" in answered) fail(answered);
          else reply(answered);
        }),
    );
  }

  private callerArn({ principal }: Call): string | undefined {
    if (principal.kind === "role") return principal.roleArn;
    return principal.kind === "operator" ? `arn:aws:iam::${this.apis.world.accountId}:user/operator` : undefined;
  }
}

/** API Gateway shows the last four digits of the account alone. */
const accountInArn = /(arn:aws:execute-api:[^:]+:)\d{8}(\d{4})/g;
const missingToken: GatewayFailure = { type: "MISSING_AUTHENTICATION_TOKEN", message: "Missing Authentication Token" };
const internal = "Internal server error";

/**
 * "If the Lambda API rejects the invocation request, API Gateway returns a 500 error code. If the function runs but returns an error,
 * or returns a response in the wrong format, API Gateway returns a 502."
 * https://docs.aws.amazon.com/lambda/latest/dg/services-apigateway.html#services-apigateway-errors
 */
function integrationAnswer({ variables }: Exchange, outcome: Outcome): HttpResponse | GatewayFailure {
  if (!outcome.ok) {
    const { code, message, status } = outcome.error;
    if (code.startsWith("SimulatorUnsupported")) throw outcome.error;
    variables.set("integration.integrationStatus", status).set("integrationStatus", status);
    variables.set("integration.error", message).set("integrationErrorMessage", message);
    return { type: "INTEGRATION_FAILURE", message: internal };
  }
  const { FunctionError, Payload } = outcome.output;
  variables.set("integration.integrationStatus", 200).set("integrationStatus", 200);
  const response = FunctionError === undefined ? proxyResponse(String(Payload ?? "")) : undefined;
  if (response !== undefined) {
    variables.set("integration.status", response.status);
    return response;
  }
  const problem =
    FunctionError === undefined
      ? "Execution failed due to configuration error: Malformed Lambda proxy response"
      : "The function returned an error";
  variables.set("integration.error", problem).set("integrationErrorMessage", problem);
  return { type: "DEFAULT_5XX", message: internal, status: 502 };
}
