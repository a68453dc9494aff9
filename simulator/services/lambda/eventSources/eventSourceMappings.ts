// The account's event source mappings.
import type { Iam } from "../../../iam";
import { AwsError, type Call } from "../../../service";
import type { World } from "../../../world";
import { arn } from "../../../world";
import type { Start } from "../asyncInvocations";
import type { LambdaFunction } from "../lambdaFunction";
import { checkSettings, type MappingSettings } from "./mappingSettings";
import { QueuePoller } from "./queuePoller";
import type { QueueSource } from "./queueSource";

/** One mapping, from a queue to a function. */
export interface EventSourceMapping {
  readonly uuid: string;
  readonly arn: string;
  readonly target: LambdaFunction;
  settings: MappingSettings;
  /** Milliseconds since the epoch. */
  modified: number;
  poller: QueuePoller;
}

/** What a function's role needs to read a queue. Developer guide: "Configuring execution role permissions". */
const neededActions = ["ReceiveMessage", "DeleteMessage", "GetQueueAttributes"];

export class EventSourceMappings {
  private readonly mappings = new Map<string, EventSourceMapping>();

  constructor(
    private readonly world: World,
    private readonly iam: Iam,
    private readonly queues: QueueSource,
    private readonly start: Start,
  ) {}

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
    const { name } = target.configuration;
    const same = this.all.find((other) => other.target === target && other.settings.queueArn === settings.queueArn);
    if (same !== undefined) {
      throw new AwsError(
        "ResourceConflictException",
        `An event source mapping with SQS arn (" ${settings.queueArn} ") and function (" ${name} ") already exists. Please update or delete the existing mapping with UUID ${same.uuid}`,
        409,
      );
    }
    const uuid = this.world.random.uuid();
    const poller = this.poller(uuid, target, settings);
    const modified = this.world.clock.now;
    const mappingArn = arn(this.world, "lambda", `event-source-mapping:${uuid}`);
    const mapping = { uuid, arn: mappingArn, target, settings, modified, poller };
    this.mappings.set(uuid, mapping);
    if (settings.enabled) poller.start();
    return mapping;
  }

  update(mapping: EventSourceMapping, settings: MappingSettings): void {
    this.check(mapping.target, settings);
    mapping.poller.stop();
    mapping.settings = settings;
    mapping.modified = this.world.clock.now;
    mapping.poller = this.poller(mapping.uuid, mapping.target, settings);
    if (settings.enabled) mapping.poller.start();
  }

  delete(mapping: EventSourceMapping): void {
    mapping.poller.stop();
    this.mappings.delete(mapping.uuid);
  }

  /** Throws, in Lambda's words, unless the role of a function may read a queue. */
  assertRights(target: LambdaFunction, queueArn: string): void {
    const principal = { kind: "role", roleArn: target.configuration.role } as const;
    const resourcePolicy = this.queues.source(queueArn)?.policy;
    for (const action of neededActions) {
      const call: Call = { service: "sqs", action, input: {}, principal, secureTransport: true, requestId: "" };
      const needed = { action: `sqs:${action}`, resource: queueArn };
      try {
        this.iam.authorize(call, resourcePolicy === undefined ? needed : { ...needed, resourcePolicy });
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        throw new AwsError(
          "InvalidParameterValueException",
          `The provided execution role does not have permissions to call ${action} on SQS`,
        );
      }
    }
  }

  /** Throws, in Lambda's words, unless the settings fit the queue and the function. */
  check(target: LambdaFunction, settings: MappingSettings): void {
    if (!/^arn:aws:sqs:/.test(settings.queueArn)) {
      throw new AwsError(
        "SimulatorUnsupportedArgument",
        `[EventSourceArn] must be the ARN of an SQS queue in the simulator, got ${settings.queueArn}`,
      );
    }
    checkSettings(settings, this.queues.source(settings.queueArn), target.configuration.timeout);
  }

  private poller(mapping: string, target: LambdaFunction, settings: MappingSettings): QueuePoller {
    const { world, queues, start } = this;
    const assertRights = () => this.assertRights(target, settings.queueArn);
    return new QueuePoller({ world, queues, mapping, target, settings, assertRights, start });
  }
}
