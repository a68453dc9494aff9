// A component's handler as a Lambda function: the program's closure, wrapped in the middleware of its kind of invocation.
import * as pulumi from "@pulumi/pulumi";
import type { MiddlewareConfig, MiddlewareKind } from "../handlers/middleware/config";
import { packageClosure } from "../packaging/packageClosure";
import { ClosureFunction, type ClosureFunctionArgs } from "./closureFunction";
import { checkedSource } from "./closureFunctionSettings";

/** A handler and its function's settings. Packaged code cannot be wrapped: give a closure. */
export type HandlerArgs<Event = never, Result = unknown> = Omit<ClosureFunctionArgs<Event, Result>, "code">;

export interface MiddlewareFunctionArgs<Event, Result> {
  readonly kind: MiddlewareKind;
  readonly config: pulumi.Input<MiddlewareConfig>;
  readonly handler: HandlerArgs<Event, Result>;
}

export function middlewareFunction<Event, Result>(
  name: string,
  { kind, config, handler }: MiddlewareFunctionArgs<Event, Result>,
  parent: pulumi.Resource,
): ClosureFunction<Event, Result> {
  const { callback, callbackFactory, environment = {}, bundleSdk = false, ...settings } = handler;
  const source = checkedSource<Event, Result>({ callback, callbackFactory });
  if (source.kind === "packaged") {
    throw new Error("[callback] or [callbackFactory] must be given, got [code]");
  }
  const factory = source.kind === "factory";
  return new ClosureFunction<Event, Result>(
    name,
    {
      ...settings,
      code: packageClosure(source.closure, { factory, bundleSdk, component: name, resource: parent, middleware: kind }),
      environment: pulumi.output(environment).apply((own) => ({
        NODE_OPTIONS: "--enable-source-maps",
        ...own,
        RESPOOL_MIDDLEWARE: pulumi.output(config).apply((known) => JSON.stringify(known)),
      })),
    },
    { parent },
  );
}
