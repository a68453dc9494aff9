// The account's event source mappings.
import type { Iam } from "../../../iam";
import { AwsError } from "../../../service";
import type { World } from "../../../world";
import { arn } from "../../../world";
import type { Start } from "../asyncInvocations";
import type { Deliveries } from "../deliveries";
import type { LambdaFunction } from "../lambdaFunction";
import { checkQueueSettings, type MappingSettings } from "./mappingSettings";
import { QueuePoller } from "./queuePoller";
import type { QueueSource } from "./queueSource";
import { assertRights } from "./sourceRights";
import { StreamReader } from "./streamReader";
import { checkStreamSettings } from "./streamSettings";
import type { StreamSource } from "./streamSource";

/** What reads a mapping's source. */
interface Reader {
  /** As API GetEventSourceMapping shows it. */
  readonly lastProcessingResult: string;
  /** Reads by the settings of a mapping that is enabled, from where the reader stood. */
  begin(settings: MappingSettings): void;
  /** Batches under way come to their end. */
  end(): void;
}

/** One mapping, from a queue or a stream to a function. */
export interface EventSourceMapping {
  readonly uuid: string;
  readonly arn: string;
  readonly target: LambdaFunction;
  readonly reader: Reader;
  settings: MappingSettings;
  /** Milliseconds since the epoch. */
  modified: number;
}

/** What mappings work with. */
export interface MappingParts {
  readonly world: World;
  readonly iam: Iam;
  readonly queues: QueueSource;
  readonly streams: StreamSource;
  readonly deliveries: Deliveries;
  readonly start: Start;
}

const services: Readonly<Record<string, string>> = { sqs: "SQS", dynamodb: "DynamoDB", kinesis: "Kinesis" };

export class EventSourceMappings {
  private readonly mappings = new Map<string, EventSourceMapping>();

  constructor(private readonly parts: MappingParts) {}

  get all(): readonly EventSourceMapping[] {
    return [...this.mappings.values()];
  }

  get(uuid: string): EventSourceMapping {
    const found = this.mappings.get(uuid);
    if (found !== undefined) return found;
    throw new AwsError("ResourceNotFoundException", "The resource you requested does not exist.", 404);
  }

  create(target: LambdaFunction, settings: MappingSettings): EventSourceMapping {
    this.check(target, settings);
    const { world } = this.parts;
    const { sourceArn } = settings;
    const same = this.all.find((other) => other.target === target && other.settings.sourceArn === sourceArn);
    if (same !== undefined) {
      const { name } = target.configuration;
      const service = services[sourceArn.split(":")[2] as string];
      throw new AwsError(
        "ResourceConflictException",
        `An event source mapping with ${service} arn (" ${sourceArn} ") and function (" ${name} ") already exists. Please update or delete the existing mapping with UUID ${same.uuid}`,
        409,
      );
    }
    const uuid = world.random.uuid();
    const reader =
      settings.kind === "queue" ? this.queueReader(uuid, target) : this.streamReader(uuid, target, sourceArn);
    const mappingArn = arn(world, "lambda", `event-source-mapping:${uuid}`);
    const mapping = { uuid, arn: mappingArn, target, settings, modified: world.clock.now, reader };
    this.mappings.set(uuid, mapping);
    if (settings.enabled) reader.begin(settings);
    return mapping;
  }

  update(mapping: EventSourceMapping, settings: MappingSettings): void {
    this.check(mapping.target, settings);
    mapping.reader.end();
    mapping.settings = settings;
    mapping.modified = this.parts.world.clock.now;
    if (settings.enabled) mapping.reader.begin(settings);
  }

  delete(mapping: EventSourceMapping): void {
    mapping.reader.end();
    this.mappings.delete(mapping.uuid);
  }

  /** Throws, in Lambda's words, unless the role of a function may read the source. */
  assertRights(target: LambdaFunction, sourceArn: string): void {
    assertRights(this.parts.iam, target, sourceArn, this.parts.queues.source(sourceArn)?.policy);
  }

  /** Throws, in Lambda's words, unless the settings fit the source and the function. */
  check(target: LambdaFunction, settings: MappingSettings): void {
    const { queues, streams } = this.parts;
    const { sourceArn } = settings;
    if (settings.kind === "stream") checkStreamSettings(settings, streams.stream(sourceArn));
    else checkQueueSettings(settings, queues.source(sourceArn), target.configuration.timeout);
  }

  private queueReader(mapping: string, target: LambdaFunction): Reader {
    const { world, queues, start } = this.parts;
    let poller: QueuePoller | undefined;
    return {
      get lastProcessingResult() {
        return poller?.lastProcessingResult ?? "No records processed";
      },
      begin: (settings) => {
        if (settings.kind !== "queue") return;
        const rights = () => this.assertRights(target, settings.sourceArn);
        poller = new QueuePoller({ world, queues, mapping, target, settings, assertRights: rights, start });
        poller.start();
      },
      end: () => poller?.stop(),
    };
  }

  private streamReader(mapping: string, target: LambdaFunction, streamArn: string): Reader {
    const { world, streams, deliveries, start } = this.parts;
    const rights = () => this.assertRights(target, streamArn);
    const parts = { world, streams, streamArn, mapping, target, deliveries, start, assertRights: rights };
    const reader = new StreamReader(parts);
    return {
      get lastProcessingResult() {
        return reader.lastProcessingResult;
      },
      begin: (settings) => {
        if (settings.kind === "stream") reader.begin(settings);
      },
      end: () => reader.end(),
    };
  }
}
