// Rules and targets in the form that the bus works with.

import type { Timer } from "../../clock";
import type { EventPattern } from "./eventPattern";
import type { TransformContext } from "./inputTransformer";
import type { Schedule } from "./scheduleExpression";

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Target.html */
export interface TargetInput {
  readonly Id: string;
  readonly Arn: string;
  readonly RoleArn?: string;
  readonly Input?: string;
  readonly InputPath?: string;
  readonly InputTransformer?: {
    readonly InputPathsMap?: Readonly<Record<string, string>>;
    readonly InputTemplate: string;
  };
  readonly DeadLetterConfig?: { readonly Arn?: string };
  /** Of Kinesis streams; without it, an event's id is the partition key. */
  readonly KinesisParameters?: { readonly PartitionKeyPath?: string };
  /** Of FIFO queues. */
  readonly SqsParameters?: { readonly MessageGroupId?: string };
  readonly RetryPolicy?: { readonly MaximumRetryAttempts?: number; readonly MaximumEventAgeInSeconds?: number };
}

export interface Target {
  /** As it was given; ListTargetsByRule answers it. */
  readonly given: TargetInput;
  readonly maximumRetryAttempts: number;
  readonly maximumEventAgeSeconds: number;
  /** What the target receives; undefined when that would be no JSON. */
  readonly input: (context: TransformContext) => string | undefined;
}

export interface Rule {
  readonly name: string;
  readonly arn: string;
  /** The bus's name. */
  readonly bus: string;
  /** Milliseconds since the epoch; rates count from here. */
  createdAt: number;
  description: string | undefined;
  roleArn: string | undefined;
  eventPattern: string | undefined;
  pattern: EventPattern | undefined;
  scheduleExpression: string | undefined;
  schedule: Schedule | undefined;
  enabled: boolean;
  readonly targets: Map<string, Target>;
  /** The next run of its schedule. */
  timer: Timer | undefined;
}
