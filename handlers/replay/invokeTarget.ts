// Invokes the function that failed, synchronously, and fails as it does.
import { isObject, own, parsed } from "../../records/json";
import type { ReplayContext } from "../../records/replay";
import type { LambdaApi } from "./lambda";
import { named } from "./named";

/**
 * Invokes a function with what it failed at; it finds the work's id in its client context, as `custom.respool`.
 *
 * @returns the function's result, as JSON text
 * @throws Error with the name and the message of the function's own; Lambda's errors, throttling included, as the SDK throws them
 */
export async function invokeTarget(
  lambda: LambdaApi,
  functionArn: string,
  payload: string,
  context: ReplayContext,
): Promise<string> {
  const clientContext = JSON.stringify({ custom: { respool: context } });
  const result = await lambda.invoke({ functionArn, payload, clientContext });
  if (result.functionError === undefined) return result.payload;
  const error = parsed(result.payload);
  const [type, message] = isObject(error) ? [own(error, "errorType"), own(error, "errorMessage")] : [];
  throw named(
    typeof type === "string" && type !== "" ? type : result.functionError,
    typeof message === "string" ? message : result.payload,
  );
}
