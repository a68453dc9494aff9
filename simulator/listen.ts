// The gateway on loopback: any client that speaks AWS's protocols can talk to a simulation over HTTP.
import type { AddressInfo } from "node:net";
import { type AnyRequest, type AnyResponse, anyHttpServer } from "./anyHttp";
import { answerAwsRequest } from "./awsEndpoint";
import type { HttpResponse, NetworkFailure } from "./internet";
import type { Simulation } from "./simulation";

export interface Listener {
  /** Such as "http://127.0.0.1:41234": the endpoint for a client. */
  readonly url: string;
  close(): Promise<void>;
}

async function bodyOf(request: AnyRequest): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function send(response: AnyResponse, answer: HttpResponse | NetworkFailure): void {
  if ("networkError" in answer) {
    response.destroy();
    return;
  }
  response.statusCode = answer.status;
  for (const [name, value] of Object.entries(answer.headers ?? {})) response.setHeader(name, value);
  response.end(answer.body ?? "");
}

function failed(status: number, message: string): HttpResponse {
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify({ message }) };
}

async function answer(simulation: Simulation, request: AnyRequest): Promise<HttpResponse | NetworkFailure> {
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
  const host = request.headers.host ?? request.headers[":authority"] ?? "127.0.0.1";
  const body = await bodyOf(request);
  try {
    const url = new URL(`http://${host}${request.url ?? "/"}`);
    const sent = { method: request.method ?? "GET", url, headers, body };
    let answered: HttpResponse | NetworkFailure | undefined;
    answerAwsRequest(simulation.gateway, sent, { principal: { kind: "operator" } }, (result) => {
      answered = result;
    });
    simulation.runWhile(() => answered === undefined);
    return answered ?? failed(504, "nothing is left to happen in the simulation");
  } catch (error) {
    return failed(500, (error as Error).message);
  }
}

/**
 * Serves a simulation on 127.0.0.1, over HTTP/1.1 and HTTP/2. Each request runs virtual time until its answer is there, a long poll's included.
 * Loopback counts as secure transport; every signed request is the operator's.
 */
export async function listen(simulation: Simulation, port = 0): Promise<Listener> {
  const server = anyHttpServer((request, response) => {
    answer(simulation, request).then(
      (result) => send(response, result),
      // The client went away while it sent.
      () => response.destroy(),
    );
  });
  const { tcp } = server;
  await new Promise<void>((resolve, reject) => {
    tcp.once("error", reject);
    tcp.listen(port, "127.0.0.1", resolve);
  });
  const { port: actual } = tcp.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${actual}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.closeAllConnections();
        tcp.close((error) => (error === undefined ? resolve() : reject(error)));
      }),
  };
}
