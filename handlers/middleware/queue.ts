// The middleware of SQS queues: each message is a piece of work of its own, and only those that failed come again.
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
import {
  BatchProcessor,
  EventType,
  processPartialResponse,
  SqsFifoPartialProcessorAsync,
} from "@aws-lambda-powertools/batch";
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { attempt, type MiddlewareTools, toolsOf } from "./attempt";
import { type QueueMiddlewareConfig, readMiddlewareConfig } from "./config";
import { type QueueMessage, queueMessageOf, workOfMessage } from "./queueMessage";
import { publishing } from "./telemetry";
import { replayOf, workOf } from "./work";
import type { WorkContext } from "./workContext";

type QueueHandler<Body> = (message: QueueMessage<Body>, context: WorkContext) => unknown;

/** What the packaging puts around a component's handler. */
export function wrap<Body>(handler: QueueHandler<Body>) {
  const config = readMiddlewareConfig<QueueMiddlewareConfig>();
  return queueMiddleware(handler, config, toolsOf(config));
}

/**
 * Messages of a standard queue are processed all at once, so that a batch takes as long as its slowest message; those of a FIFO queue one after
 * the other. When one of a FIFO group fails, the rest of the group is not tried and reported, too: SQS keeps the order of what comes again. The
 * other groups of the batch go on.
 *
 * A batch of which everything failed is reported like any other; if it were thrown, the function would count as broken, and Lambda would slow
 * down its polling. Of a replay, which is of one message, the error is thrown, so that the record of the replay's failure tells it.
 */
export function queueMiddleware<Body>(
  handler: QueueHandler<Body>,
  { fifo, service, source = service }: Pick<QueueMiddlewareConfig, "fifo" | "service" | "source">,
  tools: MiddlewareTools,
) {
  return (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
    // Whoever invokes with more than one message cannot mean all of them by one id.
    const isReplay = replayOf(context) !== undefined && event.Records.length === 1;
    const process = async (record: SQSRecord) => {
      const known = workOfMessage(record, source);
      const asked = isReplay ? workOf(undefined, context, known) : known;
      await attempt(tools, context, asked, async (given) => {
        await handler(queueMessageOf(record, asked.id), given);
      });
    };
    const [only] = event.Records;
    if (isReplay && only !== undefined) {
      return publishing(tools.telemetry, async () => {
        await process(only);
        return { batchItemFailures: [] };
      });
    }
    const options = { throwOnFullBatchFailure: false };
    return publishing(tools.telemetry, () =>
      fifo
        ? processPartialResponse(event, process, new SqsFifoPartialProcessorAsync(), {
            ...options,
            skipGroupOnError: true,
          })
        : processPartialResponse(event, process, new BatchProcessor(EventType.SQS), options),
    );
  };
}
