// The middleware of Kinesis and DynamoDB streams: each record is a piece of work of its own, in the order of the stream.
// https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html
import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch";
import type { Context, DynamoDBRecord, DynamoDBStreamEvent, KinesisStreamEvent, KinesisStreamRecord } from "aws-lambda";
import { attempt, type MiddlewareTools, toolsOf } from "./attempt";
import { readMiddlewareConfig, type StreamMiddlewareConfig } from "./config";
import { dynamoDbRecordOf, kinesisRecordOf, type StreamRecord } from "./streamRecord";
import { publishing } from "./telemetry";
import { replayOf } from "./work";
import type { WorkContext } from "./workContext";

type StreamHandler = (record: StreamRecord, context: WorkContext) => unknown;
type StreamEvent = KinesisStreamEvent | DynamoDBStreamEvent;
type EventRecord = KinesisStreamRecord | DynamoDBRecord;

/** The sequence numbers of the records that failed. */
export interface StreamResponse {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/** What the packaging puts around a component's handler. */
export function wrap(handler: StreamHandler) {
  const config = readMiddlewareConfig<StreamMiddlewareConfig>();
  return streamMiddleware(handler, config, toolsOf(config));
}

/**
 * Records are processed one after the other up to the first that fails: Lambda delivers that one and all after it again, so that trying more would
 * only break their order. How the failure is told decides how soon the one bad record is alone:
 *
 * - Reported, Lambda goes on at the failed record, with all that was behind it.
 * - Thrown, Lambda halves the batch, if the mapping bisects; what is behind the failed record in its half stays with it, what is in
 *   the other half does not. Records before it come again, and are known to be done where the handler is idempotent.
 *
 * So it is reported where that leaves at most half of the batch, and thrown otherwise: each step halves what is left around the bad record,
 * and one among 100 is alone after at most 2 * log2(100) + 2 invocations, its own included. Where the mapping does not bisect, it is always
 * reported; where the mapping takes no reports, it is always thrown.
 *
 * A replay is no part of the stream's order any more, and Lambda halves nothing: there each record is tried, and the first error is thrown, so that
 * the record of the replay's failure tells it.
 */
export function streamMiddleware(
  handler: StreamHandler,
  { stream, bisect = true, reports = true }: Pick<StreamMiddlewareConfig, "stream" | "bisect" | "reports">,
  tools: MiddlewareTools,
) {
  const eventType = stream === "kinesis" ? EventType.KinesisDataStreams : EventType.DynamoDBStreams;
  return (event: StreamEvent, context: Context): Promise<StreamResponse> => {
    const replay = replayOf(context);
    const failures: Failure[] = [];
    const records: readonly EventRecord[] = event.Records;
    const process = async (record: EventRecord) => {
      const [first] = failures;
      if (first !== undefined && replay === undefined) throw first.error;
      try {
        const read = "kinesis" in record ? kinesisRecordOf(record) : dynamoDbRecordOf(record);
        const work = { id: read.id, correlationId: read.id, generation: replay?.generation ?? 0 };
        await attempt(tools, context, work, async (given) => {
          await handler(read, given);
        });
      } catch (error) {
        failures.push({ error, index: records.indexOf(record) });
        throw error;
      }
    };
    return publishing(tools.telemetry, async () => {
      const options = { processInParallel: false, throwOnFullBatchFailure: false };
      const response = await processPartialResponse(event, process, new BatchProcessor(eventType), options);
      const [first] = failures;
      const isBetterThrown =
        first !== undefined && (replay !== undefined || !reports || (bisect && leavesTooMuch(first, records)));
      // A record without a sequence number cannot be reported, and an empty report would be a success.
      if (first !== undefined && (isBetterThrown || response.batchItemFailures.length < failures.length)) {
        throw first.error;
      }
      return response;
    });
  };
}

interface Failure {
  readonly error: unknown;
  readonly index: number;
}

/** Whether more than half of the batch would come again after a report. */
function leavesTooMuch({ index }: Failure, { length }: readonly EventRecord[]): boolean {
  return 2 * (length - index) > length;
}
