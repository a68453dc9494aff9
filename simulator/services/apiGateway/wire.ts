// API Gateway over HTTP: the REST protocol of its API, and the endpoints of stages, by host or by path.
import type { CallRequest, Gateway } from "../../gateway";
import type { HttpReply, HttpRequest } from "../../internet";
import type { JsonObject } from "../../json";
import type { Principal } from "../../service";
import type { ApiRequest } from "./exchange";

/** The reads of the API reference's "Actions" that the simulator has; groups of a path are members of the input. */
const routes: readonly { readonly path: RegExp; readonly action: string }[] = [
  { path: /^\/restapis$/, action: "GetRestApis" },
  { path: /^\/restapis\/(?<restApiId>[^/]+)$/, action: "GetRestApi" },
  { path: /^\/restapis\/(?<restApiId>[^/]+)\/deployments$/, action: "GetDeployments" },
  { path: /^\/restapis\/(?<restApiId>[^/]+)\/stages$/, action: "GetStages" },
  { path: /^\/restapis\/(?<restApiId>[^/]+)\/stages\/(?<stageName>[^/]+)$/, action: "GetStage" },
  {
    path: /^\/restapis\/(?<restApiId>[^/]+)\/stages\/(?<stageName>[^/]+)\/exports\/(?<exportType>[^/]+)$/,
    action: "GetExport",
  },
  { path: /^\/account$/, action: "GetAccount" },
];

/** A call of API Gateway's own API, or undefined when the request is none. */
export function decodeApiGateway(request: HttpRequest): Pick<CallRequest, "service" | "action" | "input"> | undefined {
  if (request.method !== "GET") return undefined;
  for (const { path, action } of routes) {
    const match = path.exec(request.url.pathname);
    if (match === null) continue;
    const input: JsonObject = Object.fromEntries(
      Object.entries(match.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)]),
    );
    const { accept } = request.headers;
    const accepts = action === "GetExport" && accept !== undefined ? { accepts: accept } : {};
    return { service: "apigateway", action, input: { ...input, ...accepts } };
  }
  return undefined;
}

/** A request to a stage: `<api>.execute-api.<region>.amazonaws.com/<stage>/...`, or `/_aws/execute-api/<api>/<stage>/...` on any host. */
export function executeApiRequest({ method, url, headers, body }: HttpRequest): ApiRequest | undefined {
  const byHost = /^([a-z0-9]+)\.execute-api\.[a-z0-9-]+\.amazonaws\.com$/.exec(url.hostname);
  const byPath = /^\/_aws\/execute-api\/([^/]+)(\/.*)?$/.exec(url.pathname);
  const apiId = byHost?.[1] ?? byPath?.[1];
  if (apiId === undefined) return undefined;
  const path = byHost === null ? (byPath?.[2] ?? "/") : url.pathname;
  return { apiId, httpMethod: method, path, query: url.search.slice(1), headers, body: body.toString("utf8") };
}

/** Only a signature of AWS's tells who calls: an API may have an Authorization header of its own. */
function callerOf(request: HttpRequest, principal: Principal): Principal {
  const signed = request.headers.authorization?.startsWith("AWS4-HMAC-SHA256") === true;
  return signed ? principal : { kind: "anonymous" };
}

export function answerApiRequest(
  gateway: Gateway,
  request: HttpRequest,
  apiRequest: ApiRequest,
  sender: Pick<CallRequest, "principal" | "origin" | "secureTransport">,
  reply: HttpReply,
): void {
  const input = { ...apiRequest };
  const principal = callerOf(request, sender.principal);
  gateway.call({ service: "execute-api", action: "Invoke", input, ...sender, principal }, (outcome, requestId) => {
    if (outcome.ok) {
      const { status, headers, body } = outcome.output;
      reply({ status: Number(status), headers: headers as Record<string, string>, body: String(body) });
      return;
    }
    const { status, message } = outcome.error;
    const headers = { "content-type": "application/json", "x-amzn-requestid": requestId };
    reply({ status, headers, body: JSON.stringify({ message }) });
  });
}
