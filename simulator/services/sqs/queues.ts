// All queues of an account and region: finding, creating and configuring them.
import type { PolicyDocument } from "../../iam";
import { AwsError } from "../../service";
import { arn, type World } from "../../world";
import type { GaugeRegistry } from "../cloudWatch/metricStore";
import { compilePolicy } from "../iam/policyDocument";
import { keyArn } from "./authorization";
import { invalidValue, missingParameter, queueDoesNotExist } from "./errors";
import { checkQueueName } from "./fifoAttributes";
import { Queue } from "./queue";
import { type AttributeTexts, mergeAttributes, settingsOf } from "./queueAttributes";
import { Receivers } from "./receiving";

export class Queues {
  private readonly byName = new Map<string, Queue>();
  private readonly receiversOf = new Map<Queue, Receivers>();
  /** When queues were deleted, by name, in milliseconds since the epoch. */
  private readonly deletedAt = new Map<string, number>();

  constructor(
    readonly world: World,
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
    const merged = mergeAttributes(undefined, attributes);
    checkQueueName(name, merged);
    const present = this.byName.get(name);
    if (present !== undefined) return checkSame(present, attributes);
    if (this.world.clock.now - (this.deletedAt.get(name) ?? -Infinity) < 60_000) throw deletedRecently();
    this.checkPolicies(arn(this.world, "sqs", name), merged, attributes);
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

  /** AWS: API DeleteQueue. At once, which AWS takes up to 60 seconds for. */
  delete(queue: Queue): void {
    this.byName.delete(queue.name);
    this.receivers(queue).close();
    this.receiversOf.delete(queue);
    this.deletedAt.set(queue.name, this.world.clock.now);
    queue.close();
  }

  /** The queues that have this one as their dead-letter queue. */
  sourcesOf(deadLetterQueue: Queue): readonly Queue[] {
    return this.all.filter((queue) => queue.settings.redrivePolicy?.deadLetterTargetArn === deadLetterQueue.arn);
  }

  private checkPolicies(queueArn: string, merged: AttributeTexts, changes: AttributeTexts): void {
    const { redrivePolicy, policy, key, fifo } = settingsOf(merged);
    if (policy !== undefined && changes.Policy !== undefined) this.checkPolicy(queueArn, policy);
    keyArn(this.world, key);
    if (redrivePolicy === undefined || changes.RedrivePolicy === undefined) return;
    const refuse = (why: string) => invalidValue("RedrivePolicy", changes.RedrivePolicy, why);
    const target = this.byArn(redrivePolicy.deadLetterTargetArn);
    if (target === undefined) throw refuse("Dead letter target does not exist.");
    if (target.isFifo !== (fifo !== undefined)) {
      throw refuse("Dead-letter queue must be same type of queue as the source.");
    }
    if (!allows(target, queueArn)) throw refuse("Dead letter target does not allow this queue as a source.");
  }

  /** What could not be evaluated later is refused now, and all else that no policy can have. */
  private checkPolicy(queueArn: string, document: PolicyDocument): void {
    try {
      compilePolicy(document, { kind: "resource", policy: queueArn, accountId: this.world.accountId });
    } catch (error) {
      if (!(error instanceof AwsError) || error.code !== "MalformedPolicyDocument") throw error;
      throw new AwsError("InvalidAttributeValue", `Invalid value for the parameter Policy. Reason: ${error.message}`);
    }
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

function deletedRecently(): AwsError {
  return new AwsError(
    "QueueDeletedRecently",
    "You must wait 60 seconds after deleting a queue before you can create another with the same name.",
  );
}

function checkSame(present: Queue, attributes: AttributeTexts): Queue {
  const different = Object.keys(attributes).find((name) => present.attributes[name] !== attributes[name]);
  if (different === undefined) return present;
  throw new AwsError(
    "QueueNameExists",
    `A queue already exists with the same name and a different value for attribute ${different}`,
  );
}
