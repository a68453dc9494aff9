// What commands come to: the table of docs/guide/commands.md, as it is counted on the guide's own programs.
import type { EvaluatedProgram } from "@respool/simulator";
import { dollarsPerMillion } from "../costs/usage";
import { CommandShop } from "./commandShop";

/** Of one command, or of what something adds to it. */
interface CommandUsage {
  /** Of clients, to the API. */
  readonly requests: number;
  readonly invocations: number;
  /** DynamoDB's, of items of up to 1 KB; in a transaction each is two. */
  readonly writes: number;
  readonly reads: number;
  /** Of functions, and of Lambda, which receives and deletes. */
  readonly queueRequests: number;
  readonly transitions: number;
}

const none: CommandUsage = { requests: 0, invocations: 0, writes: 0, reads: 0, queueRequests: 0, transitions: 0 };

/** By event: a transaction of the guide is of two items. */
const counts: Readonly<Record<string, readonly [keyof CommandUsage, number]>> = {
  "execute-api.Invoke": ["requests", 1],
  "lambda.Invocation": ["invocations", 1],
  "dynamodb.PutItem": ["writes", 1],
  "dynamodb.UpdateItem": ["writes", 1],
  "dynamodb.DeleteItem": ["writes", 1],
  "dynamodb.TransactWriteItems": ["writes", 4],
  "dynamodb.GetItem": ["reads", 1],
  "dynamodb.BatchGetItem": ["reads", 1],
  "sqs.SendMessage": ["queueRequests", 1],
  "sqs.ReceiveMessage": ["queueRequests", 1],
  "sqs.DeleteMessageBatch": ["queueRequests", 1],
};

/** What is used while something happens, of functions, their roles and machines whose names begin so. */
function during(shop: CommandShop, happens: () => void): (...names: readonly string[]) => CommandUsage {
  const { events } = shop.simulation;
  const seen = events.all.length;
  happens();
  const happened = events.all.slice(seen);
  return (...names) => {
    const isTheirs = (name: unknown) => names.some((one) => nameOf(String(name)).startsWith(one));
    const used = { ...none };
    for (const { kind, detail } of happened) {
      const [part, count] = counts[kind] ?? [];
      if (part !== undefined && count !== undefined && isTheirs(detail.function ?? detail.caller)) used[part] += count;
      const began = kind === "states.ExecutionStatus" && detail.status === "RUNNING" && isTheirs(detail.execution);
      if (began) used.transitions += transitionsOf(shop, String(detail.execution));
    }
    return used;
  };
}

/** Of a role or an execution its own, or its state machine's. */
function nameOf(caller: string): string {
  return caller.replace(/^arn:[^/]*(:role\/|:execution:)/, "");
}

function transitionsOf(shop: CommandShop, execution: string): number {
  const machine = execution.replace(":execution:", ":stateMachine:").replace(/:[^:]*$/, "");
  return shop.simulation.stepFunctions.executions(machine).find(({ arn }) => arn === execution)?.stateTransitions ?? 0;
}

function minus(usage: CommandUsage, other: CommandUsage): CommandUsage {
  const part = (name: keyof CommandUsage) => usage[name] - other[name];
  return {
    requests: part("requests"),
    invocations: part("invocations"),
    writes: part("writes"),
    reads: part("reads"),
    queueRequests: part("queueRequests"),
    transitions: part("transitions"),
  };
}

/** @param first the guide's first program, `second` the other one */
export function costTable(first: EvaluatedProgram, second: EvaluatedProgram): string {
  const plain = oneCommand(first);
  const more = shopCommands(second);
  const plainly = plain.succeeds;
  const rows: readonly (readonly [string, CommandUsage])[] = [
    ["accepted by an API", plain.accepted],
    ["with an `Idempotency-Key`, adds", minus(plain.acceptedByKey, plain.accepted)],
    ["accepted by `sendCommand`", minus(plain.accepted, { ...none, requests: 1, invocations: 1 })],
    ["decided, and succeeds", plainly],
    ["with an effect of one write, adds", minus(more.effect, plainly)],
    ["each command that it sends, adds", minus(more.sends, more.effect)],
    ["progress told once, and a task started, adds", minus(more.starts, { ...plainly, invocations: 2 })],
    ["an attempt that fails, and comes again", plain.again],
    ["the last attempt, which parks it", plain.parks],
    ["fails for good at once", more.rejected],
    ["is redriven, and succeeds", plain.redriven],
    ["asked for its status", plain.asked],
    ["asked, with one command below, adds", minus(more.askedBelow, plain.asked)],
  ];
  const head = ["a command", "requests", "invocations", "writes", "reads", "SQS", "transitions", "dollars"];
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [
    line(head),
    line(head.map(() => "---")),
    ...rows.map(([title, usage]) => line([title, ...cells(usage)])),
  ].join("\n");
}

/** https://aws.amazon.com/api-gateway/pricing/, https://aws.amazon.com/lambda/pricing/: for a million. */
const requestDollars = 3.5;
const invocationDollars = 0.2;

function cells({ requests, invocations, writes, reads, queueRequests, transitions }: CommandUsage): string[] {
  const parts = [requests, invocations, writes, reads, queueRequests, transitions];
  const rest = dollarsPerMillion({ transitions, writes, reads, messages: queueRequests, events: 0 });
  return [...parts.map(String), (requests * requestDollars + invocations * invocationDollars + rest).toFixed(2)];
}

const client = "operator";

function oneCommand(program: EvaluatedProgram) {
  const shop = new CommandShop(program);
  const change = (headers: Record<string, string> = {}) =>
    shop.ask("apiUrl", "PUT", "/customers/ada/address", { body: { street: "1 Main Street" }, headers });
  const decided = (headers?: Record<string, string>) =>
    during(shop, () => {
      change(headers);
      shop.run(60);
    });
  const one = decided();
  const key = { "idempotency-key": "1" };
  const byKey = decided(key);
  const { id } = change(key).json;
  const asked = during(shop, () => shop.ask("apiUrl", "GET", `/commands/${id}`));

  shop.status.set("crm", 503);
  change();
  shop.run(60);
  const again = during(shop, () => shop.run(180));
  shop.run(360);
  const parks = during(shop, () => shop.run(180));
  shop.status.set("crm", 200);
  const redriven = during(shop, () => shop.redrive());
  return {
    accepted: one(client, "shop"),
    acceptedByKey: byKey(client, "shop"),
    succeeds: one("customers"),
    asked: asked(client, "shop"),
    again: again("customers"),
    parks: parks("customers"),
    redriven: redriven("customers", "reprocess-launcher"),
  };
}

function shopCommands(program: EvaluatedProgram) {
  const shop = new CommandShop(program);
  const body = { isbn: "978-3", copies: 1, card: "4242" };
  const sent = (path: string) =>
    during(shop, () => {
      shop.ask("adminUrl", "POST", path, { body: path === "/orders" ? body : {} });
      shop.run(60);
    });
  const { id } = shop.ask("adminUrl", "POST", "/orders", { body }).json;
  shop.run(60);
  shop.ask("adminUrl", "GET", `/commands/${id}`);
  const asked = during(shop, () => shop.ask("adminUrl", "GET", `/commands/${id}`));
  const shipped = sent(`/orders/${id}/shipment`);
  const placed = sent("/orders");
  shop.status.set("payments", 402);
  const declined = sent("/orders");
  return {
    effect: shipped("orders"),
    sends: placed("orders"),
    starts: placed("payments", "send-receipt"),
    rejected: declined("payments"),
    askedBelow: asked(client, "admin"),
  };
}
