// Edits against queues, executions and objects in memory.
import type { EditConfig } from "../../handlers/config";
import { createEdit } from "../../handlers/edit";
import { createReprocess } from "../../handlers/reprocess";
import { EARLIER } from "./fixedTime";
import { fakeClients, finish, POISON, SPOOL, secondsLeft } from "./handlerRun";
import { BORN, declared, executionOf } from "./records";

export const BUCKET = "spool-bucket";
export const FIRST = `order-1-redrive-1-${BORN}`;
export const patch = [{ op: "replace", path: "/order", value: "mended" }];
export const otherPatch = [{ op: "replace", path: "/order", value: "other" }];

/** An edit function, and a reprocess function beside it. */
export function setUp(changes: Partial<EditConfig> = {}) {
  const clients = fakeClients();
  const config = { spoolUrl: SPOOL, poisonUrl: POISON, sources: declared, bucket: BUCKET, ...changes };
  const handler = createEdit(config, clients);
  const reprocess = createReprocess({ ...config, maxRedrives: 3 }, clients);
  return {
    ...clients,
    handler,
    edit: (request: object = {}, seconds = 300) =>
      finish(handler({ id: "order-1", patch, ...request }, secondsLeft(seconds))),
    reprocess: () => finish(reprocess({}, secondsLeft(300))),
    park: (body: unknown, url = SPOOL) =>
      clients.sqs.put(url, typeof body === "string" ? body : JSON.stringify(body), { sentAt: EARLIER }),
    inputOf: (name: string) => clients.stepFunctions.executions.get(executionOf(name))?.input,
    audit: (key: string) => JSON.parse(clients.s3.objects.get(`${BUCKET}/respool/edits/${key}`) ?? "null"),
    audits: () => [...clients.s3.objects.keys()].map((path) => path.slice(`${BUCKET}/respool/edits/`.length)),
  };
}
