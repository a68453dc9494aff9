// A queue of the program without components: five receives, then its dead-letter queue, with an alarm on that.
import * as aws from "@pulumi/aws";
import { atLeastOne, visibilityTimeoutSeconds } from "./handlerFunction";

export function queueWithDeadLetters(
  name: string,
  fifo: boolean,
): { queue: aws.sqs.Queue; deadLetters: aws.sqs.Queue } {
  const fifoQueue = fifo ? true : undefined;
  const deadLetters = new aws.sqs.Queue(`${name}-dead-letters`, { fifoQueue, messageRetentionSeconds: 1_209_600 });
  const redrivePolicy = deadLetters.arn.apply((deadLetterTargetArn) =>
    JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 5 }),
  );
  const queue = new aws.sqs.Queue(name, { fifoQueue, visibilityTimeoutSeconds, redrivePolicy });
  new aws.cloudwatch.MetricAlarm(`${name}-dead-letters`, {
    ...atLeastOne,
    namespace: "AWS/SQS",
    metricName: "ApproximateNumberOfMessagesVisible",
    dimensions: { QueueName: deadLetters.name },
    statistic: "Maximum",
  });
  return { queue, deadLetters };
}
