// How Lambda reads a queue for a function: the settings of the event source mapping and what follows from them for the queue.
import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { functionTimeouts } from "./closureFunctionSettings";
import { type Duration, durationOf, toSeconds } from "./duration";
import { withBoth } from "./knownNumbers";
import { type FilterPattern, filterCriteria } from "./mappingFilter";
import { validated, wholeNumber } from "./validate";

/** Arguments about how the queue is read (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-parameters.html). */
export interface QueueMappingSettings {
  /**
   * How many messages an invocation gets at most: 1 to 10, and up to 10000 for a standard queue with a `batchingWindow`.
   *
   * @default 10
   */
  readonly batchSize?: pulumi.Input<number>;
  /** How long Lambda gathers a batch, "0 seconds" to "5 minutes"; of a standard queue alone. @default "0 seconds" */
  readonly batchingWindow?: pulumi.Input<Duration>;
  /**
   * How many invocations the queue may cause at once, 2 to 1000: the cap that spares a neighbour. Prefer it to `reservedConcurrency`, since
   * messages that are throttled there come nearer to `maxReceiveCount` without having been tried.
   *
   * @default as many as the function may have
   */
  readonly maximumConcurrency?: pulumi.Input<number>;
  /**
   * Patterns, of which a message must match one. Lambda deletes what matches none.
   *
   * @default every message
   * @example `filter: [{ body: { kind: ["refund"] } }]`
   */
  readonly filter?: readonly FilterPattern[];
}

export interface QueueMapping {
  /** All but which queue and which function. */
  readonly config: Omit<aws.lambda.EventSourceMappingArgs, "functionName" | "eventSourceArn">;
  readonly batchingWindowSeconds: pulumi.Input<number>;
}

/** @throws when a setting is not allowed */
export function queueMapping(settings: QueueMappingSettings, fifo: boolean): QueueMapping {
  const { maximumConcurrency } = settings;
  const batchingWindowSeconds = validated(settings.batchingWindow ?? "0 seconds", (value) =>
    checkedWindow(value, fifo),
  );
  const size = validated(settings.batchSize ?? 10, (value) =>
    wholeNumber("batchSize", value, { minimum: 1, maximum: fifo ? 10 : 10_000 }),
  );
  const scaling =
    maximumConcurrency === undefined
      ? undefined
      : validated(maximumConcurrency, (value) =>
          wholeNumber("maximumConcurrency", value, { minimum: 2, maximum: 1_000 }),
        );
  return {
    batchingWindowSeconds,
    config: {
      batchSize: withBoth(size, batchingWindowSeconds, checkedBatchSize),
      maximumBatchingWindowInSeconds: fifo ? undefined : batchingWindowSeconds,
      functionResponseTypes: ["ReportBatchItemFailures"],
      scalingConfig: scaling === undefined ? undefined : { maximumConcurrency: scaling },
      filterCriteria: filterCriteria(settings.filter),
    },
  };
}

function checkedWindow(window: Duration, fifo: boolean): number {
  const seconds = toSeconds("batchingWindow", window, { maximum: 300 });
  if (fifo && seconds > 0) {
    throw new Error(`[batchingWindow] must be "0 seconds" for a FIFO queue, got "${window}"`);
  }
  return seconds;
}

function checkedBatchSize(size: number, windowSeconds: number): number {
  if (size > 10 && windowSeconds < 1) {
    throw new Error(`[batchSize] must be at most 10 without a [batchingWindow] of at least "1 second", got ${size}`);
  }
  return size;
}

/** SQS's own limit. */
const longestVisibility = 43_200;

/**
 * Six times the function's timeout and the batching window: time for Lambda to try again where the function is throttled, before other
 * invocations get the messages
 * (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html#events-sqs-queueconfig).
 *
 * @param given the program's own
 * @throws when it is shorter than the function's timeout: Lambda takes no such queue
 */
export function visibilitySeconds(
  given: pulumi.Input<Duration> | undefined,
  timeout: pulumi.Input<Duration>,
  windowSeconds: pulumi.Input<number>,
): pulumi.Input<number> {
  const functionSeconds = validated(timeout, (value) => toSeconds("timeout", value, functionTimeouts));
  if (given === undefined) {
    return withBoth(functionSeconds, windowSeconds, (seconds, window) => 6 * seconds + window);
  }
  const own = validated(given, (value) => toSeconds("visibilityTimeout", value, { maximum: longestVisibility }));
  return withBoth(own, functionSeconds, (visibility, seconds) => {
    if (visibility < seconds) {
      throw new Error(
        `[visibilityTimeout] must be at least [timeout], "${durationOf(seconds)}", got "${durationOf(visibility)}"`,
      );
    }
    return visibility;
  });
}
