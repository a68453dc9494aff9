// Reprocess runs against queues and executions in memory.
import type { ReprocessConfig } from "../../handlers/config";
import { createReprocess } from "../../handlers/reprocess";
import { EARLIER } from "./fixedTime";
import { fakeClients, finish, POISON, SPOOL, secondsLeft } from "./handlerRun";
import { declared, executionOf } from "./records";

export const nothing = { success: 0, alreadyStarted: 0, superseded: 0, skipped: 0, poisoned: 0, failed: 0 };

/** A reprocess function, and its spool. */
export function setUp(changes: Partial<ReprocessConfig> = {}) {
  const clients = fakeClients();
  const config = { spoolUrl: SPOOL, poisonUrl: POISON, sources: declared, maxRedrives: 3, ...changes };
  return {
    ...clients,
    run: (event: unknown = {}, seconds = 300) => finish(createReprocess(config, clients)(event, secondsLeft(seconds))),
    park: (body: unknown, sentAt = EARLIER) =>
      clients.sqs.put(SPOOL, typeof body === "string" ? body : JSON.stringify(body), { sentAt }),
    inputOf: (name: string) => clients.stepFunctions.executions.get(executionOf(name))?.input,
  };
}
