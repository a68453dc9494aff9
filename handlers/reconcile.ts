// The reconciler: the third path of a failure into the spool, for those that neither the state machine nor an event recorded.
import { RECORD_ATTRIBUTE, RECORD_VERSION } from "../records/record";
import type { SqsApi, StepFunctionsApi } from "./aws";
import { errorMessage, errorName } from "./awsErrors";
import type { ReconcileConfig } from "./config";
import { endedExecutions } from "./reconcile/endedExecutions";
import { type NamedSource, recordOf } from "./reconcile/recordOf";
import type { Log, Metrics } from "./telemetry";
import { deadlineOf, type RemainingTime } from "./time";
import { declaredSources, launcherArns, queueUrl, wholeNumber } from "./validate";

/** What a reconciler works with. */
export interface ReconcileClients {
  readonly sqs: Pick<SqsApi, "sendMessage">;
  readonly stepFunctions: StepFunctionsApi;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** What a run of the reconciler did. */
interface ReconcileResult {
  /** Records written. */
  written: number;
  /** Executions that ended within the window and need no record: parked by their own state machine, or redriven already. */
  settled: number;
  /** False when time was up before all executions were looked at. */
  complete: boolean;
}

/** The handler; it takes no input. */
export type ReconcileHandler = (event: unknown, context: RemainingTime) => Promise<ReconcileResult>;

const YEAR_SECONDS = 31_536_000;

/**
 * Makes the reconciler's handler. Whether a record of a failure lies in the spool cannot be asked of SQS; so every failure that ended
 * within the window and was not redriven yet gets one, which is harmless, since records of one failure collapse when they are redriven. With
 * a window of two intervals that is seldom more than two, and one while the same environment of the function lives, which remembers.
 *
 * @throws Error when the configuration is not valid
 */
export function createReconcile(config: ReconcileConfig, clients: ReconcileClients): ReconcileHandler {
  queueUrl("spoolUrl", config.spoolUrl);
  declaredSources(config.sources);
  wholeNumber("windowSeconds", config.windowSeconds, 60, 15 * 86_400);
  for (const { longestExecutionSeconds = YEAR_SECONDS } of Object.values(config.sources))
    wholeNumber("longestExecutionSeconds", longestExecutionSeconds, 1, YEAR_SECONDS);
  const launchers = launcherArns(config.sources);
  /** Executions that are dealt with, and when they ended. */
  const done = new Map<string, number>();

  return async (_event, context) => {
    const result: ReconcileResult = { written: 0, settled: 0, complete: true };
    const deadline = deadlineOf(context);
    const endedSince = Date.now() - config.windowSeconds * 1000;
    for (const [key, endedAt] of done) if (endedAt < endedSince) done.delete(key);
    const failures: string[] = [];
    for (const [source, declared] of Object.entries(config.sources)) {
      // The executions of a launcher are the launcher's, whichever source they replay: their input says which.
      if (declared.launches !== true && launchers.has(declared.stateMachineArn)) continue;
      try {
        await reconcileSource({ source, ...declared }, declared.longestExecutionSeconds ?? YEAR_SECONDS);
      } catch (error) {
        failures.push(`${source}: ${errorName(error)}: ${errorMessage(error)}`);
      }
    }
    clients.log.info("reconciler ended", { result });
    clients.metrics(config.spoolUrl, "Count", { Reconciled: result.written });
    if (failures.length > 0) throw new Error(`could not reconcile ${failures.join("; ")}`);
    return result;

    async function reconcileSource(named: NamedSource, longestExecutionSeconds: number) {
      const { source, stateMachineArn } = named;
      const bounds = { endedSince, startedSince: endedSince - longestExecutionSeconds * 1000 };
      for await (const ended of endedExecutions(clients.stepFunctions, stateMachineArn, bounds)) {
        const key = `${ended.executionArn} ${ended.endedAt}`;
        if (done.has(key)) continue;
        if (Date.now() > deadline) {
          result.complete = false;
          clients.log.error("the reconciler's time was up before it had seen all failures", { source });
          return;
        }
        const record = await recordOf(clients.stepFunctions, named, ended.executionArn);
        if (record === undefined) result.settled++;
        else {
          await clients.sqs.sendMessage({
            QueueUrl: config.spoolUrl,
            MessageBody: record,
            MessageAttributes: { [RECORD_ATTRIBUTE]: { DataType: "String", StringValue: String(RECORD_VERSION) } },
          });
          result.written++;
          clients.log.warn("failure recorded that was not yet redriven", {
            source,
            failedExecution: ended.executionArn,
          });
        }
        done.set(key, ended.endedAt);
      }
    }
  };
}
