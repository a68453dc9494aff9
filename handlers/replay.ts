// The launcher's replay function: does once more what failed, as the order says, and fails when that fails.

import { parseRedriveName } from "../records/executionName";
import { isObject, own, parsed, shown } from "../records/json";
import { readOrder } from "../records/order";
import type { ReplayOrder, ReplayPayload } from "../records/replay";
import type { S3Api, SqsApi } from "./aws";
import { errorName } from "./awsErrors";
import type { ReplayConfig, ReplayTarget } from "./config";
import { invokeTarget } from "./replay/invokeTarget";
import type { LambdaApi } from "./replay/lambda";
import { named } from "./replay/named";
import { payloadText } from "./replay/payloadText";
import { sendBack } from "./replay/sendBack";
import type { StreamReader } from "./replay/streams";
import type { Log } from "./telemetry";
import { queueUrl } from "./validate";

/** What the replay function works with. */
export interface ReplayClients {
  readonly lambda: LambdaApi;
  readonly sqs: Pick<SqsApi, "sendMessage">;
  readonly s3: Pick<S3Api, "getObject">;
  readonly streams: StreamReader;
  readonly log: Log;
}

/**
 * The handler. The launcher's task gives it `{ order, execution }`: a ReplayOrder, and the name of its execution
 * (`$states.context.Execution.Name`), which says the generation.
 */
export type ReplayHandler = (task: unknown) => Promise<{ readonly replayed: true }>;

/**
 * Makes the replay function's handler. It fails with the target's own error, name and message, so that the launcher's rules about retries
 * and permanent errors go by the names that the target throws; errors of its own have names, too: `UndeclaredSource`, `BatchItemFailures`,
 * `PayloadExpired`, `RecordsExpired`, `Unreadable`.
 *
 * @throws Error when the configuration is not valid
 */
export function createReplay(config: ReplayConfig, clients: ReplayClients): ReplayHandler {
  for (const [source, { functionArn, queueUrl: url }] of Object.entries(config.targets)) {
    if (url !== undefined) queueUrl(`targets.${source}.queueUrl`, url);
    if (functionArn === undefined && url === undefined)
      throw new Error(`[targets.${source}] must have a functionArn or a queueUrl, got neither`);
  }
  return async (task) => {
    const { order, generation } = readTask(task);
    const details = { id: order.id, source: order.source, generation, as: order.replay.as };
    try {
      await replay(order, generation, targetOf(config, order.source), clients);
    } catch (error) {
      clients.log.warn("replay failed", { ...details, error: errorName(error) });
      throw error;
    }
    clients.log.info("replayed", details);
    return { replayed: true };
  };
}

function readTask(task: unknown): { readonly order: ReplayOrder; readonly generation: number } {
  const { order, execution } = isObject(task) ? task : {};
  // An execution that somebody started by hand, under a name of theirs, is a replay as well.
  const generation = typeof execution === "string" ? parseRedriveName(execution)?.generation : undefined;
  return { order: readOrder(order), generation: generation ?? 1 };
}

function targetOf({ targets }: ReplayConfig, source: string): ReplayTarget {
  const target = Object.hasOwn(targets, source) ? targets[source] : undefined;
  if (target === undefined)
    throw named(
      "UndeclaredSource",
      `[source] must be one that the launcher replays (${Object.keys(targets).join(", ") || "none"}), got ${shown(source)}`,
    );
  return target;
}

async function replay(order: ReplayOrder, generation: number, target: ReplayTarget, clients: ReplayClients) {
  const { replay: how, id, source } = order;
  const context = { id, source, generation };
  const text = async (payload: ReplayPayload) => payloadText(payload, clients.s3);
  if (how.as === "message") return sendBack(clients.sqs, target.queueUrl, how, await text(how), context);
  const { functionArn } = target;
  if (functionArn === undefined)
    throw named("UndeclaredSource", `[targets.${source}] must have a functionArn, got none`);
  const payload = how.as === "stream" ? JSON.stringify(await clients.streams.read(how)) : await text(how);
  const result = await invokeTarget(clients.lambda, functionArn, payload, context);
  if (how.as !== "event") assertNoItemFailures(result);
}

/**
 * What Lambda takes for a failed batch: a list of failures that is not empty, or no list
 * (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting).
 */
function assertNoItemFailures(result: string): void {
  const response = parsed(result);
  const failures = isObject(response) ? own(response, "batchItemFailures") : undefined;
  if (failures === undefined || failures === null || (Array.isArray(failures) && failures.length === 0)) return;
  const ids = Array.isArray(failures) ? failures.map((failure) => shown(idIn(failure))).join(", ") : shown(failures);
  throw named("BatchItemFailures", `the function reported as failed: ${ids}`.slice(0, 1000));
}

function idIn(failure: unknown): unknown {
  return isObject(failure) ? own(failure, "itemIdentifier") : failure;
}
