// An API of commands in its middleware, over a store and a queue in memory.
import type { APIGatewayProxyEvent } from "aws-lambda";
import { vi } from "vitest";
import type { CommandState } from "../../handlers/commands/status";
import { commandApiMiddleware } from "../../handlers/middleware/commandApi";
import type { CommandApiTools, CommandOrder } from "../../handlers/middleware/commandApiTools";
import { lambdaContext, MiddlewareRun } from "./middlewareRun";

export const requestId = "0a4f5b1c-3a1f-4c34-9a62-7f6c0f7f1f00";
const now = Date.UTC(2026, 0, 5, 8);
export const time = "2026-01-05T08:00:00.000Z";
export const uuid = (number: number) => `00000000-0000-7000-8000-${String(number).padStart(12, "0")}`;

export const clientErrors = { BookNotFoundError: { status: 404, title: "Book not found" } };
export const operations = {
  "POST /orders": "placeOrder",
  "POST /orders/{orderId}/note": "noteOrder",
  "GET /commands/{commandId}": "getCommand",
  "POST /commands/{commandId}/cancel": "cancelCommand",
};
export const data = {
  statusPath: "/commands",
  retryAfterSeconds: 5,
  maxBytes: 100,
  operations: {
    placeOrder: { command: "placeOrder", source: "orders", schema: {} },
    noteOrder: { command: "note", source: "orders", schema: {} },
  },
};

/** A store and a queue in memory. */
class MemoryCommands implements CommandApiTools {
  readonly accepted = new Map<string, CommandOrder>();
  readonly states = new Map<string, CommandState>();
  /** Commands that were sent. */
  readonly queue: string[] = [];
  /** Thrown by the next calls of these names. */
  readonly failing = new Map<"accept" | "cancel" | "status", Error>();
  now = () => now;
  newId = () => uuid(this.accepted.size + 1);
  keyedId = (...parts: string[]) => {
    const number = Buffer.from(parts.join(" ")).reduce((sum, byte) => (sum * 31 + byte) % 999_983, 7);
    return uuid(number);
  };
  violations = (_operationId: string, value: unknown) =>
    JSON.stringify(value).includes("bad") ? [{ path: "/isbn", detail: "must be a text" }] : [];
  isKnown = async (id: string) => this.accepted.has(id);
  accept: CommandApiTools["accept"] = async (order) => {
    this.#fail("accept");
    const known = this.accepted.get(order.id);
    if (known !== undefined && known.fingerprint !== order.fingerprint) throw named("CommandKeyReused");
    if (known === undefined) {
      this.accepted.set(order.id, order);
      this.states.set(order.id, "accepted");
      this.queue.push(order.id);
    }
    return { acceptedAt: known?.time ?? order.time, created: known === undefined };
  };
  status: CommandApiTools["status"] = async (id) => {
    this.#fail("status");
    const order = this.accepted.get(id);
    const status = this.states.get(id);
    if (order === undefined || status === undefined) return undefined;
    return { status: { id, name: order.name, status, acceptedAt: order.time, attempts: 0 }, owner: order.owner };
  };
  cancel: CommandApiTools["cancel"] = async (id) => {
    const cancelled = ["accepted", "cancelled"].includes(this.states.get(id) ?? "");
    if (cancelled) this.states.set(id, "cancelled");
    return cancelled;
  };

  #fail(call: "accept" | "cancel" | "status"): void {
    const error = this.failing.get(call);
    if (error !== undefined) throw error;
  }
}

/** An error whose message is for nobody outside. */
export const named = (name: string, more: object = {}) =>
  Object.assign(new Error(`secret of ${name}`), { name, ...more });

/** A request, where it differs from a POST of an order. */
export interface Asked {
  readonly path?: string;
  readonly method?: string;
  readonly resource?: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  readonly pathParameters?: Record<string, string>;
  /** Whom an authorizer let in. */
  readonly principal?: string;
  /** Who signed. */
  readonly userArn?: string;
}

export function eventOf(asked: Asked): APIGatewayProxyEvent {
  const { method = "POST", resource = "/orders", path = `/v1${resource}`, headers = {}, body } = asked;
  const { principal, userArn = null, pathParameters = null } = asked;
  const authorizer = principal === undefined ? undefined : { principalId: principal };
  const requestContext = {
    requestId,
    path,
    identity: { userArn },
    authorizer,
  } as unknown as APIGatewayProxyEvent["requestContext"];
  return {
    httpMethod: method,
    resource,
    path: resource,
    headers,
    body: body === undefined ? null : typeof body === "string" ? body : JSON.stringify(body),
    pathParameters,
    requestContext,
    queryStringParameters: null,
    stageVariables: null,
    multiValueHeaders: {},
    multiValueQueryStringParameters: null,
    isBase64Encoded: false,
  };
}

/** One API, and what its clients ask. */
export class CommandApiRun {
  readonly run = new MiddlewareRun({ idempotency: undefined });
  readonly commands = new MemoryCommands();
  readonly check = vi.fn();

  async ask(asked: Asked) {
    const tools = { ...this.run.tools, commands: this.commands };
    const answer = commandApiMiddleware(this.check, data, { clientErrors, operations }, tools);
    const { statusCode, headers, body } = await answer(eventOf(asked), lambdaContext());
    return { status: statusCode, headers, json: JSON.parse(body) };
  }

  order = (body: unknown, more: Asked = {}) => this.ask({ body, ...more });
  keyed = (body: unknown, key = "k1", more: Asked = {}) =>
    this.ask({ body, headers: { "Idempotency-Key": key }, ...more });
  about = (id: string, more: Asked = {}) =>
    this.ask({ method: "GET", resource: "/commands/{commandId}", pathParameters: { commandId: id }, ...more });
  cancel = (id: string, more: Asked = {}) =>
    this.ask({ resource: "/commands/{commandId}/cancel", pathParameters: { commandId: id }, ...more });
}
