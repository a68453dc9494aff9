// Records of work whose execution goes on when it is redriven, and the clients that redrive one, for unit tests.
import type { DescribeExecutionCommandOutput } from "@aws-sdk/client-sfn";
import { createPace } from "../../handlers/reprocess/pace";
import type { FailureRecord } from "../../records/record";
import { fakeClients } from "./handlerRun";
import { executionOf, ORDERS_ARN, STARTED } from "./records";

/** A source whose executions go on. */
export const resumes = { orders: { stateMachineArn: ORDERS_ARN, resumes: true } } as const;

/** A record of resumable work of `orders`. */
export function resumableRecord(name: string, changes: Partial<FailureRecord> = {}): FailureRecord {
  return {
    kind: "failed",
    source: "orders",
    stateMachineArn: ORDERS_ARN,
    execution: executionOf(name),
    identity: { id: name, born: Math.floor(Date.parse(STARTED) / 1000) },
    generation: 0,
    mode: "resume",
    attempts: 1,
    input: { by: "value", text: "{}" },
    error: { name: "ProviderDown", cause: "503" },
    ...changes,
  };
}

/** A record of parked work of `orders`. */
export function parkedRecord(name: string, changes: Partial<FailureRecord> = {}): FailureRecord {
  return resumableRecord(name, { mode: "park", taskToken: `token-of-${name}`, ...changes });
}

/** Fakes, and what a redrive takes of a run that began now. */
export function redriving() {
  const clients = fakeClients();
  const now = Date.now();
  const starter = { ...clients, pace: createPace(100, now + 300_000), startedAt: now };
  return {
    ...clients,
    starter,
    /** An execution that failed a minute ago, and can be redriven. */
    failed: (name: string, changes: Partial<DescribeExecutionCommandOutput> = {}) =>
      clients.stepFunctions.executions.set(executionOf(name), {
        name,
        startDate: new Date(STARTED),
        stopDate: new Date(now - 60_000),
        status: "FAILED",
        redriveCount: 0,
        redriveStatus: "REDRIVABLE",
        ...changes,
      }),
  };
}
