// What invokes an AsyncFunction: events, topics, buckets and schedules, checked first and then attached.
import type * as pulumi from "@pulumi/pulumi";
import {
  type BucketTrigger,
  type BucketTriggerTransform,
  checkBucketTriggers,
  createBucketTriggers,
  type NamedBucketTrigger,
} from "./bucketTrigger";
import { checkEventTrigger, createEventTrigger, type EventTrigger, type EventTriggerTransform } from "./eventTrigger";
import {
  checkScheduleTrigger,
  createScheduleTrigger,
  type ScheduleTrigger,
  type ScheduleTriggerTransform,
} from "./scheduleTrigger";
import { checkTopicTrigger, createTopicTrigger, type TopicTrigger, type TopicTriggerTransform } from "./topicTrigger";
import type { TriggerTarget } from "./triggerTarget";
import { inWords, nonEmpty } from "./validate";

/** One of the four; exactly one of `eventPattern`, `topic`, `bucket` and `schedule` says which. */
export type Trigger = EventTrigger | TopicTrigger | BucketTrigger | ScheduleTrigger;

/** Changes to the resources of triggers, all of a kind. */
export interface TriggersTransform {
  readonly event?: EventTriggerTransform;
  readonly topic?: TopicTriggerTransform;
  readonly bucket?: BucketTriggerTransform;
  readonly schedule?: ScheduleTriggerTransform;
}

type KindOfTrigger =
  | { readonly kind: "eventPattern"; readonly trigger: EventTrigger }
  | { readonly kind: "topic"; readonly trigger: TopicTrigger }
  | { readonly kind: "bucket"; readonly trigger: BucketTrigger }
  | { readonly kind: "schedule"; readonly trigger: ScheduleTrigger };

/** A trigger that was checked, and what errors and resources call it. */
export type CheckedTrigger = KindOfTrigger & { readonly name: string; readonly argument: string };

/** @throws when one of them is not allowed, or two have one name */
export function checkedTriggers(component: string, triggers: readonly Trigger[]): CheckedTrigger[] {
  const checked = triggers.map((trigger, index) => {
    const argument = `triggers.${index}`;
    const own = nonEmpty(`${argument}.name`, trigger.name ?? `trigger-${index}`);
    return { ...ofKind(argument, trigger), name: `${component}-${own}`, argument };
  });
  for (const one of checked) {
    if (one.kind === "eventPattern") checkEventTrigger(one.argument, one.trigger);
    if (one.kind === "topic") checkTopicTrigger(one.argument, one.trigger);
    if (one.kind === "schedule") checkScheduleTrigger(one.argument, one.trigger);
  }
  checkBucketTriggers(component, bucketTriggers(checked));
  const names = checked.map(({ name }) => name);
  const twice = names.findIndex((name, index) => names.indexOf(name) !== index);
  if (twice !== -1) {
    throw new Error(`[triggers.${twice}.name] must be a name of its own, got ${inWords(triggers[twice]?.name)} twice`);
  }
  return checked;
}

/** Attaches them. The ARNs are those by which AWS names what it could not deliver. */
export function createTriggers(
  component: string,
  triggers: readonly CheckedTrigger[],
  target: TriggerTarget,
  transform: TriggersTransform = {},
): pulumi.Output<string>[] {
  createBucketTriggers(component, bucketTriggers(triggers), target, transform.bucket);
  return triggers.flatMap((one) => {
    const { name, argument } = one;
    switch (one.kind) {
      case "eventPattern":
        return [createEventTrigger(name, argument, one.trigger, target, transform.event)];
      case "topic":
        return [createTopicTrigger(name, argument, one.trigger, target, transform.topic)];
      case "schedule":
        return [createScheduleTrigger(name, argument, one.trigger, target, transform.schedule)];
      default:
        // S3 gives its notifications to Lambda's own queue of events, and has no dead letters.
        return [];
    }
  });
}

function bucketTriggers(triggers: readonly CheckedTrigger[]): NamedBucketTrigger[] {
  return triggers.flatMap((one) =>
    one.kind === "bucket" ? [{ name: one.name, argument: one.argument, trigger: one.trigger }] : [],
  );
}

function ofKind(argument: string, trigger: Trigger): KindOfTrigger {
  const kinds = ["eventPattern", "topic", "bucket", "schedule"].filter((kind) => kind in trigger);
  if (kinds.length === 1) {
    if ("eventPattern" in trigger) return { kind: "eventPattern", trigger };
    if ("topic" in trigger) return { kind: "topic", trigger };
    if ("bucket" in trigger) return { kind: "bucket", trigger };
    if ("schedule" in trigger) return { kind: "schedule", trigger };
  }
  const got = kinds.length === 0 ? "none of them" : kinds.map((kind) => `[${kind}]`).join(" and ");
  throw new Error(
    `[${argument}] must have exactly one of [eventPattern], [topic], [bucket] and [schedule], got ${got}`,
  );
}
