// The replay order: what the launcher is started with, for every failure that is not an execution's own. It names no ARN: the launcher's
// configuration says what a logical source stands for.
import type { CarriedAttributes, RECORD_VERSION, StoredObject } from "./record";

/** Where a payload lies that is too large for an execution's input, or that AWS itself wrote there. */
export interface StoredPayload extends StoredObject {
  /** The member of the object's JSON that is the payload; the whole object where it is left out. */
  readonly member?: "payload";
}

/** JSON text, exactly as AWS gave it (parsing would round numbers), or where it lies. A queue message's is its body, JSON or not. */
export type ReplayPayload = { readonly payload: string } | { readonly object: StoredPayload };

/** An asynchronous event: the function is invoked with it, and fails when it throws. */
export type EventReplay = { readonly as: "event" } & ReplayPayload;

/** A batch, of a stream or of one queue message: fails also when the function reports any of its records as failed. */
export type BatchReplay = { readonly as: "batch" } & ReplayPayload;

/** The part of a stream that a failure's metadata names: read from the stream again, while it still has it. */
export interface StreamReplay {
  readonly as: "stream";
  readonly streamArn: string;
  readonly shardId: string;
  readonly startSequenceNumber: string;
  readonly endSequenceNumber: string;
}

/** A message of a FIFO queue: sent to it again, in its group, under a new deduplication id. */
export type MessageReplay = {
  readonly as: "message";
  readonly groupId: string;
  readonly attributes: CarriedAttributes;
} & ReplayPayload;

export type Replay = EventReplay | BatchReplay | StreamReplay | MessageReplay;

/** The input of a launcher's execution, the same in every generation. */
export interface ReplayOrder {
  readonly respool: typeof RECORD_VERSION;
  /** The logical source that failed. */
  readonly source: string;
  /** The work's own id: what its handler's idempotency goes by, in the first attempt and in every replay. */
  readonly id: string;
  readonly replay: Replay;
}

/** What an invoked function finds as `context.clientContext.custom.respool` when it is a replay. */
export interface ReplayContext {
  readonly id: string;
  readonly source: string;
  /** 1 and up. */
  readonly generation: number;
}
