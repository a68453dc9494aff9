// Function URLs: an HTTPS host of a function's own, in payload format 2.0.
// See "Invoking Lambda function URLs" and "Control access to Lambda function URLs" in the developer guide.
import { createHash } from "node:crypto";
import type { HttpReply, HttpRequest } from "../../internet";
import type { Outcome } from "../../service";
import { operation, type Service } from "../../service";
import type { World } from "../../world";
import type { LambdaFunction } from "./lambdaFunction";

function eventOf(world: World, request: HttpRequest, host: string): object {
  const path = request.url.pathname;
  const text = request.body.toString("utf8");
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath: path,
    rawQueryString: request.url.search.slice(1),
    headers: { ...request.headers, host, "x-forwarded-proto": "https", "x-forwarded-port": "443" },
    queryStringParameters: Object.fromEntries(request.url.searchParams),
    requestContext: {
      accountId: "anonymous",
      domainName: host,
      http: {
        method: request.method,
        path,
        protocol: "HTTP/1.1",
        sourceIp: "192.0.2.1",
        userAgent: request.headers["user-agent"] ?? "",
      },
      routeKey: "$default",
      stage: "$default",
      requestId: world.random.uuid(),
      time: new Date(world.clock.now).toISOString(),
      timeEpoch: world.clock.now,
    },
    ...(text === "" ? {} : { body: text }),
    isBase64Encoded: false,
  };
}

interface UrlResponse {
  readonly statusCode?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
}

function answer(outcome: Outcome, reply: HttpReply): void {
  if (!outcome.ok) {
    const { status } = outcome.error;
    reply({
      status,
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ Message: status === 403 ? "Forbidden" : outcome.error.message }),
    });
    return;
  }
  if (outcome.output.FunctionError !== undefined) {
    reply({
      status: 502,
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ Message: "Internal Server Error" }),
    });
    return;
  }
  const result = JSON.parse(String(outcome.output.Payload)) as UrlResponse | string | null;
  if (typeof result !== "object" || result === null || result.statusCode === undefined) {
    const body = typeof result === "string" ? result : JSON.stringify(result);
    reply({ status: 200, headers: { "content-type": "application/json" }, body });
    return;
  }
  const headers = Object.fromEntries(
    Object.entries(result.headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
  const body = result.isBase64Encoded === true ? Buffer.from(result.body ?? "", "base64") : (result.body ?? "");
  reply({ status: result.statusCode, headers, body });
}

/** The service behind the host: it asks for both permissions that a URL needs. */
function urlService(invoke: Service, target: LambdaFunction, name: string): Service {
  const { arn: resource } = target.configuration;
  return {
    name,
    resourceTypes: {},
    operations: {
      Invoke: operation<{ FunctionName: string; Payload: string }>({
        authorize: () => {
          const resourcePolicy = target.policy;
          const url = { "lambda:FunctionUrlAuthType": "NONE" };
          const invoked = { "lambda:InvokedViaFunctionUrl": "true" };
          return [
            { action: "lambda:InvokeFunctionUrl", resource, resourcePolicy, conditionKeys: url },
            { action: "lambda:InvokeFunction", resource, resourcePolicy, conditionKeys: invoked },
          ];
        },
        handle: (input, call) =>
          (invoke.operations.Invoke as NonNullable<typeof invoke.operations.Invoke>).handle({ ...input }, call),
      }),
    },
  };
}

export function openFunctionUrl(
  world: World,
  lambda: Service,
  target: LambdaFunction,
): { urlId: string; functionUrl: string } {
  const { name, arn: functionArn } = target.configuration;
  const urlId = BigInt(`0x${createHash("sha256").update(functionArn).digest("hex").slice(0, 40)}`)
    .toString(36)
    .padStart(32, "a")
    .slice(0, 32);
  const host = `${urlId}.lambda-url.${world.region}.on.aws`;
  const service = `lambda-url-${urlId}`;
  world.gateway.add(urlService(lambda, target, service));
  world.internet.register(host, (request, reply) => {
    const input = { FunctionName: name, Payload: JSON.stringify(eventOf(world, request, host)) };
    world.gateway.call({ service, action: "Invoke", input, principal: { kind: "anonymous" } }, (outcome) =>
      answer(outcome, reply),
    );
  });
  return { urlId, functionUrl: `https://${host}/` };
}
