// Shard iterators: a place in a shard, and when it was asked for. Opaque to clients, as AWS's are.

export interface ShardIterator {
  readonly streamArn: string;
  readonly shardId: string;
  /** Records after this sequence number; from the oldest on when left out. */
  readonly after?: string | undefined;
  /** Milliseconds since the epoch. */
  readonly madeAt: number;
}

export function encodeIterator({ streamArn, shardId, after = "", madeAt }: ShardIterator): string {
  return Buffer.from([streamArn, shardId, after, madeAt].join("\n")).toString("base64");
}

/** Undefined for anything that encodeIterator did not make. */
export function decodeIterator(text: string | undefined): ShardIterator | undefined {
  const [streamArn, shardId, after, madeAt, ...rest] = Buffer.from(text ?? "", "base64")
    .toString("utf8")
    .split("\n");
  if (streamArn === undefined || shardId === undefined || madeAt === undefined || rest.length > 0) return undefined;
  if (!streamArn.startsWith("arn:") || !/^\d+$/.test(madeAt)) return undefined;
  return { streamArn, shardId, madeAt: Number(madeAt), ...(after === "" ? {} : { after }) };
}
