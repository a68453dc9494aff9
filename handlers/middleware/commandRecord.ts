// The record of a command that failed, as its function writes it into the spool.
import type { SQSRecord } from "aws-lambda";
import type { CommandFailureBody } from "../../records/commandFailure";
import { RECORD_VERSION } from "../../records/record";

/** What a cause may take: it is for people, and leaves the message its room. */
const CAUSE_BYTES = 4_096;
/** A character takes at most six bytes of JSON. */
const MESSAGE_CHARACTERS = 500;
const NAME_CHARACTERS = 100;

/** What a record tells beside the message and the error. */
export type CommandFailure = Pick<CommandFailureBody, "kind" | "source" | "command" | "generation" | "attempts"> & {
  /** Milliseconds since 1970. */
  readonly failedAt: number;
};

export function commandRecord(failure: CommandFailure, record: SQSRecord, error: Error): CommandFailureBody {
  const { receiptHandle: _, ...message } = record;
  const { failedAt, ...known } = failure;
  return {
    respool: RECORD_VERSION,
    ...known,
    failedAt: new Date(failedAt).toISOString(),
    error: { name: error.name.slice(0, NAME_CHARACTERS), cause: causeOf(error) },
    message,
  };
}

/** As Lambda tells an error (https://docs.aws.amazon.com/lambda/latest/dg/nodejs-exceptions.html), cut to 4 KB; it stays JSON. */
function causeOf({ name, message, stack = "" }: Error): string {
  const lines = stack.split("\n");
  const cause = (trace: readonly string[]) =>
    JSON.stringify({
      errorType: name.slice(0, NAME_CHARACTERS),
      errorMessage: message.slice(0, MESSAGE_CHARACTERS),
      trace,
    });
  while (lines.length > 0 && Buffer.byteLength(cause(lines)) > CAUSE_BYTES) lines.pop();
  return cause(lines);
}
