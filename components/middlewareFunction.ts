// A component's handler as a Lambda function: the program's closure, wrapped in the middleware of its kind of invocation.
import * as pulumi from "@pulumi/pulumi";
import { MIDDLEWARE_VARIABLE, type MiddlewareConfig, type MiddlewareKind } from "../handlers/middleware/config";
import type { WorkContext } from "../handlers/middleware/workContext";
import { packageClosure } from "../packaging/packageClosure";
import { ClosureFunction, type ClosureFunctionArgs } from "./closureFunction";
import { checkedSource } from "./closureFunctionSettings";
import type { IdempotencyStore } from "./idempotencyStore";

/** A handler and its function's settings. Packaged code cannot be wrapped: give a closure. */
export type HandlerArgs<Event = never, Result = unknown, Context = WorkContext> = Omit<
  ClosureFunctionArgs<Event, Result, Context>,
  "code"
>;

/** What a component that is made of another one puts around its handler, instead of the other's own middleware. */
export interface OtherMiddleware {
  readonly kind: MiddlewareKind;
  /** Told beside what the other component tells its own. */
  readonly config: pulumi.Input<object>;
  /** A JSON value that is part of the package, since Lambda's environment has 4 KB. @default none */
  readonly data?: unknown;
  /** What the program calls the closure that the component gives as `callback`. @default "callback" */
  readonly argument?: string;
}

export interface MiddlewareFunctionArgs<Event, Result> {
  readonly kind: MiddlewareKind;
  /** A JSON value that the middleware is given with the package. @default none */
  readonly data?: unknown;
  /** What the program calls the handler: errors name it. @default "callback" */
  readonly argument?: string;
  /** What the middleware is told. Its `source` is the function's name unless it says so itself. */
  readonly config: pulumi.Input<MiddlewareConfig>;
  /** Its second parameter is what the middleware of the kind gives it. */
  readonly handler: HandlerArgs<Event, Result, never>;
  /** Makes the handler idempotent: the function may use the store, and its middleware is told of it. @default what the config says */
  readonly idempotency?: IdempotencyStore;
}

/**
 * The function of a component. Its environment holds the middleware's configuration, which no setting of the program's can replace.
 *
 * @throws when packaged code is given, or no closure
 */
export function middlewareFunction<Event, Result>(
  name: string,
  { kind, data, argument, config, handler, idempotency }: MiddlewareFunctionArgs<Event, Result>,
  parent: pulumi.Resource,
): ClosureFunction<Event, Result> {
  const { environment = {}, bundleSdk = false, permissions = [] } = handler;
  const source = sourceOf(handler);
  const factory = source.kind === "factory";
  return new ClosureFunction<Event, Result>(
    name,
    {
      ...handler,
      callback: undefined,
      callbackFactory: undefined,
      code: packageClosure(source.closure, {
        factory,
        argument,
        bundleSdk,
        component: name,
        resource: parent,
        middleware: kind,
        middlewareData: data,
      }),
      permissions: [...permissions, ...(idempotency?.statements ?? [])],
      environment: pulumi.all([environment, config, idempotency?.config]).apply(([own, known, kept]) => ({
        NODE_OPTIONS: "--enable-source-maps",
        ...own,
        [MIDDLEWARE_VARIABLE]: JSON.stringify({ source: name, ...known, idempotency: known.idempotency ?? kept }),
      })),
    },
    { parent },
  );
}

function sourceOf<Event, Result>(handler: HandlerArgs<Event, Result, never>) {
  const { callback, callbackFactory } = handler;
  const given = ["callback", "callbackFactory", "code"].filter((name) => Reflect.get(handler, name) !== undefined);
  const source = given.length === 1 && given[0] !== "code" ? checkedSource({ callback, callbackFactory }) : undefined;
  if (source === undefined || source.kind === "packaged") {
    const got = given.length === 0 ? "neither" : given.map((name) => `[${name}]`).join(" and ");
    throw new Error(`exactly one of [callback] and [callbackFactory] must be given, got ${got}`);
  }
  return source;
}
