// What the replay function asks of Lambda, as narrow as the calls in handlers/aws.ts; here, since no other handler loads this client.
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { timeouts } from "../aws";

/** A synchronous invocation. */
export interface Invocation {
  readonly functionArn: string;
  /** JSON text. */
  readonly payload: string;
  /** JSON text that the function finds in its context. */
  readonly clientContext: string;
}

/** What came of it. */
export interface InvocationResult {
  /** Present when the function failed; the payload then tells of the error. */
  readonly functionError?: string;
  /** JSON text. */
  readonly payload: string;
}

export interface LambdaApi {
  invoke(invocation: Invocation): Promise<InvocationResult>;
}

/** Longer than any function runs, so that none is given up while it works. */
const LONGEST_INVOCATION_MS = 920_000;

/**
 * Lambda through the SDK's client, which makes no attempt of its own after the first: that is for the launcher to decide.
 *
 * https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 */
export function lambdaApi(): LambdaApi {
  const client = new LambdaClient({ maxAttempts: 1, requestHandler: timeouts(LONGEST_INVOCATION_MS) });
  return {
    invoke: async ({ functionArn, payload, clientContext }) => {
      const { FunctionError, Payload } = await client.send(
        new InvokeCommand({
          FunctionName: functionArn,
          InvocationType: "RequestResponse",
          ClientContext: Buffer.from(clientContext).toString("base64"),
          Payload: Buffer.from(payload),
        }),
      );
      const text = Payload === undefined ? "" : Buffer.from(Payload).toString();
      return { payload: text, ...(FunctionError !== undefined && { functionError: FunctionError }) };
    },
  };
}
