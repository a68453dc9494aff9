// A record by reference is renewed by value: Step Functions forgets an execution, and its input, after 90 days.
import type { ReceivedMessage } from "../../records/attribute";
import { parseRecord, withInput } from "../../records/parse";
import type { DeclaredSources } from "../../records/record";
import type { StepFunctionsApi } from "../aws";
import { errorName } from "../awsErrors";
import type { Log } from "../telemetry";

/**
 * A message that SQS takes has room for the largest input (256 KiB), unlike the state that wrote the record. Where Step Functions does not
 * give the input the body stays as it is; the next renewal asks again.
 *
 * https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html#service-limits-state-machine-executions
 */
export async function withOwnInput(
  clients: { readonly stepFunctions: StepFunctionsApi; readonly log: Log },
  message: ReceivedMessage,
  declared: DeclaredSources,
): Promise<string> {
  const body = message.Body ?? "";
  const parsed = parseRecord(message, declared);
  if (!parsed.readable || parsed.record.input.by === "value") return body;
  // Parked work has the input of its step, not of its execution, and waits with it.
  if (parsed.record.mode === "park") return body;
  const { identity, input } = parsed.record;
  try {
    const described = await clients.stepFunctions.describeExecution({ executionArn: input.execution });
    return described.input === undefined ? body : withInput(body, described.input);
  } catch (error) {
    clients.log.warn("a record by reference is renewed without its input", {
      id: identity.id,
      error: errorName(error),
    });
    return body;
  }
}
