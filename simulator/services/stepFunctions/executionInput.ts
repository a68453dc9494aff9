// The input of StartExecution.
import { AwsError } from "../../service";
import { validation } from "./errors";
import { Payload, payloadLimit } from "./payload";

/** Throws AwsError. */
export function parseInput(text: string): Payload {
  const payload = new Payload(text);
  if (payload.exceedsLimit) throw validation("input", text, `have length less than or equal to ${payloadLimit}`);
  try {
    void payload.value;
  } catch {
    throw new AwsError("InvalidExecutionInput", "Invalid State Machine Execution Input: 'it is not valid JSON'");
  }
  return payload;
}
