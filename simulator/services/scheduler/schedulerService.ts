// Amazon EventBridge Scheduler: schedules that invoke a target with a role of their own.
import type { Roles } from "../../iam";
import { type Authorization, type Operation, operation, type ResourceType, type Service } from "../../service";
import type { World } from "../../world";
import { schedulerResources } from "./resources";
import { invalid, type Schedule, type ScheduleInput } from "./schedule";
import { type ScheduleGroup, Schedules } from "./schedules";

interface ScheduleName {
  readonly Name: string;
  readonly GroupName?: string;
}

interface GroupName {
  readonly Name: string;
}

interface PageInput {
  /** A text where it came in a URL. */
  readonly MaxResults?: number | string;
  readonly NextToken?: string;
  readonly NamePrefix?: string;
}

interface ListInput extends PageInput {
  readonly GroupName?: string;
  readonly State?: string;
}

/** The entries of one page, and the token of the next one. */
function pageOf<Entry>(entries: readonly Entry[], { MaxResults = 100, NextToken = "0" }: PageInput) {
  const size = Number(MaxResults);
  if (!Number.isInteger(size) || size < 1 || size > 100) {
    throw invalid(`[MaxResults] must be a whole number from 1 to 100, got ${MaxResults}`);
  }
  const from = Number(NextToken);
  if (!Number.isInteger(from) || from < 0) throw invalid(`[NextToken] is not valid, got "${NextToken}"`);
  const more = from + size < entries.length ? { NextToken: String(from + size) } : {};
  return { page: entries.slice(from, from + size), more };
}

const seconds = (milliseconds: number) => milliseconds / 1_000;

/** With the defaults of what was not given. */
function describe({ arn, name, group, createdAt, modifiedAt, given }: Schedule): object {
  const { ClientToken: _token, ...rest } = given;
  return {
    ...rest,
    Arn: arn,
    Name: name,
    GroupName: group,
    State: given.State ?? "ENABLED",
    ScheduleExpressionTimezone: given.ScheduleExpressionTimezone ?? "UTC",
    ActionAfterCompletion: given.ActionAfterCompletion ?? "NONE",
    Target: { RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 }, ...given.Target },
    CreationDate: seconds(createdAt),
    LastModificationDate: seconds(modifiedAt),
  };
}

function summary({ arn, name, group, createdAt, modifiedAt, given }: Schedule): object {
  return {
    Arn: arn,
    Name: name,
    GroupName: group,
    State: given.State ?? "ENABLED",
    Target: { Arn: given.Target?.Arn },
    CreationDate: seconds(createdAt),
    LastModificationDate: seconds(modifiedAt),
  };
}

function describeGroup({ arn, name, createdAt }: ScheduleGroup): object {
  const at = seconds(createdAt);
  return { Arn: arn, Name: name, State: "ACTIVE", CreationDate: at, LastModificationDate: at };
}

/** Schedules with templated targets; universal targets are refused by name. */
export class SchedulerService implements Service {
  readonly name = "scheduler";
  readonly operations: Readonly<Record<string, Operation>>;
  readonly resourceTypes: Readonly<Record<string, ResourceType>>;
  private readonly schedules: Schedules;

  /** @param roles checks, when given, that EventBridge Scheduler can assume a schedule's role */
  constructor(world: World, roles?: Roles) {
    this.schedules = new Schedules(world, roles);
    this.operations = { ...this.scheduleOperations(), ...this.groupOperations() };
    this.resourceTypes = schedulerResources(world, this.schedules);
  }

  private scheduleOperations(): Record<string, Operation> {
    const { schedules } = this;
    const on =
      (action: string) =>
      ({ Name, GroupName }: ScheduleName): Authorization[] => [
        { action: `scheduler:${action}`, resource: schedules.arnOf(Name, GroupName) },
      ];
    return {
      CreateSchedule: operation<ScheduleInput>({
        authorize: on("CreateSchedule"),
        handle: (input) => ({ ScheduleArn: schedules.create(input).arn }),
      }),
      UpdateSchedule: operation<ScheduleInput>({
        authorize: on("UpdateSchedule"),
        handle: (input) => ({ ScheduleArn: schedules.update(input).arn }),
      }),
      GetSchedule: operation<ScheduleName>({
        authorize: on("GetSchedule"),
        handle: ({ Name, GroupName }) => describe(schedules.get(Name, GroupName)),
      }),
      DeleteSchedule: operation<ScheduleName>({
        authorize: on("DeleteSchedule"),
        handle: ({ Name, GroupName }) => {
          schedules.delete(Name, GroupName);
          return {};
        },
      }),
      ListSchedules: operation<ListInput>({
        authorize: ({ GroupName = "*" }) => [
          { action: "scheduler:ListSchedules", resource: schedules.arnOf("*", GroupName) },
        ],
        handle: (input) => {
          const { GroupName, NamePrefix = "", State } = input;
          const found = schedules.all
            .filter(({ group, name }) => name.startsWith(NamePrefix) && (GroupName ?? group) === group)
            .filter(({ given }) => State === undefined || State === (given.State ?? "ENABLED"));
          const { page, more } = pageOf(found, input);
          return { Schedules: page.map(summary), ...more };
        },
      }),
    };
  }

  private groupOperations(): Record<string, Operation> {
    const { schedules } = this;
    const on = (action: string, handle: (name: string) => object): Operation =>
      operation<GroupName>({
        authorize: ({ Name }) => [{ action: `scheduler:${action}`, resource: schedules.groupArn(Name) }],
        handle: ({ Name }) => handle(Name),
      });
    return {
      CreateScheduleGroup: on("CreateScheduleGroup", (name) => ({
        ScheduleGroupArn: schedules.createGroup(name).arn,
      })),
      GetScheduleGroup: on("GetScheduleGroup", (name) => describeGroup(schedules.group(name))),
      DeleteScheduleGroup: on("DeleteScheduleGroup", (name) => {
        schedules.deleteGroup(name);
        return {};
      }),
      ListScheduleGroups: operation<PageInput>({
        authorize: () => [{ action: "scheduler:ListScheduleGroups", resource: schedules.groupArn("*") }],
        handle: (input) => {
          const { NamePrefix = "" } = input;
          const found = schedules.allGroups.filter(({ name }) => name.startsWith(NamePrefix));
          const { page, more } = pageOf(found, input);
          return { ScheduleGroups: page.map(describeGroup), ...more };
        },
      }),
    };
  }
}
