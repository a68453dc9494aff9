// The gateway on loopback: any client that speaks AWS's protocols can talk to a simulation over HTTP.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { answerAwsRequest } from "./awsEndpoint";
import type { HttpResponse, NetworkFailure } from "./internet";
import type { Simulation } from "./simulation";

export interface Listener {
  /** Such as "http://127.0.0.1:41234": the endpoint for a client. */
  readonly url: string;
  close(): Promise<void>;
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function send(response: ServerResponse, answer: HttpResponse | NetworkFailure): void {
  if ("networkError" in answer) {
    response.destroy();
    return;
  }
  response.writeHead(answer.status, answer.headers);
  response.end(answer.body ?? "");
}

/**
 * Serves a simulation on 127.0.0.1. Each request runs virtual time until its answer is there, a long poll's included.
 * Loopback counts as secure transport; every signed request is the operator's.
 */
export async function listen(simulation: Simulation, port = 0): Promise<Listener> {
  const server = createServer(async (request, response) => {
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    const url = new URL(request.url ?? "/", `http://${request.headers.host ?? "127.0.0.1"}`);
    const body = await bodyOf(request);
    let answer: HttpResponse | NetworkFailure | undefined;
    const sent = { method: request.method ?? "GET", url, headers, body };
    answerAwsRequest(simulation.gateway, sent, { principal: { kind: "operator" } }, (result) => {
      answer = result;
    });
    try {
      simulation.runWhile(() => answer === undefined);
    } catch (error) {
      answer = { status: 500, body: JSON.stringify({ message: (error as Error).message }) };
    }
    send(
      response,
      answer ?? { status: 504, body: JSON.stringify({ message: "nothing is left to happen in the simulation" }) },
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const { port: actual } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${actual}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.closeAllConnections();
        server.close((error) => (error === undefined ? resolve() : reject(error)));
      }),
  };
}
