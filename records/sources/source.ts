// What a source of failure records is: a form in which a failure reaches the spool, and all that Respool must know about it.
import type { JsonObject } from "../json";
import type { DeclaredSources, FailureRecord } from "../record";

/** The body of a spool message: its text, and the JSON object that the text stands for. */
export interface ReceivedBody {
  readonly text: string;
  readonly json: JsonObject;
}

/** What a reprocess function needs to be allowed to do: one statement of an IAM policy. */
export interface Permission {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
}

/** A form of failure record. The list in `sources.ts` is the one place that knows them all. */
export interface RecordSource {
  /** What documentation and errors call it. */
  readonly name: string;
  /** Whether the body has this form; says nothing of whether it is well made. */
  recognise(body: JsonObject): boolean;
  /**
   * Reads a body that it recognised.
   *
   * @throws Unreadable with the reason for the poison queue
   */
  parse(body: ReceivedBody, declared: DeclaredSources): FailureRecord;
  /** The body with the input that it only referred to; absent where it carries its input. */
  withInput?(body: JsonObject, input: string): string;
  /** What redriving such records on this state machine takes. */
  permissions(stateMachineArn: string): readonly Permission[];
}
