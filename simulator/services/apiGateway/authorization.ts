// Asks a method's authorizer whether a request may pass.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html
// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-enable-cognito-user-pool.html
import { createHash } from "node:crypto";
import type { Json, JsonObject } from "../../json";
import type { Outcome } from "../../service";
import { arn } from "../../world";
import type { Claims } from "../cognito/tokens";
import type { Apis } from "./apis";
import type { Authorizer, CognitoAuthorizer, LambdaAuthorizer } from "./authorizers";
import { type Exchange, sourceIp } from "./exchange";
import type { GatewayFailure } from "./gatewayResponses";
import { type AuthorizerResult, authorizerResult, refusedBy } from "./policyDecision";
import type { Route } from "./routing";

/** Reads tokens of user pools, as Cognito does. */
export interface TokenReader {
  read(token: string, userPoolArns: readonly string[]): Claims | undefined;
}

type Answer = (failure: GatewayFailure | undefined) => void;

/** As long as for an integration. */
const patience = 29_000;
const unauthorized: GatewayFailure = { type: "UNAUTHORIZED", message: "Unauthorized" };
const failure: GatewayFailure = { type: "AUTHORIZER_FAILURE", message: null };
const misconfigured: GatewayFailure = { type: "AUTHORIZER_CONFIGURATION_ERROR", message: null };

export class Authorizers {
  constructor(
    private readonly apis: Apis,
    private readonly tokens: TokenReader,
  ) {}

  /** @param answer is told why the request may not pass; undefined when it may */
  ask(authorizer: Authorizer, exchange: Exchange, route: Route, answer: Answer): void {
    if (authorizer.type === "COGNITO_USER_POOLS") answer(this.byToken(authorizer, exchange, route));
    else this.byFunction(authorizer, exchange, route, answer);
  }

  private byToken(authorizer: CognitoAuthorizer, exchange: Exchange, { method }: Route): GatewayFailure | undefined {
    const token = (exchange.header(authorizer.header) ?? "").replace(/^Bearer /, "");
    const claims = this.tokens.read(token, authorizer.userPoolArns);
    if (claims === undefined) return unauthorized;
    if (Number(claims.exp) * 1_000 <= this.apis.world.clock.now) {
      return { ...unauthorized, message: "The incoming token has expired" };
    }
    const use = method.scopes.length === 0 ? "id" : "access";
    const granted = String(claims.scope ?? "").split(" ");
    const scoped = method.scopes.length === 0 || method.scopes.some((scope) => granted.includes(scope));
    if (claims.token_use !== use || !scoped) return unauthorized;
    exchange.authorized({ claims: textsOf(claims) });
    return undefined;
  }

  private byFunction(authorizer: LambdaAuthorizer, exchange: Exchange, route: Route, answer: Answer): void {
    const values = authorizer.identitySources.map(({ place, name }) => exchange.parameter(place, name) ?? "");
    const [token = ""] = values;
    if (values.includes("") || authorizer.validation?.test(token) === false) {
      answer(unauthorized);
      return;
    }
    const { clock, accountId } = this.apis.world;
    const cache = exchange.stage.authorizations;
    const key = JSON.stringify([authorizer.name, ...values]);
    const known = cache.get(key);
    if (known !== undefined && known.until > clock.now) {
      answer(decided(known.result, exchange, 0));
      return;
    }
    const begin = clock.now;
    this.call(authorizer, exchange, route, token, (outcome) => {
      const result = resultOf(outcome, accountId);
      if ("type" in result) {
        answer(result);
        return;
      }
      if (authorizer.ttlMilliseconds > 0) cache.set(key, { result, until: clock.now + authorizer.ttlMilliseconds });
      answer(decided(result, exchange, clock.now - begin));
    });
  }

  /** @param done is told nothing when the function took too long */
  private call(
    { type, name, functionArn }: LambdaAuthorizer,
    exchange: Exchange,
    route: Route,
    token: string,
    done: (outcome: Outcome | undefined) => void,
  ): void {
    const { world } = this.apis;
    const methodArn = exchange.executionArn();
    const { body: _body, isBase64Encoded: _encoded, ...request } = exchange.proxyEvent(route);
    const event: JsonObject =
      type === "TOKEN" ? { type, methodArn, authorizationToken: token } : { type, methodArn, ...request };
    const id = createHash("sha256").update(`${exchange.api.id} ${name}`).digest("hex").slice(0, 6);
    const sourceArn = arn(world, "execute-api", `${exchange.api.id}/authorizers/${id}`);
    let over = false;
    const finish = (outcome: Outcome | undefined) => {
      if (over) return;
      over = true;
      timer.cancel();
      done(outcome);
    };
    const timer = world.clock.after(patience, () => finish(undefined));
    world.gateway.call(
      {
        service: "lambda",
        action: "Invoke",
        input: { FunctionName: functionArn, Payload: JSON.stringify(event) },
        principal: { kind: "service", service: "apigateway.amazonaws.com", sourceArn },
      },
      finish,
    );
  }
}

/** The policy holds for each request anew: one that names a single method refuses the others for as long as it is kept. */
function decided(result: AuthorizerResult, exchange: Exchange, latency: number): GatewayFailure | undefined {
  const { principalId, policy, context } = result;
  exchange.authorized({ ...context, principalId, integrationLatency: latency });
  return refusedBy(policy, exchange.executionArn(), sourceIp);
}

function resultOf(outcome: Outcome | undefined, accountId: string): AuthorizerResult | GatewayFailure {
  if (outcome === undefined) return failure;
  if (!outcome.ok) {
    if (outcome.error.code.startsWith("SimulatorUnsupported")) throw outcome.error;
    return misconfigured;
  }
  const { FunctionError, Payload } = outcome.output;
  const payload = String(Payload ?? "");
  if (FunctionError !== undefined) return saidUnauthorized(payload) ? unauthorized : failure;
  return authorizerResult(payload, accountId) ?? misconfigured;
}

function saidUnauthorized(payload: string): boolean {
  const error = JSON.parse(payload) as { readonly errorMessage?: unknown };
  return error.errorMessage === "Unauthorized";
}

function textsOf(claims: Claims): Readonly<Record<string, string>> {
  const text = (value: Json | undefined) => (Array.isArray(value) ? value.map(String).join(",") : String(value));
  return Object.fromEntries(Object.entries(claims).map(([name, value]) => [name, text(value)]));
}
