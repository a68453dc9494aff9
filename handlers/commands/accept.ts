// Accepts a command: its status first, then its message, so that whatever crashes in between, the same id is sent again.
import { COMMAND_VERSION, type CommandAncestor } from "../../records/command";
import { messageJson } from "../../records/json";
import type { SqsApi } from "../aws";
import { envelopeText } from "./envelope";
import { commandKeyReused, commandTooLarge } from "./errors";
import { isAttributeText } from "./messageText";
import type { StatusItem } from "./statusItem";
import type { StatusStore } from "./statusStore";

/** The most that a command's data may have, as JSON: the status item holds the message until an attempt has begun. */
const MOST_DATA_BYTES = 256 * 1024;

/** What accepting takes. */
export interface AcceptTools {
  readonly statuses: StatusStore;
  readonly sqs: Pick<SqsApi, "sendMessage">;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly newId: () => string;
}

/** A command as it is accepted. */
export interface CommandToAccept {
  /** The function that decides it. */
  readonly target: { readonly source: string; readonly queueUrl: string };
  readonly name: string;
  readonly data: unknown;
  /** ISO 8601. @default now */
  readonly time?: string;
  /** A UUID: the same one is the same command. @default a new one */
  readonly id?: string;
  /** Of the data: a command of the same id must have the same. */
  readonly fingerprint?: string;
  /** Who may ask for the status. @default anybody who may ask at all */
  readonly owner?: string;
  /** @default the id */
  readonly correlationId?: string;
  /** The commands that led to this one, from the first to the last. @default none */
  readonly ancestry?: readonly CommandAncestor[];
}

/** A command that is accepted. */
export interface Accepted {
  readonly id: string;
  /** ISO 8601. */
  readonly acceptedAt: string;
  /** Whether this call made it: false of a command that was there already. */
  readonly created: boolean;
  /** Its status as it was then. */
  readonly item: StatusItem;
}

/**
 * Accepts a command, and sends its message unless that is known to be sent: SQS may have it twice, and the function that decides it
 * takes it once. The same id may be accepted again after any crash.
 *
 * @throws CommandKeyReused when the id's command was accepted with other data
 * @throws CommandTooLarge when the data is over 256 KiB of JSON
 */
export async function acceptCommand(tools: AcceptTools, command: CommandToAccept): Promise<Accepted> {
  const { statuses, now, newId } = tools;
  const { target, name, id = newId(), fingerprint, owner } = command;
  const time = command.time ?? new Date(now()).toISOString();
  const { created, item } = await statuses.accept({
    id,
    name,
    source: target.source,
    time,
    envelope: messageBody(command, id, time),
    ...(fingerprint !== undefined && { fingerprint }),
    ...(owner !== undefined && { owner }),
  });
  const isOther = item.fingerprint !== fingerprint || item.name !== name || item.source !== target.source;
  if (fingerprint !== undefined && isOther) throw commandKeyReused(id);
  await send(tools, command, item);
  return { id, acceptedAt: item.acceptedAt, created, item };
}

/** Once it has begun, or was cancelled, the item has no message to send any more. */
async function send(
  { statuses, sqs }: AcceptTools,
  { target, correlationId }: CommandToAccept,
  item: StatusItem,
): Promise<void> {
  if (item.state !== "accepted" || item.sentAt !== undefined || item.envelope === undefined) return;
  await sqs.sendMessage({
    QueueUrl: target.queueUrl,
    MessageBody: item.envelope,
    // The message has it in any case: what SQS does not take as an attribute must not keep it from being sent.
    ...(correlationId !== undefined &&
      isAttributeText(correlationId) && {
        MessageAttributes: { correlationId: { DataType: "String", StringValue: correlationId } },
      }),
  });
  try {
    await statuses.markSent(item.id);
  } catch {
    // Without the mark the next one who accepts it sends it once more, which does no harm; an error here would say it is not accepted.
  }
}

function messageBody(command: CommandToAccept, id: string, time: string): string {
  const { name, data, correlationId, ancestry = [] } = command;
  if (JSON.stringify(data) === undefined) throw new Error(`[data] must be a value of JSON, got ${typeof data}`);
  const bytes = Buffer.byteLength(messageJson(data));
  if (bytes > MOST_DATA_BYTES) throw commandTooLarge(bytes, MOST_DATA_BYTES);
  return envelopeText({
    respoolCommand: COMMAND_VERSION,
    id,
    name,
    time,
    data,
    ...(correlationId !== undefined && { correlationId }),
    ...(ancestry.length > 0 && { hops: ancestry.length, ancestry }),
  });
}
