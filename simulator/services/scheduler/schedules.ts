// The account's schedules and their groups: one event in the background for each schedule's next time, nothing in between.
import type { Roles } from "../../iam";
import { AwsError } from "../../service";
import { arn, type World } from "../../world";
import { Invocations } from "./invocation";
import { invalid, readSchedule, type Schedule, type ScheduleInput } from "./schedule";

const defaultGroup = "default";

export interface ScheduleGroup {
  readonly name: string;
  readonly arn: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

function notFound(what: string, name: string): AwsError {
  return new AwsError("ResourceNotFoundException", `${what} ${name} does not exist.`, 404);
}

function conflict(what: string, name: string): AwsError {
  return new AwsError("ConflictException", `${what} ${name} already exists.`, 409);
}

export class Schedules {
  private readonly groups = new Map<string, ScheduleGroup>();
  /** By ARN. */
  private readonly schedules = new Map<string, Schedule>();
  private readonly invocations: Invocations;

  /** @param roles checks, when given, that EventBridge Scheduler can assume a schedule's role */
  constructor(
    private readonly world: World,
    private readonly roles?: Roles,
  ) {
    this.invocations = new Invocations(world);
    this.createGroup(defaultGroup);
  }

  groupArn(name: string): string {
    return arn(this.world, "scheduler", `schedule-group/${name}`);
  }

  /** The ARN that a schedule has, whether or not there is one. */
  arnOf(name: string, group = defaultGroup): string {
    return arn(this.world, "scheduler", `schedule/${group}/${name}`);
  }

  get allGroups(): readonly ScheduleGroup[] {
    return [...this.groups.values()].sort((left, right) => (left.name < right.name ? -1 : 1));
  }

  get all(): readonly Schedule[] {
    return [...this.schedules.values()].sort((left, right) => (left.arn < right.arn ? -1 : 1));
  }

  /** @throws AwsError ResourceNotFoundException */
  group(name: string): ScheduleGroup {
    const group = this.groups.get(name);
    if (group === undefined) throw notFound("Schedule group", name);
    return group;
  }

  createGroup(name: string): ScheduleGroup {
    if (!/^[.\-\w]{1,64}$/.test(name)) {
      throw invalid(`[Name] must be 1 to 64 characters of letters, digits and .-_, got "${name}"`);
    }
    if (this.groups.has(name)) throw conflict("Schedule group", name);
    const group = { name, arn: this.groupArn(name), createdAt: this.world.clock.now };
    this.groups.set(name, group);
    return group;
  }

  /** Its schedules go with it. */
  deleteGroup(name: string): void {
    if (name === defaultGroup) throw invalid("The default schedule group cannot be deleted.");
    this.group(name);
    for (const schedule of this.all) if (schedule.group === name) this.remove(schedule);
    this.groups.delete(name);
  }

  /** @throws AwsError ResourceNotFoundException */
  get(name: string, group?: string): Schedule {
    const schedule = this.schedules.get(this.arnOf(name, group));
    if (schedule === undefined) throw notFound("Schedule", name);
    return schedule;
  }

  create(input: ScheduleInput): Schedule {
    const { Name: name, GroupName: group = defaultGroup } = input;
    const { now } = this.world.clock;
    const occurrences = readSchedule(input, now);
    this.group(group);
    this.checkRole(input, group);
    const scheduleArn = this.arnOf(name, group);
    if (this.schedules.has(scheduleArn)) throw conflict("Schedule", name);
    const own = { arn: scheduleArn, name, group, createdAt: now, modifiedAt: now, given: input };
    const schedule: Schedule = { ...own, occurrences, timers: new Set(), running: 0 };
    this.schedules.set(scheduleArn, schedule);
    // A rate without a start date is due at once.
    this.plan(schedule, now - 1);
    return schedule;
  }

  /** Replaces everything: what is not given becomes its default. */
  update(input: ScheduleInput): Schedule {
    const schedule = this.get(input.Name, input.GroupName);
    const occurrences = readSchedule(input, schedule.createdAt);
    this.checkRole(input, schedule.group);
    Object.assign(schedule, { given: input, occurrences, modifiedAt: this.world.clock.now });
    this.stop(schedule);
    this.plan(schedule, this.world.clock.now);
    return schedule;
  }

  delete(name: string, group?: string): void {
    this.remove(this.get(name, group));
  }

  private checkRole({ Target: target }: ScheduleInput, group: string): void {
    this.roles?.assertAssumable(target?.RoleArn ?? "", "scheduler.amazonaws.com", this.groupArn(group));
  }

  private remove(schedule: Schedule): void {
    this.stop(schedule);
    this.schedules.delete(schedule.arn);
  }

  private stop({ timers }: Schedule): void {
    for (const timer of timers) timer.cancel();
    timers.clear();
  }

  private plan(schedule: Schedule, after: number): void {
    if (schedule.given.State === "DISABLED") return;
    const next = schedule.occurrences.nextAfter(after);
    if (next === undefined) {
      this.complete(schedule);
      return;
    }
    this.wait(schedule, next, () => {
      this.due(schedule, next);
      this.plan(schedule, next);
    });
  }

  private wait(schedule: Schedule, at: number, run: () => void): void {
    const timer = this.world.clock.at(
      at,
      () => {
        schedule.timers.delete(timer);
        run();
      },
      { background: true },
    );
    schedule.timers.add(timer);
  }

  /** At once, or some time within the window. */
  private due(schedule: Schedule, scheduledAt: number): void {
    const { MaximumWindowInMinutes: window = 0 } = schedule.given.FlexibleTimeWindow ?? {};
    const invoke = () => {
      schedule.running += 1;
      this.invocations.start(schedule, scheduledAt, () => {
        schedule.running -= 1;
        this.completeAfterLast(schedule);
      });
    };
    if (window === 0) invoke();
    else this.wait(schedule, scheduledAt + this.world.random.integer(0, window * 60_000), invoke);
  }

  private completeAfterLast(schedule: Schedule): void {
    if (schedule.timers.size > 0 || schedule.given.State === "DISABLED") return;
    if (schedule.occurrences.nextAfter(this.world.clock.now) === undefined) this.complete(schedule);
  }

  private complete(schedule: Schedule): void {
    if (schedule.given.ActionAfterCompletion !== "DELETE" || schedule.running > 0 || schedule.timers.size > 0) return;
    if (this.schedules.get(schedule.arn) === schedule) this.remove(schedule);
  }
}
