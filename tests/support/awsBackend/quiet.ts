// Waits until nothing is under way in a deployed program. Time is real there, so it asks again and again.
import { setTimeout as pause } from "node:timers/promises";
import { paginateListEventSourceMappings } from "@aws-sdk/client-lambda";
import type { AwsClients } from "./clients";
import { countUnderWay } from "./executions";
import { countMessages } from "./queueMessages";

/** Milliseconds between two looks at what is under way, and where many queues have to be looked at: an emulator is busy enough. */
const interval = 300;
const slowInterval = 1_000;
const manyQueues = 4;
/** Milliseconds after which work that does not end is an error. */
const patience = 240_000;

export interface Calm {
  /** ARNs of the program's state machines. */
  readonly machines: readonly string[];
  /** URLs of its queues. */
  readonly queues: readonly string[];
  /** So many milliseconds without any change, and nothing is under way: an event may still be on its way to a queue. */
  readonly milliseconds: number;
  /** What else tells that something was done: how many calls the provider had. */
  readonly activity: () => Promise<number>;
  /** So many calls it had before work was given that must make some, and may be on its way to a function that has yet to start. */
  readonly moreThan?: number;
}

/**
 * Until no execution runs and no function has messages left to receive, and then until the queues' counts stay.
 *
 * @throws when that takes longer than four minutes
 */
export async function untilQuiet(clients: AwsClients, calmness: Calm): Promise<void> {
  const { machines, queues, milliseconds, activity, moreThan = -1 } = calmness;
  const consumed = await consumedQueues(clients, queues);
  const end = Date.now() + patience;
  let before = "";
  let calmSince = Date.now();
  while (Date.now() - calmSince < milliseconds) {
    await pause(queues.length < manyQueues ? interval : slowInterval);
    const running = await Promise.all(machines.map((machine) => countUnderWay(clients.stepFunctions, machine)));
    const idle = running.every((count) => count === 0);
    const counts = idle ? await Promise.all(queues.map((queue) => countMessages(clients.sqs, queue))) : [];
    const calls = await activity();
    const busy =
      !idle || calls <= moreThan || queues.some((queue, index) => consumed.has(queue) && counts[index] !== 0);
    const now = JSON.stringify([counts, calls]);
    if (busy || now !== before) calmSince = Date.now();
    before = now;
    if (Date.now() > end) {
      throw new Error(
        `after ${patience} ms ${running.join(" and ")} executions run, the queues hold ${counts.join(", ")}, and the provider had ${calls} calls`,
      );
    }
  }
}

/** The queues that a function receives from: a message in one of them is work. */
async function consumedQueues({ lambda }: AwsClients, queues: readonly string[]): Promise<ReadonlySet<string>> {
  const names = new Set<string>();
  for await (const { EventSourceMappings = [] } of paginateListEventSourceMappings({ client: lambda }, {})) {
    for (const { EventSourceArn = "" } of EventSourceMappings) {
      if (EventSourceArn.startsWith("arn:aws:sqs:")) names.add(EventSourceArn.split(":").at(-1) ?? "");
    }
  }
  return new Set(queues.filter((queue) => names.has(queue.split("/").at(-1) ?? "")));
}
