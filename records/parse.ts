// From a received message to a failure record, or to the reason why it belongs into the poison queue.
import { fifoPlace, ownAttribute, type QueueBesideSpool, type ReceivedMessage } from "./attribute";
import { workIdentity } from "./executionName";
import { isObject, own, parsed, shown, Unreadable } from "./json";
import { readOrder } from "./order";
import { type DeclaredSources, type FailureRecord, RECORD_VERSION, type StoredObject } from "./record";
import { declaredByName } from "./sources/declared";
import type { Received, RecordSource } from "./sources/source";
import { recordSources } from "./sources/sources";

/** What a message turned out to be. */
export type ParsedRecord =
  | { readonly readable: true; readonly record: FailureRecord }
  | {
      readonly readable: false;
      /** Why it is no record. */
      readonly reason: string;
      /** The record lies here: read it, and give it to {@link parseStoredRecord}. */
      readonly object?: StoredObject;
      /** There is nothing to redrive, and nothing is lost with the message. */
      readonly discard?: true;
    };

/**
 * Reads a message of the spool, or of a queue beside it. It never throws: whatever is no record of a declared source gets a reason instead.
 *
 * @param message as SQS gave it, with all its attributes
 * @param declared the logical sources that may be redriven
 * @param queue the queue beside the spool that it was received from; left out for the spool
 */
export function parseRecord(
  message: ReceivedMessage,
  declared: DeclaredSources,
  queue?: QueueBesideSpool,
): ParsedRecord {
  return settled(() => {
    const received = receivedOf(message, queue);
    const source = sourceOf(received, declared);
    if (source.locate === undefined) return { readable: true, record: recordOf(source, received, declared) };
    const object = source.locate(received);
    return object === undefined
      ? { readable: false, discard: true, reason: "S3 told of nothing that failed" }
      : { readable: false, object, reason: "its object must be read first" };
  });
}

/** Reads the object that a message pointed to, like {@link parseRecord}. */
export function parseStoredRecord(text: string, object: StoredObject, declared: DeclaredSources): ParsedRecord {
  return settled(() => {
    const received = { ...receivedOf({ Body: text }), object };
    return { readable: true, record: recordOf(sourceOf(received, declared), received, declared) };
  });
}

/**
 * A body by reference with the input that its execution was started with, so that it outlives the execution.
 *
 * @param body one that parseRecord read
 * @param input JSON text
 */
export function withInput(body: string, input: string): string {
  const received = receivedOf({ Body: body });
  return sourceOf(received, {}).withInput?.(received.json, input) ?? body;
}

function settled(read: () => ParsedRecord): ParsedRecord {
  try {
    return read();
  } catch (error) {
    if (error instanceof Unreadable) return { readable: false, reason: error.message };
    return { readable: false, reason: `the message cannot be read: ${error instanceof Error ? error.message : "?"}` };
  }
}

function receivedOf(message: ReceivedMessage, queue?: QueueBesideSpool): Received {
  const text = message.Body ?? "";
  const json = parsed(text);
  const attribute = ownAttribute(message, queue);
  const from = message.Attributes?.DeadLetterQueueSourceArn ?? attribute.from;
  const fifo = fifoPlace(message, queue);
  const beside = queue?.source ?? attribute.source;
  return {
    message,
    text,
    json: isObject(json) ? json : {},
    attribute,
    queue,
    beside,
    from,
    fifo,
    direct: from === undefined && fifo === undefined,
    messageId: attribute.messageId ?? message.MessageId,
  };
}

function sourceOf(received: Received, declared: DeclaredSources): RecordSource {
  const version = received.direct && received.beside === undefined ? own(received.json, "respool") : undefined;
  if (version !== undefined && version !== RECORD_VERSION)
    throw new Unreadable(
      `[respool] must be ${RECORD_VERSION}, the version that this function reads, got ${shown(version)}`,
    );
  const source = recordSources.find((candidate) => candidate.recognise(received, declared));
  if (source !== undefined) return source;
  const { text } = received;
  const value = parsed(text);
  if (value === undefined) throw new Unreadable(`the message must be JSON, got ${shown(text)}`);
  if (!isObject(value)) throw new Unreadable(`the message must be a JSON object, got ${shown(value)}`);
  throw new Unreadable(`the message must be one of: ${recordSources.map(({ name }) => name).join(", ")}`);
}

function recordOf(source: RecordSource, received: Received, declared: DeclaredSources): FailureRecord {
  const record = source.parse(received, declared);
  return declared[record.source]?.launches ? launchedWork(record, declared) : record;
}

/**
 * A failure of the launcher is one of the work that it was to replay. An input that is not known yet leaves it the launcher's. Whoever may
 * start the launcher may give it any order: none must start another machine.
 */
function launchedWork(record: FailureRecord, declared: DeclaredSources): FailureRecord {
  if (record.input.by !== "value") return record;
  const order = readOrder(parsed(record.input.text));
  const place = declaredByName(order.source, declared);
  if (place.stateMachineArn !== record.stateMachineArn || declared[place.source]?.launches)
    throw new Unreadable(`[source] of the order must be one that ${record.source} replays, got ${shown(order.source)}`);
  const identity = workIdentity(order.source, order.id);
  const input = { ...record.input, order };
  return { ...record, ...place, identity, work: order.id, input };
}
