// Kinesis data streams, created by the AWS SDK.
import {
  CreateStreamCommand,
  DeleteStreamCommand,
  DescribeStreamSummaryCommand,
  IncreaseStreamRetentionPeriodCommand,
  type KinesisClient,
  waitUntilStreamExists,
} from "@aws-sdk/client-kinesis";
import { given, type LiveResourceTypes, liveType } from "./resourceType";

interface StreamArguments {
  readonly name?: string;
  /** Hours. */
  readonly retentionPeriod?: number;
  readonly shardCount?: number;
}

/** Hours that a new stream keeps its records. */
const firstRetention = 24;

export function streamTypes(kinesis: KinesisClient): LiveResourceTypes {
  return {
    "aws:kinesis/stream:Stream": liveType<StreamArguments>({
      knownArguments: ["name", "retentionPeriod", "shardCount"],
      async create({ name = "", retentionPeriod = firstRetention, shardCount: ShardCount }, physicalName) {
        const StreamName = name || physicalName;
        await kinesis.send(new CreateStreamCommand({ StreamName, ShardCount }));
        await waitUntilStreamExists({ client: kinesis, maxWaitTime: 120, minDelay: 1 }, { StreamName });
        if (retentionPeriod > firstRetention) {
          const RetentionPeriodHours = retentionPeriod;
          await kinesis.send(new IncreaseStreamRetentionPeriodCommand({ StreamName, RetentionPeriodHours }));
        }
        const described = await kinesis.send(new DescribeStreamSummaryCommand({ StreamName }));
        const arn = given("StreamARN", described.StreamDescriptionSummary?.StreamARN);
        return {
          id: arn,
          state: { name: StreamName, arn, retentionPeriod },
          remove: () => kinesis.send(new DeleteStreamCommand({ StreamName, EnforceConsumerDeletion: true })),
        };
      },
    }),
  };
}
