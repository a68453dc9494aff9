// The payment provider as a server of its own: one ledger a stack at /<stack>/charges, and its controls at /<stack>/control.
import { createServer } from "node:http";
import { SimulatedProvider } from "../simulatedProvider";
import type { RemoteProvider } from "./remoteProvider";

/** A call of one of the provider's methods, as the tests post it. */
export interface ControlCall {
  readonly method: keyof RemoteProvider;
  readonly arguments: readonly unknown[];
}

const port = 8080;
const providers = new Map<string, SimulatedProvider>();

function providerOf(stack: string): SimulatedProvider {
  const provider =
    providers.get(stack) ?? new SimulatedProvider((milliseconds, run) => void setTimeout(run, milliseconds));
  providers.set(stack, provider);
  return provider;
}

async function control(provider: SimulatedProvider, call: ControlCall): Promise<string> {
  const method = provider[call.method] as (...values: readonly unknown[]) => Promise<unknown>;
  return JSON.stringify((await method.apply(provider, [...call.arguments])) ?? null);
}

createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  const { method = "", headers } = request;
  const url = new URL(request.url ?? "/", "http://provider");
  const [, stack = "", what = ""] = url.pathname.split("/");
  const provider = providerOf(stack);
  if (what === "control") {
    response.end(await control(provider, JSON.parse(body.toString("utf8")) as ControlCall));
    return;
  }
  const texts = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
  provider.answer({ method, url, headers: texts, body }, (answer) => {
    if ("networkError" in answer) request.socket.destroy();
    else response.writeHead(answer.status, answer.headers).end(answer.body);
  });
}).listen(port, () => console.log("the payment provider listens"));
