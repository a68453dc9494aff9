// The API's operations on log groups, streams and events.
import { AwsError, type Operation, operation } from "../../service";
import { arn, type World } from "../../world";
import { filterPattern } from "./filterPattern";
import type { LogGroup, LogLine } from "./logGroup";

interface GroupInput {
  readonly logGroupName?: string;
  /** A name or an ARN. */
  readonly logGroupIdentifier?: string;
}

interface SpanInput extends GroupInput {
  /** Milliseconds since the epoch. */
  readonly startTime?: number;
  readonly endTime?: number;
  readonly limit?: number;
  readonly nextToken?: string;
}

interface FilterLogEventsInput extends SpanInput {
  readonly filterPattern?: string;
  readonly logStreamNames?: readonly string[];
  readonly logStreamNamePrefix?: string;
}

interface GetLogEventsInput extends SpanInput {
  readonly logStreamName?: string;
  readonly startFromHead?: boolean;
}

interface StreamInput extends GroupInput {
  readonly logStreamName?: string;
}

interface PutLogEventsInput extends StreamInput {
  readonly logEvents?: readonly { readonly timestamp: number; readonly message: string }[];
}

interface DescribeLogGroupsInput {
  readonly logGroupNamePrefix?: string;
  readonly limit?: number;
  readonly nextToken?: string;
}

/** What the operations need of the service. */
export interface LogGroups {
  readonly all: readonly LogGroup[];
  find(name: string): LogGroup | undefined;
  create(name: string): LogGroup;
  write(logGroup: string, logStream: string, message: string): void;
}

export function logGroupArn(world: World, name: string): string {
  return arn(world, "logs", `log-group:${name}`);
}

export function groupName({ logGroupName, logGroupIdentifier = "" }: GroupInput): string {
  return logGroupName ?? /:log-group:([^:]+)/.exec(logGroupIdentifier)?.[1] ?? logGroupIdentifier;
}

function notFound(what: "group" | "stream"): AwsError {
  return new AwsError("ResourceNotFoundException", `The specified log ${what} does not exist.`);
}

/** Page tokens are offsets. */
function page<Item>(items: readonly Item[], limit: number, token = "0"): { items: Item[]; nextToken?: string } {
  const start = Number(token);
  const end = start + limit;
  const taken = items.slice(start, end);
  return end < items.length ? { items: taken, nextToken: String(end) } : { items: taken };
}

function eventOf({ timestamp, message, logStream, eventId }: LogLine): object {
  return { logStreamName: logStream, timestamp, message, ingestionTime: timestamp, eventId };
}

function groupOperations(world: World, groups: LogGroups): Record<string, Operation> {
  return {
    CreateLogGroup: operation<GroupInput>({
      authorize: (input) => [{ action: "logs:CreateLogGroup", resource: logGroupArn(world, groupName(input)) }],
      handle: (input) => {
        groups.create(groupName(input));
        return {};
      },
    }),
    DescribeLogGroups: operation<DescribeLogGroupsInput>({
      authorize: () => [{ action: "logs:DescribeLogGroups", resource: logGroupArn(world, "*") }],
      handle: ({ logGroupNamePrefix = "", limit = 50, nextToken }) => {
        const matching = groups.all.filter(({ name }) => name.startsWith(logGroupNamePrefix));
        const { items, ...more } = page(matching, limit, nextToken);
        return {
          logGroups: items.map((group) => ({
            logGroupName: group.name,
            creationTime: group.createdAt,
            ...(group.retentionInDays === 0 ? {} : { retentionInDays: group.retentionInDays }),
            arn: `${group.arn}:*`,
            logGroupArn: group.arn,
            logGroupClass: group.logGroupClass,
          })),
          ...more,
        };
      },
    }),
  };
}

function writeOperations(world: World, groups: LogGroups): Record<string, Operation> {
  const stream = ({ logStreamName = "", ...group }: StreamInput) =>
    `${logGroupArn(world, groupName(group))}:log-stream:${logStreamName}`;
  return {
    CreateLogStream: operation<StreamInput>({
      authorize: (input) => [{ action: "logs:CreateLogStream", resource: stream(input) }],
      handle: ({ logStreamName = "", ...input }) => {
        const group = groups.find(groupName(input));
        if (group === undefined) throw notFound("group");
        if (group.logStreams.has(logStreamName)) {
          throw new AwsError("ResourceAlreadyExistsException", "The specified log stream already exists");
        }
        group.addStream(logStreamName, world.clock.now);
        return {};
      },
    }),
    PutLogEvents: operation<PutLogEventsInput>({
      authorize: (input) => [{ action: "logs:PutLogEvents", resource: stream(input) }],
      handle: ({ logStreamName = "", logEvents = [], ...input }) => {
        const group = groups.find(groupName(input));
        if (group === undefined) throw notFound("group");
        if (!group.logStreams.has(logStreamName)) throw notFound("stream");
        for (const { message } of logEvents) groups.write(group.name, logStreamName, message);
        return {};
      },
    }),
  };
}

function readOperations(world: World, groups: LogGroups): Record<string, Operation> {
  const group = (input: GroupInput): LogGroup => {
    const found = groups.find(groupName(input));
    if (found === undefined) throw notFound("group");
    return found;
  };
  return {
    FilterLogEvents: operation<FilterLogEventsInput>({
      authorize: (input) => [{ action: "logs:FilterLogEvents", resource: logGroupArn(world, groupName(input)) }],
      handle: (input) => {
        const { startTime, endTime, limit = 10_000, nextToken, logStreamNames, logStreamNamePrefix = "" } = input;
        const passes = filterPattern(input.filterPattern ?? "");
        const matches = ({ message, logStream }: LogLine) =>
          (logStreamNames?.includes(logStream) ?? logStream.startsWith(logStreamNamePrefix)) && passes(message);
        const lines = group(input).read(world.clock.now, { startTime, endTime, matches });
        const { items, ...more } = page(lines, limit, nextToken);
        return { events: items.map(eventOf), searchedLogStreams: [], ...more };
      },
    }),
    GetLogEvents: operation<GetLogEventsInput>({
      authorize: (input) => [
        {
          action: "logs:GetLogEvents",
          resource: `${logGroupArn(world, groupName(input))}:log-stream:${input.logStreamName ?? ""}`,
        },
      ],
      handle: (input) => {
        const { logStreamName = "", startTime, endTime, limit = 10_000, startFromHead = false } = input;
        const found = group(input);
        if (!found.logStreams.has(logStreamName)) throw notFound("stream");
        if (input.nextToken !== undefined) {
          throw new AwsError("SimulatorUnsupportedArgument", "the simulator's GetLogEvents has no [nextToken]", 501);
        }
        const matches = ({ logStream }: LogLine) => logStream === logStreamName;
        const lines = found.read(world.clock.now, { startTime, endTime, matches });
        const chosen = startFromHead ? lines.slice(0, limit) : lines.slice(-limit);
        return {
          events: chosen.map(({ timestamp, message }) => ({ timestamp, message, ingestionTime: timestamp })),
        };
      },
    }),
  };
}

export function logOperations(world: World, groups: LogGroups): Record<string, Operation> {
  return {
    ...groupOperations(world, groups),
    ...writeOperations(world, groups),
    ...readOperations(world, groups),
  };
}
