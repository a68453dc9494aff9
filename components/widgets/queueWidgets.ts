// What the metrics of SQS queues tell, those of a spool among them.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
import type { Widget } from "@pulumi/awsx/classic/cloudwatch";
import type * as pulumi from "@pulumi/pulumi";
import { graph, green, type Line, orange, red } from "./graph";

type QueueName = pulumi.Input<string>;

/** Where the library's own functions publish; see handlers/telemetry. */
const ownNamespace = "Respool";

function line(queueName: QueueName, metric: string, label: string, color?: string): Line {
  return { namespace: "AWS/SQS", dimensions: { QueueName: queueName }, metric, label, color, statistic: "Maximum" };
}

function depth(title: string, queueName: QueueName): Widget {
  return graph(title, [
    line(queueName, "ApproximateNumberOfMessagesVisible", "Waiting"),
    line(queueName, "ApproximateNumberOfMessagesNotVisible", "In flight"),
  ]);
}

export function queueWidgets(queueName: QueueName, deadLetterQueueName?: QueueName): Widget[] {
  return [
    depth("Messages", queueName),
    graph("Age of the oldest message", [line(queueName, "ApproximateAgeOfOldestMessage", "Seconds")]),
    ...(deadLetterQueueName === undefined
      ? []
      : [graph("Dead letters", [line(deadLetterQueueName, "ApproximateNumberOfMessagesVisible", "Waiting", red)])]),
  ];
}

const counted: readonly { readonly metric: string; readonly label: string; readonly color?: string }[] = [
  { metric: "Redriven", label: "Redriven", color: green },
  { metric: "AlreadyStarted", label: "Redriven before" },
  { metric: "RedriveFailed", label: "Could not be redriven", color: orange },
  { metric: "Poisoned", label: "Moved to the poison queue", color: red },
  { metric: "Reconciled", label: "Recorded late" },
];

/** The age is the renewer's: SQS's own leaves out what was received three times. It comes once a day. */
export function spoolWidgets(queueName: QueueName, poisonQueueName: QueueName): Widget[] {
  const own = { namespace: ownNamespace, dimensions: { Spool: queueName } };
  const hour = 3_600;
  return [
    depth("Failed work that waits", queueName),
    graph(
      "Age of the oldest work",
      [{ ...own, metric: "OldestRecordAge", label: "Seconds", statistic: "Maximum" }],
      hour,
    ),
    graph("Poison queue", [line(poisonQueueName, "ApproximateNumberOfMessagesVisible", "Cannot be redriven", red)]),
    graph(
      "Redriven",
      counted.map((each) => ({ ...own, ...each, statistic: "Sum" })),
    ),
  ];
}
