// Amazon Kinesis Data Streams: streams of shards, records put and read.
import type { Operation, ResourceType, Service } from "../../service";
import type { World } from "../../world";
import type { StreamSource } from "../lambda/eventSources/streamSource";
import { recordOperations } from "./recordOperations";
import { streamResources } from "./resources";
import { streamOperations } from "./streamOperations";
import { Streams } from "./streams";

/** Streams with shards. A stream is there, split or changed at once. */
export class KinesisService implements Service {
  readonly name = "kinesis";
  readonly operations: Readonly<Record<string, Operation>>;
  readonly resourceTypes: Readonly<Record<string, ResourceType>>;
  /** For event source mappings. */
  readonly streams: StreamSource;

  constructor(world: World) {
    const streams = new Streams(world);
    this.operations = { ...streamOperations(streams), ...recordOperations(world, streams) };
    this.resourceTypes = streamResources(streams);
    this.streams = streams;
  }
}
