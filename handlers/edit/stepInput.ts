// The input of parked work that was too long for its record: that of the state which parked it, as its execution's history keeps it.
import type { HistoryEvent } from "@aws-sdk/client-sfn";
import { isObject, own, parsed } from "../../records/json";
import type { FailureRecord } from "../../records/record";
import type { StepFunctionsApi } from "../aws";
import type { Pace } from "../reprocess/pace";

/** What asking takes. */
export interface HistoryReader {
  readonly stepFunctions: Pick<StepFunctionsApi, "getExecutionHistory">;
  readonly pace: Pace;
}

/** An event may hold 256 KiB. */
const EVENTS_AT_ONCE = 100;

/**
 * Not the execution's own input: a later step has another one, and so has a step that was answered with an edited one before.
 *
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_StateEnteredEventDetails.html
 *
 * @returns JSON text
 * @throws Error when the history does not show it
 */
export async function stepInput(record: FailureRecord, { stepFunctions, pace }: HistoryReader): Promise<string> {
  const { execution: executionArn } = record;
  let nextToken: string | undefined;
  let wanted: number | undefined;
  do {
    const request = { executionArn, reverseOrder: true, maxResults: EVENTS_AT_ONCE, nextToken };
    const page = await pace.persist(() => stepFunctions.getExecutionHistory(request));
    for (const event of page.events ?? []) {
      if (wanted === undefined && parks(event, record)) wanted = event.previousEventId;
      else if (wanted !== undefined && event.id === wanted) {
        const input = event.stateEnteredEventDetails?.input;
        if (input !== undefined) return input;
        // The state tried before to write the record.
        wanted = event.previousEventId;
      }
    }
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  throw new Error(`the history of ${executionArn} does not show what the step was given`);
}

/** Whether the event writes this record, or the one before that nobody answered: that was given the same. */
function parks({ taskScheduledEventDetails: details }: HistoryEvent, { generation, step }: FailureRecord): boolean {
  const parameters = details?.resourceType === "sqs" ? parsed(details.parameters) : undefined;
  const sent = isObject(parameters) ? own(parameters, "MessageBody") : undefined;
  const body = typeof sent === "string" ? parsed(sent) : sent;
  return isObject(body) && own(body, "generation") === generation && own(body, "step") === step;
}
