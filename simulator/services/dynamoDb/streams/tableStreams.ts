// All streams of an account's tables, those included that were disabled less than a day ago.
import { StreamListeners } from "../../../shards/streamListeners";
import type { World } from "../../../world";
import type { SourceStream, StreamSource } from "../../lambda/eventSources/streamSource";
import { constraint, validation } from "../errors";
import type { Table } from "../table";
import { streamViewTypes } from "./streamRecord";
import { TableStream } from "./tableStream";

export interface StreamSpecification {
  readonly StreamEnabled?: boolean;
  readonly StreamViewType?: string;
}

/** Developer Guide: "Partitions and data distribution": what one partition serves in a second. */
const partitionCapacity = { read: 3_000, write: 1_000 };

function partitionsOf({ billingMode, capacity }: Table["description"]): number {
  if (billingMode === "PAY_PER_REQUEST") return 1;
  return Math.max(1, Math.ceil(capacity.read / partitionCapacity.read + capacity.write / partitionCapacity.write));
}

export class TableStreams implements StreamSource {
  private streams: TableStream[] = [];
  private readonly listeners = new StreamListeners();

  constructor(private readonly world: World) {}

  /** Oldest first. */
  get all(): readonly TableStream[] {
    this.streams = this.streams.filter(({ readable }) => readable);
    return this.streams;
  }

  find(arn: string | undefined): TableStream | undefined {
    return this.all.find((stream) => stream.arn === arn);
  }

  /** The newest stream of a table, enabled or not. */
  latest(table: Table): TableStream | undefined {
    return this.streams.findLast((stream) => stream.table === table);
  }

  enabled(table: Table): TableStream | undefined {
    const stream = this.latest(table);
    return stream?.enabled === true ? stream : undefined;
  }

  /** Follows a StreamSpecification. Throws AwsError ValidationException. */
  apply(table: Table, specification: StreamSpecification): void {
    const { StreamEnabled, StreamViewType: viewType } = specification;
    const current = this.enabled(table);
    if (StreamEnabled !== true) {
      if (viewType !== undefined) {
        throw validation(
          "One or more parameter values were invalid: StreamViewType cannot be specified when StreamEnabled is false",
        );
      }
      if (current === undefined) throw validation("Table is not in a state to disable its stream: it has none enabled");
      current.disable();
      return;
    }
    if (current !== undefined) throw validation(`Table already has an enabled stream: ${current.arn}`);
    const known = streamViewTypes.find((type) => type === viewType);
    if (known === undefined) {
      throw constraint(
        "streamSpecification.streamViewType",
        viewType,
        `satisfy enum value set: [${streamViewTypes.join(", ")}]`,
      );
    }
    this.streams.push(new TableStream(this.world, table, known, this.listeners, partitionsOf(table.description)));
  }

  stream(streamArn: string): SourceStream | undefined {
    const stream = this.find(streamArn);
    return stream?.source();
  }

  onRecords(streamArn: string, run: (shardId: string) => void): () => void {
    return this.listeners.add(streamArn, run);
  }
}
