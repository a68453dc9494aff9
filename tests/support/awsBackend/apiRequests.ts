// Requests to APIs of a deployed program, at the address that an emulator gives them.
import type { ApiAnswer, ApiRequest } from "../backend";
import type { AwsEndpoint } from "./clients";

/** Sends the requests at the same time. */
export function requestTogether(
  { url: endpoint }: AwsEndpoint,
  requests: readonly ApiRequest[],
): Promise<readonly ApiAnswer[]> {
  return Promise.all(
    requests.map(async ({ method = "GET", url, headers = {}, body }): Promise<ApiAnswer> => {
      const answer = await fetch(emulatedUrl(endpoint, url), { method, headers, body });
      return { status: answer.status, headers: Object.fromEntries(answer.headers), body: await answer.text() };
    }),
  );
}

/**
 * An emulator has one host for all APIs.
 * https://docs.localstack.cloud/aws/services/apigateway/#accessing-apis
 *
 * @throws when the URL is none of API Gateway's
 */
export function emulatedUrl(endpoint: string, url: string): string {
  const { hostname, pathname, search } = new URL(url);
  const [, apiId] = /^([a-z0-9]+)\.execute-api\./.exec(hostname) ?? [];
  if (apiId === undefined) throw new Error(`${url} is no URL of an API's stage`);
  return `${endpoint.replace(/\/$/, "")}/_aws/execute-api/${apiId}${pathname}${search}`;
}
