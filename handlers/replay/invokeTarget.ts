// Invokes the function that failed, synchronously, and fails as it does.
import type { InvokeCommandInput, InvokeCommandOutput } from "@aws-sdk/client-lambda";
import { isObject, own, parsed } from "../../records/json";
import type { ReplayContext } from "../../records/replay";
import { named } from "./named";

/** What the replay function asks of Lambda. */
export interface LambdaApi {
  invoke(input: InvokeCommandInput): Promise<Pick<InvokeCommandOutput, "FunctionError" | "Payload">>;
}

/**
 * Invokes a function with what it failed at; it finds the work's id in its client context, as `custom.respool`.
 *
 * https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
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
  const { FunctionError, Payload } = await lambda.invoke({
    FunctionName: functionArn,
    InvocationType: "RequestResponse",
    ClientContext: Buffer.from(JSON.stringify({ custom: { respool: context } })).toString("base64"),
    Payload: Buffer.from(payload),
  });
  const text = Payload === undefined ? "" : Buffer.from(Payload).toString();
  if (FunctionError === undefined) return text;
  const error = parsed(text);
  const [type, message] = isObject(error) ? [own(error, "errorType"), own(error, "errorMessage")] : [];
  throw named(
    typeof type === "string" && type !== "" ? type : FunctionError,
    typeof message === "string" ? message : text,
  );
}
