// Messages of a queue beside the spool, whatever they say: a FIFO dead-letter queue, or one that was there already.
import { senderAttributes } from "../attribute";
import type { Replay } from "../replay";
import { sentAgain } from "../sentAgain";
import { declaredByOrigin } from "./declared";
import { errorOf, invocationPermissions, launcherPermissions, permission, replayed } from "./replayed";
import type { Received, RecordSource } from "./source";
import { deadLetterError, messageBatch, messageIdOf } from "./sqsDeadLetter";

/**
 * A message of a FIFO queue goes back to its queue, in its group; any other to its function, in a batch of one. A message that went back
 * and failed again keeps its id and its generation in the attribute `respool`.
 */
export const adoptedMessage: RecordSource = {
  name: "message of an adopted queue",
  recognise: ({ beside }) => beside !== undefined,
  parse: (received, declared) => {
    const place = declaredByOrigin(received, "source", [], declared);
    const again = sentAgain(place.source, received.attribute, received.fifo?.deduplicationId, received.messageId);
    return replayed(
      {
        place,
        work: again?.id ?? messageIdOf(received),
        replay: replayOf(received),
        error: received.from === undefined ? errorOf("Respool.DeadLetter", null) : deadLetterError(received),
        generation: again?.generation,
      },
      declared,
    );
  },
  replay: replayOf,
  permissions: launcherPermissions,
  replayPermissions: (access) => [
    ...invocationPermissions(access),
    ...permission(["sqs:SendMessage"], access.queueArn),
  ],
};

function replayOf(received: Received): Replay {
  const { fifo } = received;
  if (fifo === undefined) return messageBatch(received);
  const attributes = senderAttributes(received.message);
  return { as: "message", groupId: fifo.groupId, attributes, payload: received.text };
}
