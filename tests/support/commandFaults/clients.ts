// Those who ask for commands: each asks again until it is told that its command is accepted, or that it never will be.

import type { JsonObject, Simulation } from "@respool/simulator";
import { envelopeText } from "../../../handlers/commands/envelope";
import { keyedCommandId } from "../../../handlers/commands/ids";
import { COMMAND_VERSION } from "../../../records/command";
import { answerAwsRequest } from "../../../simulator/awsEndpoint";
import type { Asked } from "./scenario";

/** What a client was told. */
export interface Told {
  readonly order: string;
  readonly asked: Asked;
  readonly id: string;
}

export interface Places {
  readonly shopUrl: string;
  readonly queueUrl: string;
  readonly adminFunction: string;
}

const patience = 35_000;
const pause = 3_000;

/** What came of one call. */
type Answer = { readonly id: string } | "again" | "refused";
/** One call. It may never be answered. */
type Attempt = (done: (answer: Answer) => void) => void;

export class Clients {
  readonly told: Told[] = [];
  /** Clients that have not been told anything yet. */
  waiting = 0;

  constructor(
    private readonly simulation: Simulation,
    private readonly places: Places,
  ) {}

  ask(order: string, asked: Asked): void {
    this.waiting += 1;
    const attempt = this.attempt(order, asked);
    let isTold = false;
    const next = () => {
      if (isTold) return;
      let isAnswered = false;
      const again = () => {
        if (!isAnswered) this.simulation.clock.after(pause, next);
        isAnswered = true;
      };
      attempt((answer) => {
        if (answer === "again") {
          again();
          return;
        }
        isAnswered = true;
        // Who is answered late has been told all the same.
        if (answer !== "refused") this.told.push({ order, asked, id: answer.id });
        if (!isTold) this.waiting -= 1;
        isTold = true;
      });
      this.simulation.clock.after(patience, again);
    };
    next();
  }

  /** Cancels what is known to be accepted by then. */
  cancel(order: string): void {
    for (const { id } of this.told.filter((each) => each.order === order)) {
      this.request("POST", `/commands/${id}/cancel`, {}, undefined, () => undefined);
    }
  }

  private attempt(order: string, asked: Asked): Attempt {
    const data = { order: asked.data === "invalid" ? { no: order } : order, sold: asked.data === "sold out" };
    if (asked.by === "api") return (done) => this.post(asked.keyed ? order : undefined, data, done);
    if (asked.by === "tool") return (done) => this.useTool(asked.keyed ? order : undefined, data, done);
    return (done) => this.sendMessage(order, data, done);
  }

  private post(key: string | undefined, data: object, done: (answer: Answer) => void): void {
    const headers: Record<string, string> = key === undefined ? {} : { "idempotency-key": key };
    this.request("POST", "/orders", headers, data, (status, { id }) => {
      if (status === 202) done({ id: String(id) });
      // Nobody accepts what is not valid.
      else done(status === 400 ? "refused" : "again");
    });
  }

  private useTool(key: string | undefined, data: object, done: (answer: Answer) => void): void {
    const Payload = JSON.stringify({ ...data, ...(key !== undefined && { key }) });
    this.call("lambda", "Invoke", { FunctionName: this.places.adminFunction, Payload }, (output) => {
      if (output === undefined || output.FunctionError !== undefined) done("again");
      else done({ id: String((JSON.parse(String(output.Payload)) as JsonObject).id) });
    });
  }

  /** Past whoever accepts commands. */
  private sendMessage(order: string, data: object, done: (answer: Answer) => void): void {
    const id = keyedCommandId("test", order);
    const time = new Date(this.simulation.clock.now).toISOString();
    const MessageBody = envelopeText({ respoolCommand: COMMAND_VERSION, id, name: "placeOrder", time, data });
    this.call("sqs", "SendMessage", { QueueUrl: this.places.queueUrl, MessageBody }, (output) =>
      done(output === undefined ? "again" : { id }),
    );
  }

  private call(service: string, action: string, input: JsonObject, done: (output?: JsonObject) => void): void {
    this.simulation.gateway.call({ service, action, input, principal: { kind: "operator" } }, (outcome) =>
      done(outcome.ok ? outcome.output : undefined),
    );
  }

  private request(
    method: string,
    path: string,
    headers: Record<string, string>,
    body: object | undefined,
    done: (status: number, body: JsonObject) => void,
  ): void {
    const signed = {
      ...headers,
      authorization: "AWS4-HMAC-SHA256 Credential=simulated",
      "content-type": "application/json",
    };
    const request = {
      method,
      url: new URL(`${this.places.shopUrl}${path}`),
      headers: signed,
      body: Buffer.from(body === undefined ? "" : JSON.stringify(body)),
    };
    answerAwsRequest(this.simulation.gateway, request, { principal: { kind: "operator" } }, (answer) => {
      if ("networkError" in answer) done(0, {});
      else done(answer.status, JSON.parse(String(answer.body ?? "{}")) as JsonObject);
    });
  }
}
