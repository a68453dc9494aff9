// What a source of failure records is: a form in which a failure reaches the spool, and all that Respool must know about it.
import type { QueueBesideSpool, ReceivedMessage } from "../attribute";
import type { JsonObject } from "../json";
import type { DeclaredSources, FailureRecord, FifoPlace, RespoolAttribute, StoredObject } from "../record";
import type { Replay } from "../replay";

/** A message, or an object that a message pointed to, as the sources look at it. */
export interface Received {
  readonly message: ReceivedMessage;
  readonly text: string;
  /** The JSON object that the text stands for; an empty one where it stands for anything else. */
  readonly json: JsonObject;
  readonly attribute: RespoolAttribute;
  /** The queue beside the spool that the message was received from. */
  readonly queue?: QueueBesideSpool;
  /** The logical source of the queue beside the spool that the message is from, also when it was copied into the spool. */
  readonly beside?: string;
  /** ARN of the queue whose consumer failed, where SQS moved the message here; copies carry it on. */
  readonly from?: string;
  /** Where it stands, or stood, in a FIFO queue. */
  readonly fifo?: FifoPlace;
  /** True where AWS sent this very message, and no sender of a queue: then what its body says can be taken for what AWS says. */
  readonly direct: boolean;
  /** The id that SQS gave the message which failed, also when this is a copy. */
  readonly messageId?: string;
  /** Where the text was read. */
  readonly object?: StoredObject;
}

/** One statement of an IAM policy. */
export interface Permission {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
}

/** What a logical source is replayed on, by ARN. */
export interface ReplayAccess {
  /** The function that is invoked. */
  readonly functionArn?: string;
  /** The FIFO queue that messages are sent back to. */
  readonly queueArn?: string;
  /** The Kinesis or DynamoDB stream that is read again. */
  readonly streamArn?: string;
  /** The spool's bucket. */
  readonly bucketArn?: string;
}

/** A form of failure record. The list in `sources.ts` is the one place that knows them all. */
export interface RecordSource {
  /** What documentation and errors call it. */
  readonly name: string;
  /** Whether the message has this form; says nothing of whether it is well made. */
  recognise(received: Received, declared: DeclaredSources): boolean;
  /**
   * Where the record itself lies, for a message that only points to it; undefined when there is nothing to redrive at all.
   *
   * @throws Unreadable with the reason for the poison queue
   */
  locate?(received: Received): StoredObject | undefined;
  /**
   * Reads what it recognised; of a form that has `locate`, the object.
   *
   * @throws Unreadable with the reason for the poison queue
   */
  parse(received: Received, declared: DeclaredSources): FailureRecord;
  /** How the launcher replays it; absent for the failure of an execution, which is started again itself. */
  replay?(received: Received): Replay;
  /** The body with the input that it only referred to; absent where it carries its input. */
  withInput?(body: JsonObject, input: string): string;
  /** What redriving such records on this state machine takes. */
  permissions(stateMachineArn: string): readonly Permission[];
  /** What replaying them takes of the launcher's replay function; absent for the failure of an execution. */
  replayPermissions?(access: ReplayAccess): readonly Permission[];
}
