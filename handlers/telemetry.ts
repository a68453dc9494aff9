// What the handlers report: structured logs, and metrics in CloudWatch's embedded metric format.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html

type Details = { readonly [name: string]: unknown };

/** The part of Powertools' Logger that the handlers use. Details are ids and counts, never the caller's payloads. */
export interface Log {
  info(message: string, details: Details & { readonly message?: never }): void;
  warn(message: string, details: Details & { readonly message?: never }): void;
  error(message: string, details: Details & { readonly message?: never }): void;
}

/** A metric's unit, as CloudWatch names it. */
type MetricUnit = "Count" | "Seconds";

/** Takes the metrics of one queue: namespace `Respool`, dimension `Spool`, the queue's name. */
export type Metrics = (queueUrl: string, unit: MetricUnit, values: { readonly [metric: string]: number }) => void;

/** Prints metrics as one line of embedded metric format; CloudWatch Logs makes metrics of it, no call is needed. */
export const printMetrics: Metrics = (queueUrl, unit, values) => {
  const metrics = Object.keys(values).map((name) => ({ Name: name, Unit: unit }));
  const directive = { Namespace: "Respool", Dimensions: [["Spool"]], Metrics: metrics };
  console.log(
    JSON.stringify({
      _aws: { Timestamp: Date.now(), CloudWatchMetrics: [directive] },
      Spool: queueName(queueUrl),
      ...values,
    }),
  );
};

/** The name of a queue: the end of its URL. */
export function queueName(queueUrl: string): string {
  return queueUrl.slice(queueUrl.lastIndexOf("/") + 1);
}
