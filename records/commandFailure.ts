// The record of a command that failed, as its function writes it into the spool: with the error, which SQS's own dead letter does not tell.
import type { SQSRecord } from "aws-lambda";
import { COMMAND_VERSION } from "./command";
import { isObject, own, parsed } from "./json";
import type { RECORD_VERSION, RecordKind } from "./record";

/** The body (JSON) of such a record's message; its attribute `respool` is `1`, as in the records of state machines. */
export interface CommandFailureBody {
  readonly respool: typeof RECORD_VERSION;
  /** `rejected`: it failed for good, and another attempt would fail as this one did. */
  readonly kind: Extract<RecordKind, "failed" | "rejected">;
  /** The logical source: of the function that decides the command. */
  readonly source: string;
  readonly command: {
    /** What the work is named by, whoever records its failure: the message's id where the command's own could not be read. */
    readonly id: string;
    /** Absent where it could not be read. */
    readonly name?: string;
  };
  /**
   * Which redrive failed: 0 of the first delivery and SQS's retries. Of a rejection it is one more, so that a failure which AWS records of the same
   * attempt is an older one.
   */
  readonly generation: number;
  /** How often the command was begun; to be read by people: SQS's retries count, which `maxRedrives` knows nothing of. */
  readonly attempts: number;
  /** ISO 8601; to be read by people, no part of the identity. */
  readonly failedAt: string;
  readonly error: {
    readonly name: string;
    /** JSON text, `{ errorType, errorMessage, trace }`. */
    readonly cause: string | null;
  };
  /** The message as the function was given it: a redrive gives it once more. */
  readonly message: Omit<SQSRecord, "receiptHandle">;
}

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** The id of the command that a message's body is; undefined where it is none, or has no UUID for an id. */
export function commandIdIn(body: string): string | undefined {
  const envelope = parsed(body);
  if (!isObject(envelope) || own(envelope, "respoolCommand") !== COMMAND_VERSION) return undefined;
  const id = own(envelope, "id");
  return typeof id === "string" && UUID.test(id) ? id : undefined;
}
