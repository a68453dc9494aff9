// The payment provider of one stack, when it is a server elsewhere.
import type { Charge, Provider, ProviderAnswer } from "../backend";
import type { ControlCall } from "./providerServer";

export interface RemoteProvider extends Provider {
  /** Forgets everything, as a new one. */
  reset(): Promise<void>;
}

/** @param url the stack's own part of the server, such as "http://127.0.0.1:8080/stack" */
export function remoteProvider(url: string): RemoteProvider {
  const call = async <Result>(method: ControlCall["method"], ...values: readonly unknown[]): Promise<Result> => {
    const body: ControlCall = { method, arguments: values };
    const response = await fetch(`${url}/control`, { method: "POST", body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`the payment provider's control answered ${response.status} to ${method}`);
    return (await response.json()) as Result;
  };
  return {
    behave: async (answer: ProviderAnswer) => void (await call("behave", answer)),
    script: async (order: string, answers: readonly ProviderAnswer[]) => void (await call("script", order, answers)),
    charges: () => call<readonly Charge[]>("charges"),
    attempts: () => call<number>("attempts"),
    reset: async () => void (await call("reset")),
    calls: (order: string) => call<number>("calls", order),
    mostAtOnce: () => call<number>("mostAtOnce"),
  };
}
