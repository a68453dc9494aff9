// Two files that are compiled together with a client that was generated from the document of tests/cycle/program/documentedApi.ts.

/** Uses the client with all its types; what it makes is the test's `Shop`. */
export const typedUse = `
import {
  cancelCommand, cancelOrder, changeItem, getCommand, placeOrder,
  type GetCommandResponses, type PlaceOrderRequest, type PlaceOrderResponses, type Problem,
} from "./generated/index.js";
import { createClient, createConfig } from "./generated/client/index.js";

type Status = GetCommandResponses[200];
const open: readonly Status["status"][] = ["accepted", "running"];

const refused = (status: number | undefined, { title, detail, retryable, errors = [] }: Problem) => ({
  status, title, detail, retryable, pointers: errors.map(({ pointer }): string => pointer).sort(),
});

export function shop(baseUrl: string, fetch: typeof globalThis.fetch, wait: (seconds: number) => void) {
  const client = createClient(createConfig({ baseUrl, fetch }));

  const accepted = (data: PlaceOrderResponses[202], response: Response | undefined) => {
    const { id, acceptedAt, status: state }: { id: string; acceptedAt: string; status: "accepted" } = data;
    return { status: response?.status, id, acceptedAt, state, location: response?.headers.get("location") };
  };

  return {
    async order(body: PlaceOrderRequest, key?: string) {
      const headers = key === undefined ? {} : { "Idempotency-Key": key };
      const { data, error, response } = await placeOrder({ client, body, headers });
      return data === undefined ? refused(response?.status, error) : accepted(data, response);
    },
    async change(orderId: string, isbn: string, copies: number) {
      const { data, error, response } = await changeItem({ client, path: { orderId, isbn }, body: { copies } });
      return data === undefined ? refused(response?.status, error) : accepted(data, response);
    },
    async withdraw(orderId: string) {
      const { data, error, response } = await cancelOrder({ client, path: { orderId } });
      return data === undefined ? refused(response?.status, error) : accepted(data, response);
    },
    async cancel(commandId: string) {
      const { data, error, response } = await cancelCommand({ client, path: { commandId } });
      if (data === undefined) return refused(response?.status, error);
      return { status: response?.status, state: data.status };
    },
    /** Asks when it is told to, until there is nothing more to be told soon. */
    async follow(commandId: string) {
      const states: string[] = [];
      for (let asked = 0; asked < 1_000; asked += 1) {
        const { data, error, response } = await getCommand({ client, path: { commandId } });
        if (data === undefined) return refused(response?.status, error);
        if (states.at(-1) !== data.status) states.push(data.status);
        if (!open.includes(data.status)) {
          const { attempts, progress, message, result, reason, steps = [] } = data;
          const share: number | undefined = progress;
          const title: string | undefined = reason?.title;
          const parts = steps.map(({ key, status }): string => [key, status].join(" "));
          return { states, attempts, progress: share, message, result, reason: title, steps: parts };
        }
        wait(Number(response?.headers.get("retry-after")));
      }
      throw new Error("it never ended");
    },
  };
}
`;

/** What must not compile: each line with a comment, the code of the compiler's error, and no other line. */
export const wrongUses = `
import { cancelCommand, changeItem, getCommand, placeOrder, type PlaceOrderRequest } from "./generated/index.js";

const address = { street: "Main 1", city: "Bern", country: "CH" } as const;
const customer = { name: "Kim", email: "kim@example.com", addresses: [address] };
const order: PlaceOrderRequest = { customer, items: [], delivery: { kind: "standard" } };

export async function wrong() {
  await placeOrder({}); // 2345
  await placeOrder({ body: { ...order, colour: "red" } }); // 2353
  await placeOrder({ body: { customer, items: [] } }); // 2741
  await placeOrder({ body: { ...order, delivery: { kind: "slow" } } }); // 2322
  await placeOrder({ body: { ...order, delivery: { kind: "express", by: 5 } } }); // 2322
  await placeOrder({ body: { ...order, items: [{ isbn: "1", copies: "2" }] } }); // 2322
  await placeOrder({ body: { ...order, items: [{ isbn: "1", copies: 2, note: 5 }] } }); // 2322
  await placeOrder({ body: { ...order, customer: { name: "Kim", addresses: [] } } }); // 2741
  await placeOrder({ body: { ...order, customer: { ...customer, addresses: [{ ...address, country: "XX" }] } } }); // 2322
  await placeOrder({ body: { ...order, labels: { a: 1 } } }); // 2322
  await placeOrder({ body: order, headers: { "Idempotency-Key": 5 } }); // 2322
  await changeItem({ path: { orderId: "1" }, body: { copies: 1 } }); // 2741
  await changeItem({ path: { orderId: "1", isbn: "1" }, body: { copies: 1, isbn: "2" } }); // 2353
  await cancelCommand({ path: { id: "1" } }); // 2353
  const { data, error } = await placeOrder({ body: order });
  if (data === undefined) return error.errors?.[0]?.place; // 2339
  if (data.status === "running") return data.id; // 2367
  const { data: status } = await getCommand({ path: { commandId: data.id } });
  if (status === undefined) return data.result; // 2339
  if (status.status === "done") return status.id; // 2367
  return status.reason.title; // 18048
}
`;
