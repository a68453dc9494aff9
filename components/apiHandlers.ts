// The functions of an API: one for each operation that has a handler of its own, one for all others together.
import * as pulumi from "@pulumi/pulumi";
import type { ApiRequest } from "../handlers/middleware/apiRequest";
import type { ApiMiddlewareConfig } from "../handlers/middleware/config";
import type { ApiFunctionArgs } from "./apiFunctionArgs";
import { type ClientErrors, checkedTimeout, operationIds } from "./apiSettings";
import type { ClosureFunction } from "./closureFunction";
import { type HandlerArgs, middlewareFunction } from "./middlewareFunction";
import { middlewareConfig } from "./middlewareSettings";
import { type ApiOperationShape, checkOperations } from "./openApi/operation";

type Handler<Request, Result> = Pick<HandlerArgs<Request, Result>, "callback" | "callbackFactory">;

export interface ApiHandlers<Request, Result> {
  /** By their logical names. */
  readonly functions: ReadonlyMap<string, ClosureFunction<Request, Result>>;
  /** By the ids of the operations that they serve. */
  readonly byOperation: Readonly<Record<string, ClosureFunction<Request, Result>>>;
  of(operation: ApiOperationShape): ClosureFunction<Request, Result>;
}

export function createApiHandlers<Request extends ApiRequest, Result>(
  name: string,
  args: ApiFunctionArgs<Request, Result>,
  clientErrors: ClientErrors,
  parent: pulumi.Resource,
): ApiHandlers<Request, Result> {
  const { operations, idempotency, middleware } = args;
  const common = middlewareConfig(name, args);
  // Lambda takes 4 KB of environment: each function is told of the operations that it serves.
  const configOf = (served: readonly ApiOperationShape[]) =>
    pulumi.all([common, middleware?.config]).apply(
      ([known, other]): ApiMiddlewareConfig => ({
        ...known,
        ...other,
        clientErrors,
        operations: operationIds(served),
      }),
    );
  const settings: HandlerArgs<Request, Result> = {
    ...args,
    permissions: [...(args.permissions ?? []), ...(idempotency?.statements ?? [])],
    timeout: checkedTimeout(args.timeout),
  };
  const functions = new Map<string, ClosureFunction<Request, Result>>();
  const of = (operation: ApiOperationShape & Handler<Request, Result>) => {
    const own = hasHandler(operation);
    const functionName = own ? `${name}-${operation.operationId}` : name;
    const known = functions.get(functionName);
    if (known !== undefined) return known;
    const { callback, callbackFactory } = own ? operation : args;
    const handler = { ...settings, callback, callbackFactory };
    const config = configOf(own ? [operation] : operations.filter((each) => !hasHandler(each)));
    const { kind = "api", data, argument } = middleware ?? {};
    const made = middlewareFunction<Request, Result>(functionName, { kind, data, argument, config, handler }, parent);
    functions.set(functionName, made);
    return made;
  };
  const byOperation = Object.fromEntries(operations.map((operation) => [operation.operationId, of(operation)]));
  return { functions, byOperation, of };
}

/** Every operation needs one handler, and every handler an operation. */
export function checkHandlers<Request extends ApiRequest, Result>(args: ApiFunctionArgs<Request, Result>): void {
  checkOperations(args.operations);
  const without = args.operations.filter((operation) => !hasHandler(operation)).map(({ operationId }) => operationId);
  if (without.length > 0 && !hasHandler(args)) {
    throw new Error(
      `[callback] or [callbackFactory] must be given, for the operations without one of their own: ${without.join(", ")}`,
    );
  }
  if (without.length === 0 && hasHandler(args)) {
    throw new Error("[callback] and [callbackFactory] must be left out where every operation has a handler of its own");
  }
}

function hasHandler(handler: { readonly callback?: unknown; readonly callbackFactory?: unknown }): boolean {
  return handler.callback !== undefined || handler.callbackFactory !== undefined;
}
