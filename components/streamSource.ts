// The stream that a function reads: a table's, or one of Kinesis, and what reading it takes.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { StreamMiddlewareConfig } from "../handlers/middleware/config";
import type { PermissionStatement } from "./policy";
import { inWords, oneOf, validated } from "./validate";

/** Whose stream it is. */
export type StreamKind = StreamMiddlewareConfig["stream"];

/** A stream whose ARN is not known yet: whose it is must be said, since the role's permissions follow from it. */
export interface StreamArn {
  readonly kind: StreamKind;
  readonly arn: pulumi.Input<string>;
}

/**
 * A table with its stream enabled, a Kinesis stream, or the ARN of either stream.
 *
 * @example `stream: ordersTable`
 * @example `stream: "arn:aws:kinesis:eu-west-1:123456789012:stream/clicks"`
 * @example `stream: { kind: "dynamodb", arn: stack.requireOutput("ordersStreamArn") }`
 */
export type StreamInput = aws.dynamodb.Table | aws.kinesis.Stream | StreamArn | string;

export interface StreamSource {
  readonly kind: StreamKind;
  readonly arn: pulumi.Output<string>;
  /** What the function's role needs in order to read it. */
  readonly statements: readonly PermissionStatement[];
}

// A consumer of enhanced fan-out has another ARN, and would need other permissions.
const patterns: Readonly<Record<StreamKind, RegExp>> = {
  dynamodb: /^arn:[a-z-]+:dynamodb:[a-z0-9-]+:\d{12}:table\/[A-Za-z0-9_.-]{3,255}\/stream\/[0-9A-Za-z:.-]+$/,
  kinesis: /^arn:[a-z-]+:kinesis:[a-z0-9-]+:\d{12}:stream\/[A-Za-z0-9_.-]{1,128}$/,
};

const actions: Readonly<Record<StreamKind, readonly string[]>> = {
  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/iam-policy-example-lamda-process-dynamodb-streams.html
  dynamodb: ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"],
  // https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-create.html; Lambda refuses a role without ListStreams "on your stream".
  kinesis: [
    "kinesis:DescribeStream",
    "kinesis:DescribeStreamSummary",
    "kinesis:GetRecords",
    "kinesis:GetShardIterator",
    "kinesis:ListShards",
    "kinesis:ListStreams",
  ],
};

const anyStream = `a DynamoDB table, a Kinesis stream, or the ARN of either stream`;

/** @throws when it is no stream; in `apply` when a table has none */
export function streamSource(stream: StreamInput): StreamSource {
  if (aws.dynamodb.Table.isInstance(stream)) {
    return sourceOf("dynamodb", stream.streamArn.apply(enabledStream));
  }
  if (aws.kinesis.Stream.isInstance(stream)) {
    return sourceOf("kinesis", stream.arn);
  }
  if (typeof stream === "string") {
    return sourceOf(kindOfArn(stream), stream);
  }
  if (isStreamArn(stream)) {
    return sourceOf(oneOf("stream.kind", stream.kind, ["dynamodb", "kinesis"]), stream.arn);
  }
  const got = pulumi.Output.isInstance(stream)
    ? `an Output: say whose stream it is, as { kind: "dynamodb", arn: ... }`
    : inWords(stream);
  throw new Error(`[stream] must be ${anyStream}, got ${got}`);
}

function sourceOf(kind: StreamKind, given: pulumi.Input<string>): StreamSource {
  const arn = pulumi.output(validated(given, (known) => checkedArn(kind, known)));
  return { kind, arn, statements: [{ actions: actions[kind], resources: [arn] }] };
}

function kindOfArn(arn: string): StreamKind {
  if (patterns.dynamodb.test(arn)) return "dynamodb";
  if (patterns.kinesis.test(arn)) return "kinesis";
  throw new Error(`[stream] must be ${anyStream}, got ${inWords(arn)}`);
}

function checkedArn(kind: StreamKind, arn: string): string {
  if (!patterns[kind].test(arn)) {
    throw new Error(`[stream] must be the ARN of a stream of ${kind}, got ${inWords(arn)}`);
  }
  return arn;
}

/** @throws when the table has no stream */
export function enabledStream(streamArn: string | undefined): string {
  if (!streamArn) {
    throw new Error("[stream] must be a table with [streamEnabled] and a [streamViewType], got one without a stream");
  }
  return streamArn;
}

function isStreamArn(stream: unknown): stream is StreamArn {
  return typeof stream === "object" && stream !== null && "kind" in stream && "arn" in stream;
}
