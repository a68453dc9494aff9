// The edit function: redrives one piece of work with a changed input, and keeps the original with the edit.
import type { FailureRecord } from "../records/record";
import type { S3Api, SqsApi, StepFunctionsApi } from "./aws";
import type { EditConfig } from "./config";
import type { AuditStore } from "./edit/auditStore";
import { EditRun } from "./edit/editRun";
import { Search, type SearchedQueue } from "./edit/find";
import { recordedBefore } from "./edit/recordedBefore";
import { type CheckedEdit, checkEditRequest, type EditResult } from "./edit/request";
import { selectWork } from "./edit/select";
import { createPace } from "./reprocess/pace";
import type { Log } from "./telemetry";
import { deadlineOf, type RemainingTime } from "./time";
import { deadLetterQueues, declaredSources, queueUrl } from "./validate";

/** What the edit function works with. */
export interface EditClients {
  readonly sqs: SqsApi;
  readonly stepFunctions: StepFunctionsApi;
  readonly s3: S3Api & AuditStore;
  readonly log: Log;
}

/** The handler: takes an {@link EditRequest}. */
export type EditHandler = (event: unknown, context: RemainingTime) => Promise<EditResult>;

/** Throttled calls are made again, whatever the rate. */
const CALLS_PER_SECOND = 100;
/** The part of the function's time that is spent on searching. */
const SEARCH_SHARE = 0.6;

/**
 * Makes the edit function's handler. Like a reprocess run it only repeats calls that are idempotent, and deletes a message after its work
 * is confirmed to run with the edited input; whatever else happens, the messages are given back.
 *
 * @throws Error when the configuration is not valid
 */
export function createEdit(config: EditConfig, clients: EditClients): EditHandler {
  queueUrl("spoolUrl", config.spoolUrl);
  queueUrl("poisonUrl", config.poisonUrl);
  declaredSources(config.sources);
  deadLetterQueues(config.deadLetterQueues ?? [], config.sources);
  return async (event, context) => {
    const request = checkEditRequest(event, Object.keys(config.sources));
    const remaining = context.getRemainingTimeInMillis();
    const deadline = deadlineOf(context);
    const tools = { ...clients, ...config, pace: createPace(CALLS_PER_SECOND, deadline) };
    const search = new Search(tools, request, Math.min(43_200, Math.ceil(remaining / 1000) + 5));
    try {
      const until = Date.now() + (deadline - Date.now()) * SEARCH_SHARE;
      for (const queue of queuesOf(config, request)) await search.lookThrough(queue, until);
      const work = selectWork(search, request);
      if (work === undefined) return report(await recordedBefore(request, search, tools), request, clients.log);
      for (const { record } of work) checkRedrivable(record, request);
      const run = new EditRun(tools, request, search, work);
      return report(await run.result(), request, clients.log);
    } finally {
      await search.end();
    }
  };
}

function queuesOf(config: EditConfig, { poison }: CheckedEdit): readonly SearchedQueue[] {
  const beside = config.deadLetterQueues ?? [];
  return [
    { url: config.spoolUrl },
    ...beside.map((queue): SearchedQueue => ({ url: queue.url, beside: queue })),
    ...(poison ? [{ url: config.poisonUrl, isPoison: true }] : []),
  ];
}

/** @throws Error when it must not be redriven with another input */
function checkRedrivable(record: FailureRecord, request: CheckedEdit): void {
  const { id } = request;
  if (record.mode === "resume")
    throw new Error(
      `[id] must name work that is restarted or parked, got "${id}" of "${record.source}", which is resumed: RedriveExecution goes on with the execution's own input, and takes no other`,
    );
  if (record.kind === "aborted" && !request.includeAborted)
    throw new Error(`[includeAborted] must be true to redrive work that was aborted, such as "${id}", got false`);
  if (record.kind === "rejected" && !request.includeRejected)
    throw new Error(
      `[includeRejected] must be true to redrive a command that was rejected, such as "${id}", got false`,
    );
}

function report(result: EditResult, { by, reason }: CheckedEdit, log: Log): EditResult {
  const { original: _original, edited: _edited, cut: _cut, reason: why, ...told } = result;
  log.info("edit ended", {
    ...told,
    ...(why !== undefined && { why }),
    ...(by !== undefined && { by }),
    ...(reason !== undefined && { reason }),
  });
  return result;
}
