// A bucket's notification configuration, checked as PutBucketNotificationConfiguration checks it.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html
import { invalidArgument, malformedXml, refuseUnknown, unsupported } from "./errors";

interface FilterInput {
  readonly Key?: { readonly FilterRules?: readonly { readonly Name?: string; readonly Value?: string }[] };
}

interface DestinationInput {
  readonly Id?: string;
  readonly Events?: readonly string[];
  readonly Filter?: FilterInput;
  readonly QueueArn?: string;
  readonly TopicArn?: string;
  readonly LambdaFunctionArn?: string;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_NotificationConfiguration.html */
export interface NotificationConfigurationInput {
  readonly QueueConfigurations?: readonly DestinationInput[];
  readonly TopicConfigurations?: readonly DestinationInput[];
  readonly LambdaFunctionConfigurations?: readonly DestinationInput[];
  readonly EventBridgeConfiguration?: object;
}

export type DestinationKind = "queue" | "topic" | "function";

export interface NotificationDestination {
  readonly id: string;
  readonly kind: DestinationKind;
  readonly arn: string;
  readonly events: readonly string[];
  readonly prefix: string;
  readonly suffix: string;
}

export interface NotificationSettings {
  readonly destinations: readonly NotificationDestination[];
  readonly eventBridge: boolean;
}

/** What can happen to an object here. */
export const eventNames = [
  "s3:ObjectCreated:Put",
  "s3:ObjectCreated:Copy",
  "s3:ObjectRemoved:Delete",
  "s3:LifecycleExpiration:Delete",
] as const;
export type EventName = (typeof eventNames)[number];

/** Names that AWS has, for what cannot happen here or happens by another name. */
const acceptedNames: readonly string[] = [
  ...eventNames,
  ...["s3:ObjectCreated:*", "s3:ObjectCreated:Post", "s3:ObjectCreated:CompleteMultipartUpload"],
  ...["s3:ObjectRemoved:*", "s3:ObjectRemoved:DeleteMarkerCreated"],
  ...["s3:LifecycleExpiration:*", "s3:LifecycleExpiration:DeleteMarkerCreated"],
];

const kinds: readonly {
  readonly kind: DestinationKind;
  readonly list: Exclude<keyof NotificationConfigurationInput, "EventBridgeConfiguration">;
  readonly member: "QueueArn" | "TopicArn" | "LambdaFunctionArn";
  readonly service: string;
}[] = [
  { kind: "queue", list: "QueueConfigurations", member: "QueueArn", service: "sqs" },
  { kind: "topic", list: "TopicConfigurations", member: "TopicArn", service: "sns" },
  { kind: "function", list: "LambdaFunctionConfigurations", member: "LambdaFunctionArn", service: "lambda" },
];

export function matchesEvent(pattern: string, name: string): boolean {
  return pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : pattern === name;
}

function filterOf({ Key: key }: FilterInput): { readonly prefix: string; readonly suffix: string } {
  const found: { prefix?: string; suffix?: string } = {};
  for (const { Name = "", Value = "" } of key?.FilterRules ?? []) {
    const name = Name.toLowerCase();
    if (name !== "prefix" && name !== "suffix") {
      throw invalidArgument("filter rule name must be either prefix or suffix");
    }
    if (found[name] !== undefined) {
      throw invalidArgument(`Cannot specify more than one ${name} rule in a filter.`);
    }
    found[name] = Value;
  }
  return { prefix: "", suffix: "", ...found };
}

function destinationOf(input: DestinationInput, which: (typeof kinds)[number], id: string): NotificationDestination {
  const { member, kind, service, list } = which;
  refuseUnknown(list, input, ["Id", "Events", "Filter", member]);
  const { Events: events = [], [member]: arn = "" } = input;
  if (events.length === 0) throw malformedXml();
  for (const event of events) {
    if (!acceptedNames.includes(event)) throw unsupported("Events", event, acceptedNames.join(", "));
  }
  if (!arn.startsWith(`arn:aws:${service}:`)) throw invalidArgument("The ARN could not be parsed");
  if (arn.endsWith(".fifo")) {
    const what = kind === "queue" ? "SQS queue" : "SNS topic";
    throw invalidArgument(`FIFO ${what} is not supported as a destination of notifications, got ${arn}`);
  }
  return { id, kind, arn, events, ...filterOf(input.Filter ?? {}) };
}

function overlap(left: NotificationDestination, right: NotificationDestination): boolean {
  const events = left.events.some((one) =>
    right.events.some(
      (other) =>
        matchesEvent(one, other.replace("*", "")) || matchesEvent(other, one.replace("*", "")) || one === other,
    ),
  );
  const prefixes = left.prefix.startsWith(right.prefix) || right.prefix.startsWith(left.prefix);
  const suffixes = left.suffix.endsWith(right.suffix) || right.suffix.endsWith(left.suffix);
  return events && prefixes && suffixes;
}

/** @param newId names a destination that came without an id */
export function notificationSettings(
  input: NotificationConfigurationInput,
  newId: (kind: DestinationKind) => string,
): NotificationSettings {
  const lists = kinds.map(({ list }) => list);
  refuseUnknown("NotificationConfiguration", input, [...lists, "EventBridgeConfiguration"]);
  const destinations = kinds.flatMap((which) =>
    (input[which.list] ?? []).map((given) => destinationOf(given, which, given.Id ?? newId(which.kind))),
  );
  destinations.forEach((left, index) => {
    if (destinations.slice(index + 1).some((right) => overlap(left, right))) {
      const message = "Configurations overlap. Configurations on the same bucket cannot share a common event type.";
      throw invalidArgument(message);
    }
  });
  return { destinations, eventBridge: input.EventBridgeConfiguration !== undefined };
}

/** The settings as GetBucketNotificationConfiguration answers them. */
export function describeNotifications({ destinations, eventBridge }: NotificationSettings): object {
  const described = kinds.map(({ kind, list, member }) => {
    const own = destinations.filter((destination) => destination.kind === kind);
    const entries = own.map(({ id, arn, events, prefix, suffix }) => {
      const given = { Prefix: prefix, Suffix: suffix };
      const FilterRules = Object.entries(given).flatMap(([Name, Value]) => (Value === "" ? [] : [{ Name, Value }]));
      const filter = FilterRules.length === 0 ? {} : { Filter: { Key: { FilterRules } } };
      return { Id: id, [member]: arn, Events: events, ...filter };
    });
    return entries.length === 0 ? [] : [[list, entries] as const];
  });
  return { ...Object.fromEntries(described.flat()), ...(eventBridge ? { EventBridgeConfiguration: {} } : {}) };
}
