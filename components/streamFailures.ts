// Where a stream's failed batches go: the records to the spool's bucket, or word of them to a queue or a topic.
import * as pulumi from "@pulumi/pulumi";
import { spoolDestination } from "./asyncInvocation";
import { type Destination, resolveDestination } from "./destination";
import type { PermissionStatement } from "./policy";
import type { SpoolReference } from "./spoolReference";
import { inWords } from "./validate";

/**
 * A destination that hears which records failed, and does not get them: a redrive reads them from the stream again, and finds
 * nothing when the stream has dropped them (after 24 hours, unless a Kinesis stream was told otherwise).
 */
export interface MetadataDestination {
  /**
   * The spool, a standard queue or a standard topic. Only what is in the spool can be redriven; elsewhere it is yours to look
   * after.
   */
  readonly destination: "spool" | Destination;
  /** Says that this is known. */
  readonly metadataOnly: true;
}

/** `"S3"` is the spool's bucket, with whole records. */
export type StreamFailureDestination = "S3" | MetadataDestination;

/** A destination as the mapping and the role know it. */
export interface StreamFailures {
  readonly arn: pulumi.Output<string>;
  readonly statements: readonly PermissionStatement[];
  /** Whether records must be read from the stream again. */
  readonly metadataOnly: boolean;
  /** The queue in which metadata waits, if it is a queue. */
  readonly queueName?: pulumi.Output<string>;
}

/** @throws when it is no destination, or the spool has no bucket */
export function streamFailures(onFailure: StreamFailureDestination = "S3", spool: SpoolReference): StreamFailures {
  if (onFailure === "S3") {
    return recordsToBucket(spool);
  }
  if (typeof onFailure !== "object" || onFailure?.metadataOnly !== true) {
    // Resources have no JSON.
    const got = typeof onFailure === "object" ? "an object without [metadataOnly]" : inWords(onFailure);
    throw new Error(
      `[onFailure] must be "S3" or { destination, metadataOnly: true }, since queues and topics do not get the records, got ${got}`,
    );
  }
  const { destination } = onFailure;
  const { service, arn, statements } =
    destination === "spool"
      ? spoolDestination(spool)
      : resolveDestination("onFailure.destination", destination, ["sqs", "sns"]);
  const queueName = service === "sqs" ? arn.apply((known) => known.slice(known.lastIndexOf(":") + 1)) : undefined;
  return { arn, statements, metadataOnly: true, queueName };
}

/** https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html, with the keys that Lambda gives its objects */
function recordsToBucket({ bucket, kmsKeyArn }: SpoolReference): StreamFailures {
  if (bucket === undefined) {
    throw new Error(
      `[spool] must have a bucket for the records, since [onFailure] is "S3": leave ErrorSpool its own, give ErrorSpool.fromArn a [bucketName], or choose { destination: "spool", metadataOnly: true }`,
    );
  }
  return {
    arn: bucket.arn,
    statements: [
      { actions: ["s3:PutObject"], resources: [pulumi.interpolate`${bucket.arn}/aws/lambda/*`] },
      { actions: ["s3:ListBucket"], resources: [bucket.arn] },
      ...(kmsKeyArn === undefined ? [] : [{ actions: ["kms:GenerateDataKey"], resources: [kmsKeyArn] }]),
    ],
    metadataOnly: false,
  };
}
