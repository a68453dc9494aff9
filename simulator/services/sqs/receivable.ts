// Which messages a FIFO queue can hand out: groups keep their order, and one with a message in flight waits.
// AWS: "FIFO queue delivery logic in Amazon SQS".
import type { StoredMessage } from "./message";

function groupOf({ content }: StoredMessage): string {
  return content.fifo?.groupId ?? "";
}

/**
 * The messages that may be handed out together, in order. A group ends at a message that is not receivable, also when it
 * became so since it was given here.
 *
 * @param messages all messages of the queue in the order of arrival
 */
export function* inGroupOrder(messages: readonly StoredMessage[]): Generator<StoredMessage> {
  const blocked = new Set(messages.filter(({ state }) => state === "inFlight").map(groupOf));
  for (const message of messages) {
    const group = groupOf(message);
    if (blocked.has(group)) continue;
    if (message.state === "visible") yield message;
    if (message.state !== "visible") blocked.add(group);
  }
}
