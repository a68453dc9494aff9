// Event buses: the account's default one, and those that it creates.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus.html

import type { PolicyDocument } from "../../iam";
import { AwsError } from "../../service";
import { arn, type World } from "../../world";
import { compilePolicy } from "../iam/policyDocument";

/** Name of the bus that every account has, and that AWS services publish to. */
export const defaultBus = "default";

export interface EventBus {
  readonly name: string;
  readonly arn: string;
  readonly description: string | undefined;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** Who besides the account's own roles may call. */
  policy: PolicyDocument | undefined;
}

/** AWS's words for a bus that is not there. */
function busDoesNotExist(bus: string): AwsError {
  return new AwsError("ResourceNotFoundException", `Event bus ${bus} does not exist.`);
}

/** Every bus of an account and region. A bus is named by its name or its ARN. */
export class EventBuses {
  private readonly buses = new Map<string, EventBus>();

  constructor(private readonly world: World) {
    this.add(defaultBus, undefined);
  }

  get all(): readonly EventBus[] {
    return [...this.buses.values()];
  }

  /** Undefined when there is none, or the ARN is one of another account or region. */
  find(bus: string = defaultBus): EventBus | undefined {
    const name = bus.startsWith("arn:") ? bus.slice(bus.lastIndexOf("/") + 1) : bus;
    const found = this.buses.get(name);
    return bus === name || found?.arn === bus ? found : undefined;
  }

  /** @throws AwsError ResourceNotFoundException */
  get(bus?: string): EventBus {
    const found = this.find(bus);
    if (found === undefined) throw busDoesNotExist(bus ?? defaultBus);
    return found;
  }

  /** The ARN that a name or an ARN stands for, whether or not there is such a bus. */
  arnOf(bus: string = defaultBus): string {
    return bus.startsWith("arn:") ? bus : arn(this.world, "events", `event-bus/${bus}`);
  }

  /** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CreateEventBus.html */
  create(name: string, description?: string): EventBus {
    if (!/^[A-Za-z0-9._-]{1,256}$/.test(name) || name === defaultBus) {
      throw new AwsError(
        "ValidationException",
        `[Name] must be 1 to 256 characters of letters, digits and .-_, and not "default", got "${name}"`,
      );
    }
    if (this.buses.has(name)) {
      throw new AwsError("ResourceAlreadyExistsException", `Event bus ${name} already exists.`);
    }
    return this.add(name, description);
  }

  delete(name: string): void {
    if (name === defaultBus) throw new AwsError("ValidationException", "Cannot delete event bus default.");
    this.buses.delete(name);
  }

  /** @throws AwsError when no bus can have that policy, or the simulator cannot evaluate it */
  setPolicy(bus: EventBus, policy: string): void {
    const options = { kind: "resource", policy: bus.arn, accountId: this.world.accountId } as const;
    bus.policy = compilePolicy(policy, options).document;
  }

  private add(name: string, description: string | undefined): EventBus {
    const createdAt = this.world.clock.now;
    const bus: EventBus = { name, arn: this.arnOf(name), description, createdAt, policy: undefined };
    this.buses.set(name, bus);
    return bus;
  }
}
