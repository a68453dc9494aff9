// The deployed bookshop as its customers, its desk and its operators meet it, with neighbours of its own outside AWS.
import { type EvaluatedProgram, type HttpRequest, Simulation } from "@respool/simulator";
import type { CommandStatus } from "../../handlers/commands/status";

export const placeOrder = { isbn: "978-0141187785", copies: 2, customer: "Ada", price: 20, currency: "EUR" };

/** The configuration by which the program finds these neighbours. */
export const neighbours = {
  paymentProviderUrl: "https://payments.example",
  partnersUrl: "https://partners.example",
  fakePaymentProvider: "false",
};

interface Asked {
  readonly method?: string;
  readonly body?: object | string;
  readonly key?: string;
  /** @default true */
  readonly signed?: boolean;
}

interface Answer<Body> {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Body;
}

export class Bookshop {
  readonly simulation = new Simulation();
  /** What the payment provider and the others answer. */
  readonly answers = { payments: 200, partners: 200 };
  /** Path and idempotency key of each POST that was answered with a success, in order. */
  readonly done: (readonly [path: string, key: string])[] = [];

  constructor(private readonly program: EvaluatedProgram) {
    const { internet } = this.simulation;
    internet.register("payments.example", (request, reply) => reply(this.answer(request, this.answers.payments)));
    internet.register("partners.example", (request, reply) => reply(this.answer(request, this.answers.partners)));
    this.simulation.redeploy(program);
  }

  output(name: string): string {
    return String(this.program.outputs[name]);
  }

  /** Asks the API of orders. */
  ask<Body>(path: string, { method = "GET", body, key, signed = true }: Asked = {}): Answer<Body> {
    const answer = this.simulation.http({
      method,
      url: `${this.output("ordersApiUrl")}${path}`,
      headers: key === undefined ? {} : { "idempotency-key": key },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
      ...(signed ? { principal: { kind: "operator" } } : {}),
    });
    return { status: answer.status, headers: answer.headers ?? {}, body: JSON.parse(String(answer.body)) };
  }

  /** A customer's order; the result is its id. */
  order(data: object = placeOrder, key?: string): string {
    const { status, body } = this.ask<{ id: string }>("/orders", { method: "POST", body: data, key });
    if (status !== 202) throw new Error(`the order was answered with ${status}: ${JSON.stringify(body)}`);
    return body.id;
  }

  /** An order that the desk takes; the result is its id. */
  deskOrder(key: string, order: object = placeOrder): string {
    return this.invoke<{ id: string }>("orderDeskFunctionName", { key, order }).id;
  }

  status(id: string): CommandStatus {
    return this.ask<CommandStatus>(`/commands/${id}`).body;
  }

  /** The states of an order and of its steps, such as `parked: reserveStock succeeded, chargeCard parked`. */
  states(id: string): string {
    const { status, steps = [] } = this.status(id);
    return [status, steps.map((step) => `${step.key} ${step.status}`).join(", ")].filter(Boolean).join(": ");
  }

  redrive(request: object = {}): { readonly success: number } {
    return this.invoke("reprocessFunctionName", request);
  }

  /** Without waiting for the run's end. */
  beginRedrive(): void {
    const FunctionName = this.output("reprocessFunctionName");
    this.simulation.call("lambda", "Invoke", { FunctionName, InvocationType: "Event", Payload: "{}" });
  }

  invoke<Result>(output: string, request: object): Result {
    const input = { FunctionName: this.output(output), Payload: JSON.stringify(request) };
    const { Payload, FunctionError } = this.simulation.call<{ Payload: string; FunctionError?: string }>(
      "lambda",
      "Invoke",
      input,
    );
    if (FunctionError !== undefined) throw new Error(`${output} failed: ${Payload}`);
    return JSON.parse(Payload);
  }

  runFor(seconds: number): void {
    this.simulation.runFor(seconds * 1_000);
  }

  /** The bodies of all records in the spool. */
  records(): readonly Record<string, unknown>[] {
    return this.simulation.sqs.messages(this.output("spoolUrl")).map(({ body }) => JSON.parse(body));
  }

  /** Keys of what was done at a path. */
  keys(path: string): readonly string[] {
    return this.done.filter(([there]) => there === path).map(([, key]) => key);
  }

  private answer({ method, url, headers }: HttpRequest, status: number) {
    if (status === 200 && method === "POST") this.done.push([url.pathname, headers["idempotency-key"] ?? ""]);
    const known = method === "GET" && url.pathname.includes("unknown") ? 404 : status;
    return { status: known, body: JSON.stringify({ title: "The Go-Between", price: placeOrder.price }) };
  }
}
