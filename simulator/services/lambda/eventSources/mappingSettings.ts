// The settings of an event source mapping, and the checks of those that a queue has, as Lambda checks them.
// See API CreateEventSourceMapping and "Creating and configuring an Amazon SQS event source mapping".
import { AwsError } from "../../../service";
import { compileFilters } from "./filters";
import type { SourceQueue } from "./queueSource";
import type { StreamSettings } from "./streamSettings";

/** What mappings of every kind have. */
export interface CommonSettings {
  readonly sourceArn: string;
  readonly batchSize: number;
  /** Seconds, 0 to 300. @default 0 */
  readonly batchingWindow: number;
  /** ReportBatchItemFailures. @default false */
  readonly reportsFailures: boolean;
  /** Patterns, JSON text; what none of them takes, the function never sees. @default [], which takes all */
  readonly filters: readonly string[];
  /** @default true */
  readonly enabled: boolean;
}

export interface QueueSettings extends CommonSettings {
  readonly kind: "queue";
  /** 1 to 10,000; above 10 only with a batching window. @default 10 */
  readonly batchSize: number;
  /** 2 to 1,000. @default unlimited */
  readonly maximumConcurrency: number | undefined;
}

export type MappingSettings = QueueSettings | StreamSettings;

export const commonDefaults = { batchingWindow: 0, reportsFailures: false, filters: [], enabled: true } as const;
export const queueDefaults = {
  ...commonDefaults,
  kind: "queue",
  batchSize: 10,
  maximumConcurrency: undefined,
} as const;

/** "The default limit is five filters per event source"; a quota of 10 can be asked for. */
const mostFilters = 5;

export function invalid(message: string): AwsError {
  return new AwsError("InvalidParameterValueException", message);
}

export function wholeNumber(name: string, value: number, low: number, high: number): void {
  if (Number.isInteger(value) && value >= low && value <= high) return;
  throw invalid(`[${name}] must be a whole number from ${low} to ${high}, got ${value}`);
}

/** Throws unless what every kind of mapping has is allowed. */
export function checkCommon({ batchSize, batchingWindow, filters }: CommonSettings): void {
  wholeNumber("BatchSize", batchSize, 1, 10_000);
  wholeNumber("MaximumBatchingWindowInSeconds", batchingWindow, 0, 300);
  if (filters.length > mostFilters) {
    throw invalid(`[FilterCriteria.Filters] must be at most ${mostFilters}, got ${filters.length}`);
  }
}

/**
 * Throws in Lambda's words where they are known.
 *
 * @param functionTimeout seconds
 */
export function checkQueueSettings(
  settings: QueueSettings,
  queue: SourceQueue | undefined,
  functionTimeout: number,
): void {
  const { sourceArn, batchSize, batchingWindow, maximumConcurrency, filters } = settings;
  const fifo = sourceArn.endsWith(".fifo");
  checkCommon(settings);
  if (fifo && batchingWindow > 0) throw invalid("Batching window is not supported for FIFO queues");
  if (fifo && batchSize > 10) throw invalid(`[BatchSize] must be at most 10 for a FIFO queue, got ${batchSize}`);
  if (batchSize > 10 && batchingWindow === 0) {
    throw invalid("Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10");
  }
  if (maximumConcurrency !== undefined) {
    wholeNumber("ScalingConfig.MaximumConcurrency", maximumConcurrency, 2, 1_000);
  }
  compileFilters("body", filters);
  if (queue === undefined) {
    throw invalid(
      "Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. SQS Error Message: The specified queue does not exist.",
    );
  }
  if (queue.visibilityTimeout < functionTimeout) {
    throw invalid(
      `Queue visibility timeout: ${queue.visibilityTimeout} seconds is less than Function timeout: ${functionTimeout} seconds`,
    );
  }
}
