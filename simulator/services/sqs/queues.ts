// All queues of an account and region: finding, creating and configuring them.
import { AwsError } from "../../service";
import { arn, type World } from "../../world";
import type { GaugeRegistry } from "../cloudWatch/metricStore";
import { invalidParameter, invalidValue, missingParameter, queueDoesNotExist, unsupported } from "./errors";
import { Queue } from "./queue";
import { type AttributeTexts, mergeAttributes, settingsOf } from "./queueAttributes";
import { Receivers } from "./receiving";

export class Queues {
  private readonly byName = new Map<string, Queue>();
  private readonly receiversOf = new Map<Queue, Receivers>();

  constructor(
    private readonly world: World,
    private readonly gauges: GaugeRegistry,
    private readonly maximumInFlight: number,
  ) {}

  get all(): readonly Queue[] {
    return [...this.byName.values()];
  }

  byQueueName(name: string): Queue | undefined {
    return this.byName.get(name);
  }

  byArn(queueArn: string): Queue | undefined {
    return this.all.find((queue) => queue.arn === queueArn);
  }

  /** The queue that a URL names, or undefined; the host does not matter, as the client may reach it by another one. */
  find(url: string): Queue | undefined {
    const path = /^(?:[a-z]+:\/\/[^/]+)?\/(\d{12})\/([^/]+)$/.exec(url);
    return path?.[1] === this.world.accountId ? this.byName.get(path[2] as string) : undefined;
  }

  /** Throws AwsError QueueDoesNotExist. */
  get(url: string | undefined): Queue {
    if (url === undefined || url === "") throw missingParameter("QueueUrl");
    const queue = this.find(url);
    if (queue === undefined) throw queueDoesNotExist();
    return queue;
  }

  /** The ARN that a URL stands for, whether or not there is such a queue. */
  arnOf(url = ""): string {
    return arn(this.world, "sqs", url.slice(url.lastIndexOf("/") + 1));
  }

  receivers(queue: Queue): Receivers {
    return this.receiversOf.get(queue) as Receivers;
  }

  /** Creates a queue; one with the same name and the same attributes is given back. */
  create(name: string, attributes: AttributeTexts, tags: Readonly<Record<string, string>>): Queue {
    if (name.endsWith(".fifo")) throw unsupported("QueueName", name, "it has standard queues only");
    if (!/^[A-Za-z0-9_-]{1,80}$/.test(name)) {
      throw invalidParameter("Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length");
    }
    const present = this.byName.get(name);
    if (present !== undefined) return checkSame(present, attributes);
    this.checkPolicies(arn(this.world, "sqs", name), mergeAttributes(undefined, attributes), attributes);
    const queue = new Queue(this.world, this.gauges, name, attributes, tags);
    this.byName.set(name, queue);
    const findDeadLetterQueue = (source: Queue) => this.deadLetterQueueOf(source);
    this.receiversOf.set(queue, new Receivers(this.world, queue, findDeadLetterQueue, this.maximumInFlight));
    return queue;
  }

  configure(queue: Queue, changes: AttributeTexts): void {
    this.checkPolicies(queue.arn, mergeAttributes(queue.attributes, changes), changes);
    queue.setAttributes(changes);
    queue.report();
  }

  private checkPolicies(queueArn: string, merged: AttributeTexts, changes: AttributeTexts): void {
    const { redrivePolicy } = settingsOf(merged);
    if (redrivePolicy === undefined || changes.RedrivePolicy === undefined) return;
    const refuse = (why: string) => invalidValue("RedrivePolicy", changes.RedrivePolicy, why);
    const target = this.byArn(redrivePolicy.deadLetterTargetArn);
    if (target === undefined) throw refuse("Dead letter target does not exist.");
    if (!allows(target, queueArn)) throw refuse("Dead letter target does not allow this queue as a source.");
  }

  private deadLetterQueueOf(source: Queue): Queue | undefined {
    const target = this.byArn(source.settings.redrivePolicy?.deadLetterTargetArn ?? "");
    return target !== undefined && target !== source && allows(target, source.arn) ? target : undefined;
  }
}

/** AWS: "Configure dead-letter queue permissions". */
function allows(target: Queue, sourceArn: string): boolean {
  const { redrivePermission, sourceQueueArns = [] } = target.settings.redriveAllowPolicy;
  return redrivePermission === "allowAll" || (redrivePermission === "byQueue" && sourceQueueArns.includes(sourceArn));
}

function checkSame(present: Queue, attributes: AttributeTexts): Queue {
  const different = Object.keys(attributes).find((name) => present.attributes[name] !== attributes[name]);
  if (different === undefined) return present;
  throw new AwsError(
    "QueueNameExists",
    `A queue already exists with the same name and a different value for attribute ${different}`,
  );
}
