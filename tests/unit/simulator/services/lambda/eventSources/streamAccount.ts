// An account with a stream, a function that reads it and a bucket, for the tests of stream mappings.
import type { Iam } from "../../../../../../simulator/iam";
import type { JsonObject } from "../../../../../../simulator/json";
import { AwsError, operation } from "../../../../../../simulator/service";
import { type LambdaAccount, lambdaAccount } from "../lambdaAccount";
import { type FakeStream, fakeStreams } from "./fakeStream";

export interface StoredObject {
  readonly Bucket: string;
  readonly Key: string;
  readonly Body: string;
}

export interface StreamAccount extends LambdaAccount {
  readonly stream: FakeStream;
  /** Maps the stream to the function "f", from its oldest record on; gives the mapping's UUID. */
  map(inputs?: JsonObject): string;
  /** The data of the records of each event that the function got. */
  batches(): string[][];
  /** What was written to buckets; one named "broken" takes nothing. */
  readonly stored: StoredObject[];
}

/** Keeps each event, then does what `answer` says: `data` are the records' data, `numbers` their sequence numbers. */
export function reader(answer: string): string {
  return `const dataOf = (record) => record.kinesis === undefined
    ? record.dynamodb.NewImage.data.S
    : Buffer.from(record.kinesis.data, "base64").toString();
  const numberOf = (record) => (record.kinesis?.sequenceNumber ?? record.dynamodb.SequenceNumber);
  let calls = 0;
  exports.handler = async (event) => {
    calls += 1;
    const data = event.Records.map(dataOf);
    const numbers = event.Records.map(numberOf);
    console.log("DATA" + JSON.stringify(data));
    console.log("EVENT" + JSON.stringify(event));
    ${answer}
  };`;
}

export const failing = reader(`if (data.includes("bad")) throw new Error("no");`);

export function streamAccount(
  kind: "dynamodb" | "kinesis",
  source: string,
  options: { readonly iam?: Iam; readonly shards?: readonly string[] } = {},
): StreamAccount {
  const streams = fakeStreams();
  const account = lambdaAccount({ ...options, streams });
  streams.world = account;
  const stream = streams.add(kind, options.shards);
  const stored: StoredObject[] = [];
  account.gateway.add({
    name: "s3",
    resourceTypes: {},
    operations: {
      PutObject: operation<StoredObject>({
        authorize: () => [],
        handle: (input) => {
          if (input.Bucket === "broken") throw new AwsError("ServiceUnavailable", "away", 503);
          stored.push(input);
          return {};
        },
      }),
    },
  });
  account.define("f", source);
  return Object.assign(account, {
    stream,
    stored,
    map(inputs: JsonObject = {}) {
      const common = { eventSourceArn: stream.arn, functionName: "f", startingPosition: "TRIM_HORIZON" };
      return String(account.create("aws:lambda/eventSourceMapping:EventSourceMapping", { ...common, ...inputs }).uuid);
    },
    batches: () =>
      account.collected.lines
        .map(({ message }) => /DATA(.*)/.exec(message)?.[1])
        .filter((line) => line !== undefined)
        .map((line) => JSON.parse(line) as string[]),
  });
}
