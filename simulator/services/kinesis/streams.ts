// All data streams of an account and region: created, found, deleted.
import { AwsError } from "../../service";
import { StreamListeners } from "../../shards/streamListeners";
import { arn, type World } from "../../world";
import type { SourceStream, StreamSource } from "../lambda/eventSources/streamSource";
import { constraint, invalidArgument, required, streamNotFound, unsupported } from "./errors";
import { KinesisStream } from "./stream";

/** How every request names its stream. */
export interface StreamRequest {
  readonly StreamName?: string;
  readonly StreamARN?: string;
}

export interface CreateStreamInput extends StreamRequest {
  readonly ShardCount?: number;
  readonly StreamModeDetails?: { readonly StreamMode?: string };
  readonly Tags?: Readonly<Record<string, string>>;
  readonly WarmThroughputMiBps?: number;
  readonly MaxRecordSizeInKiB?: number;
  readonly RecordDistributionStrategy?: string;
}

/** What the resource type sets besides. */
export interface FurtherSettings {
  readonly retentionHours?: number;
  readonly encryption?: { readonly type: string; readonly keyId?: string | undefined };
}

/** https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html */
const limits = { shards: 500, retention: { low: 24, high: 8_760 }, recordKiB: { low: 1_024, high: 10_240 } };
const modes = ["PROVISIONED", "ON_DEMAND"] as const;
/** https://docs.aws.amazon.com/streams/latest/dev/how-do-i-size-a-stream.html: what an on-demand stream begins with */
const onDemandShards = 4;

function whole(value: number, member: string, { low, high }: { readonly low: number; readonly high: number }): number {
  if (Number.isInteger(value) && value >= low && value <= high) return value;
  throw constraint(
    member,
    String(value),
    value < low ? `have value greater than or equal to ${low}` : `have value less than or equal to ${high}`,
  );
}

/** Throws AwsError InvalidArgumentException for a retention that Kinesis does not have. */
export function checkedRetention(hours: number): number {
  const { low, high } = limits.retention;
  if (Number.isInteger(hours) && hours >= low && hours <= high) return hours;
  throw invalidArgument(
    `Minimum allowed retention period is ${low} hours, maximum ${high} hours. Requested retention period (${hours} hours) is out of range.`,
  );
}

function shardCount(input: CreateStreamInput, mode: string): number {
  if (mode === "PROVISIONED")
    return whole(required(input.ShardCount, "shardCount"), "shardCount", { low: 1, high: limits.shards });
  if (input.ShardCount === undefined) return onDemandShards;
  throw invalidArgument("ShardCount must not be specified for an on-demand stream.");
}

function nameIn(streamArn: string): string {
  return streamArn.replace(/^.*:stream\//, "");
}

export class Streams implements StreamSource {
  private readonly byName = new Map<string, KinesisStream>();
  private readonly listeners = new StreamListeners();

  constructor(private readonly world: World) {}

  get all(): readonly KinesisStream[] {
    return [...this.byName.values()].sort((left, right) => (left.arn < right.arn ? -1 : 1));
  }

  /** The ARN that a request means, whether or not there is such a stream. */
  arnOf({ StreamARN, StreamName }: StreamRequest): string {
    return StreamARN ?? arn(this.world, "kinesis", `stream/${StreamName ?? ""}`);
  }

  /** Throws AwsError ResourceNotFoundException, InvalidArgumentException. */
  get(request: StreamRequest): KinesisStream {
    if (request.StreamARN === undefined && request.StreamName === undefined) {
      throw invalidArgument("Either StreamName or StreamARN must be specified.");
    }
    const wanted = this.arnOf(request);
    const stream = this.find(wanted);
    if (stream !== undefined) return stream;
    throw streamNotFound(nameIn(wanted), this.world.accountId);
  }

  create(input: CreateStreamInput, { retentionHours = 24, encryption }: FurtherSettings = {}): KinesisStream {
    const name = required(input.StreamName, "streamName");
    if (!/^[a-zA-Z0-9_.-]{1,128}$/.test(name)) {
      throw constraint("streamName", name, "satisfy regular expression pattern: [a-zA-Z0-9_.-]+");
    }
    const { StreamMode: wanted = "PROVISIONED" } = input.StreamModeDetails ?? {};
    const mode = modes.find((one) => one === wanted);
    if (mode === undefined) {
      throw constraint("streamModeDetails.streamMode", wanted, `satisfy enum value set: [${modes.join(", ")}]`);
    }
    const { RecordDistributionStrategy: strategy = "USER_PARTITION_KEY", WarmThroughputMiBps: warm } = input;
    if (strategy !== "USER_PARTITION_KEY")
      throw unsupported("RecordDistributionStrategy", strategy, "USER_PARTITION_KEY");
    if (warm !== undefined) throw unsupported("WarmThroughputMiBps", warm, "streams without warm throughput");
    const kibibytes = whole(input.MaxRecordSizeInKiB ?? limits.recordKiB.low, "maxRecordSizeInKiB", limits.recordKiB);
    const count = shardCount(input, mode);
    if (this.byName.has(name)) {
      throw new AwsError(
        "ResourceInUseException",
        `Stream ${name} under account ${this.world.accountId} already exists.`,
      );
    }
    const retention = checkedRetention(retentionHours);
    const settings = {
      ...{ name, mode, shardCount: count, retentionHours: retention, maximumRecordBytes: kibibytes * 1024 },
      ...(encryption === undefined ? {} : { encryption }),
    } as const;
    const stream = new KinesisStream(this.world, settings, this.listeners);
    this.byName.set(name, stream);
    return stream;
  }

  delete(request: StreamRequest): void {
    this.byName.delete(this.get(request).settings.name);
  }

  stream(streamArn: string): SourceStream | undefined {
    return this.find(streamArn)?.source();
  }

  onRecords(streamArn: string, run: (shardId: string) => void): () => void {
    return this.listeners.add(streamArn, run);
  }

  private find(streamArn: string): KinesisStream | undefined {
    const stream = this.byName.get(nameIn(streamArn));
    return stream?.arn === streamArn ? stream : undefined;
  }
}
