// One delivery of a command: by SQS, or by a redrive's launcher.
import type { Context, SQSRecord } from "aws-lambda";
import type { CommandEnvelope } from "../../records/command";
import { commandIdIn } from "../../records/commandFailure";
import type { ReplayContext } from "../../records/replay";
import { readEnvelope } from "../commands/envelope";
import { CommandRejection } from "./commandRejection";
import { asError } from "./telemetry";
import { CORRELATION_ID } from "./work";
import type { Work } from "./workContext";

export interface CommandDelivery {
  readonly record: SQSRecord;
  /** What its logs, its idempotency and its records go by. Its id is the message's where the command's cannot be read. */
  readonly work: Work;
  /** The command; why there is none, where it cannot be read. */
  readonly command: CommandEnvelope | CommandRejection;
  /** Whether the status can be known, by the id. */
  readonly hasId: boolean;
  readonly isReplay: boolean;
  readonly receiveCount: number;
  /** Whether nobody brings the command again by himself when this attempt fails. */
  readonly isLast: boolean;
  /** Tells this attempt from all others. */
  readonly attempt: string;
}

/** @param replay what a redrive's launcher says */
export function commandDelivery(
  record: SQSRecord,
  { awsRequestId }: Context,
  maxReceiveCount: number,
  replay: ReplayContext | undefined,
): CommandDelivery {
  const command = commandIn(record.body);
  const known = commandIdIn(record.body);
  const id = command instanceof CommandRejection ? (known ?? record.messageId) : command.id;
  const said = command instanceof CommandRejection ? undefined : command.correlationId;
  const isReplay = replay !== undefined;
  const receiveCount = Number(record.attributes.ApproximateReceiveCount);
  return {
    record,
    work: {
      id,
      correlationId: said ?? record.messageAttributes[CORRELATION_ID]?.stringValue ?? id,
      generation: replay?.generation ?? 0,
    },
    command,
    hasId: !(command instanceof CommandRejection) || known !== undefined,
    isReplay,
    receiveCount,
    isLast: isReplay || receiveCount >= maxReceiveCount,
    // A batch may hold two messages of one command.
    attempt: [awsRequestId, record.messageId, receiveCount].join(" "),
  };
}

function commandIn(body: string): CommandEnvelope | CommandRejection {
  try {
    return readEnvelope(body);
  } catch (thrown) {
    const error = asError(thrown);
    return new CommandRejection("Respool.UnreadableCommand", error.message, { cause: error });
  }
}
