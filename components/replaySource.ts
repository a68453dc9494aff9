// What a component whose failures the launcher replays tells the ReprocessFunction.
import type * as pulumi from "@pulumi/pulumi";
import type { SpoolReference } from "./spoolReference";

/** A queue by both of its names. */
export interface QueueAddress {
  readonly arn: pulumi.Output<string>;
  readonly url: pulumi.Output<string>;
}

/** How the failures of a source are found and replayed. */
export interface ReplayArgs {
  /** The function that is invoked with what failed; absent where messages go back to a queue. */
  readonly functionArn?: pulumi.Output<string>;
  /** Its timeout, in seconds: a replay waits that long. */
  readonly functionTimeoutSeconds?: pulumi.Output<number>;
  /** ARNs by which AWS's own records name the source: the function's, the queue's, the rule's target, the SNS subscription's, the schedule's. */
  readonly origins: readonly pulumi.Output<string>[];
  /** True where its messages are commands: a dead letter's work has the command's id then. @default the message's */
  readonly commands?: true;
  /** A dead-letter queue beside the spool, such as a FIFO one or an adopted one. @default the spool alone */
  readonly deadLetterQueue?: QueueAddress;
  /** The FIFO queue that messages are sent back to. */
  readonly returnQueue?: QueueAddress;
  /** The stream that is read again when failures carry metadata alone: what it takes to read it. */
  readonly streamArn?: pulumi.Output<string>;
  /**
   * Keys of the program's own: of the queue whose dead letters these are, of `returnQueue`, or of the stream. Dead letters stay encrypted
   * under the key of the queue that they were sent to, wherever SQS moves them
   * (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-server-side-encryption.html).
   *
   * @default none
   */
  readonly kmsKeyArns?: readonly pulumi.Output<string>[];
}

/** A component whose failures are replayed through the launcher. */
export interface ReplaySource {
  /** The logical source that failures are recorded under. */
  readonly source: string;
  readonly replay: ReplayArgs;
  /** Where they are recorded: the spool of the ReprocessFunction that redrives them. @default any: failures have a queue of their own */
  readonly spool?: SpoolReference;
}

/** What every such component lets a program say about its failures. */
export interface ReplaySourceSettings {
  /**
   * The name under which failures are recorded: 1 to 64 characters of `0-9A-Za-z.-_`. Keep it when the component is renamed.
   *
   * @default the component's name
   */
  readonly source?: string;
}
