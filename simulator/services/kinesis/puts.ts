// Records on their way into a stream: checked, placed, counted. (API Reference: PutRecord, PutRecords.)
import type { JsonObject } from "../../json";
import { AwsError } from "../../service";
import type { World } from "../../world";
import { constraint, invalidArgument, required, tooLong } from "./errors";
import { hashKeyOf, parseHashKey } from "./hashKeys";
import { shownEncryption } from "./shown";
import type { KinesisStream } from "./stream";
import type { StreamRequest } from "./streams";

interface RecordInput {
  /** base64 */
  readonly Data?: string;
  readonly PartitionKey?: string;
  readonly ExplicitHashKey?: string;
}

export type PutRecordInput = StreamRequest & RecordInput;

export interface PutRecordsInput extends StreamRequest {
  readonly Records?: readonly RecordInput[];
}

const mostRecords = 500;
const mostBytes = 10 * 1024 * 1024;

interface CheckedRecord {
  readonly data: string;
  readonly partitionKey: string;
  readonly hashKey: bigint;
  readonly bytes: number;
}

/** Throws AwsError ValidationException, InvalidArgumentException. */
function checkedRecord(stream: KinesisStream, input: RecordInput, member: string): CheckedRecord {
  const data = required(input.Data, `${member}data`);
  const partitionKey = required(input.PartitionKey, `${member}partitionKey`);
  if (partitionKey.length < 1 || partitionKey.length > 256) {
    throw constraint(`${member}partitionKey`, partitionKey, "have length between 1 and 256");
  }
  const bytes = Buffer.byteLength(data, "base64") + Buffer.byteLength(partitionKey);
  const { maximumRecordBytes: most } = stream.settings;
  if (bytes > most) throw tooLong(`${member}data`, most);
  const { ExplicitHashKey: explicit } = input;
  const hashKey = explicit === undefined ? hashKeyOf(partitionKey) : parseHashKey(explicit, "ExplicitHashKey");
  return { data, partitionKey, hashKey, bytes };
}

/** https://docs.aws.amazon.com/streams/latest/dev/monitoring-with-cloudwatch.html */
function count(world: World, stream: KinesisStream, name: string, values: readonly number[], unit = "Count"): void {
  if (values.length === 0) return;
  const dimensions = { StreamName: stream.settings.name };
  world.metrics.put({ namespace: "AWS/Kinesis", name, dimensions, values, unit });
}

/** A test makes AWS fail at single records by taking away the deliveries of this kind. */
function isLost({ faults }: World, { settings }: KinesisStream, data: string): boolean {
  return faults.arrivals({ kind: "kinesis.putRecords", to: settings.name, payload: data }).length === 0;
}

function put(world: World, stream: KinesisStream, records: readonly CheckedRecord[]): (JsonObject | AwsError)[] {
  const results = records.map(({ hashKey, partitionKey, data }) => {
    if (isLost(world, stream, data)) return new AwsError("InternalFailure", "Internal service failure.", 500);
    try {
      const { shardId, sequenceNumber } = stream.put(hashKey, partitionKey, data);
      return { ShardId: shardId, SequenceNumber: sequenceNumber };
    } catch (error) {
      if (error instanceof AwsError) return error;
      throw error;
    }
  });
  const taken = records.filter((_record, index) => !(results[index] instanceof AwsError));
  const one = (bytes: readonly unknown[]) => bytes.map(() => 1);
  count(world, stream, "IncomingRecords", one(taken));
  count(
    world,
    stream,
    "IncomingBytes",
    taken.map(({ bytes }) => bytes),
    "Bytes",
  );
  count(
    world,
    stream,
    "WriteProvisionedThroughputExceeded",
    one(results.filter((result) => result instanceof AwsError && result.code !== "InternalFailure")),
  );
  return results;
}

export function putRecord(world: World, stream: KinesisStream, input: PutRecordInput): JsonObject {
  const [result] = put(world, stream, [checkedRecord(stream, input, "")]);
  if (result instanceof AwsError) throw result;
  return { ...result, ...shownEncryption(stream) };
}

export function putRecords(world: World, stream: KinesisStream, input: PutRecordsInput): JsonObject {
  const given = required(input.Records, "records");
  if (given.length < 1 || given.length > mostRecords) {
    const rule = given.length < 1 ? "greater than or equal to 1" : `less than or equal to ${mostRecords}`;
    throw constraint("records", `[${given.length} records]`, `have length ${rule}`);
  }
  const records = given.map((record, index) => checkedRecord(stream, record, `records.${index + 1}.member.`));
  if (records.reduce((sum, { bytes }) => sum + bytes, 0) > mostBytes) {
    throw invalidArgument(`Records size exceeds ${mostBytes / 1024 / 1024} MB limit`);
  }
  const results = put(world, stream, records);
  return {
    FailedRecordCount: results.filter((result) => result instanceof AwsError).length,
    Records: results.map((result) =>
      result instanceof AwsError ? { ErrorCode: result.code, ErrorMessage: result.message } : result,
    ),
    ...shownEncryption(stream),
  };
}
