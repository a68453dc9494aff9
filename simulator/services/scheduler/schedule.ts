// A schedule as it is given, and as it is kept.
// https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html
import type { Timer } from "../../clock";
import { AwsError } from "../../service";
import { type Occurrences, parseOccurrences } from "./occurrences";
import { checkTarget, type TargetInput } from "./targets";

export interface ScheduleInput {
  readonly Name: string;
  readonly GroupName?: string;
  readonly ClientToken?: string;
  readonly Description?: string;
  readonly ScheduleExpression?: string;
  /** @default "UTC" */
  readonly ScheduleExpressionTimezone?: string;
  /** Seconds since the epoch. */
  readonly StartDate?: number;
  readonly EndDate?: number;
  readonly FlexibleTimeWindow?: { readonly Mode?: string; readonly MaximumWindowInMinutes?: number };
  readonly State?: string;
  readonly ActionAfterCompletion?: string;
  readonly Target?: TargetInput;
}

export interface Schedule {
  readonly arn: string;
  readonly name: string;
  readonly group: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  modifiedAt: number;
  given: ScheduleInput;
  occurrences: Occurrences;
  /** The next time that it is due, and what still waits within its window. */
  readonly timers: Set<Timer>;
  /** Invocations that are under way. */
  running: number;
}

const members = [
  ...["Name", "GroupName", "ClientToken", "Description", "ScheduleExpression", "ScheduleExpressionTimezone"],
  ...["StartDate", "EndDate", "FlexibleTimeWindow", "State", "ActionAfterCompletion", "Target"],
];
const targetMembers = [
  ...["Arn", "RoleArn", "Input", "DeadLetterConfig", "RetryPolicy"],
  ...["SqsParameters", "EventBridgeParameters", "KinesisParameters"],
];

export function invalid(message: string): AwsError {
  return new AwsError("ValidationException", message);
}

function refuseUnknown(given: object, known: readonly string[], where: string): void {
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || known.includes(name)) continue;
    const message = `[${where}${name}] is not in the simulator's schedules, got ${JSON.stringify(value)}; they have ${known.join(", ")}`;
    throw new AwsError("SimulatorUnsupportedArgument", message, 501);
  }
}

function checkWhole(value: number | undefined, low: number, high: number, argument: string): void {
  if (value === undefined || (Number.isInteger(value) && value >= low && value <= high)) return;
  throw invalid(`[${argument}] must be a whole number from ${low} to ${high}, got ${value}`);
}

function checkOneOf(value: string | undefined, allowed: readonly string[], argument: string): void {
  if (value === undefined || allowed.includes(value)) return;
  throw invalid(`[${argument}] must be ${allowed.join(" or ")}, got "${value}"`);
}

function checkWindow({ Mode, MaximumWindowInMinutes }: NonNullable<ScheduleInput["FlexibleTimeWindow"]>): void {
  if (Mode === undefined) throw invalid("[FlexibleTimeWindow.Mode] is required");
  checkOneOf(Mode, ["OFF", "FLEXIBLE"], "FlexibleTimeWindow.Mode");
  checkWhole(MaximumWindowInMinutes, 1, 1_440, "FlexibleTimeWindow.MaximumWindowInMinutes");
  if ((Mode === "FLEXIBLE") !== (MaximumWindowInMinutes !== undefined)) {
    throw invalid("[FlexibleTimeWindow.MaximumWindowInMinutes] belongs to the mode FLEXIBLE, which needs it");
  }
}

function checkDelivery({ DeadLetterConfig, RetryPolicy }: TargetInput): void {
  const queue = DeadLetterConfig?.Arn;
  if (queue !== undefined && !/^arn:aws:sqs:[\w-]+:\d{12}:[\w-]+$/.test(queue)) {
    throw invalid(`[Target.DeadLetterConfig.Arn] must be the ARN of a standard SQS queue, got ${queue}`);
  }
  checkWhole(RetryPolicy?.MaximumRetryAttempts, 0, 185, "Target.RetryPolicy.MaximumRetryAttempts");
  checkWhole(RetryPolicy?.MaximumEventAgeInSeconds, 60, 86_400, "Target.RetryPolicy.MaximumEventAgeInSeconds");
}

/** Checks what is given and reads when it is due. Throws AwsError ValidationException. */
export function readSchedule(given: ScheduleInput, createdAt: number): Occurrences {
  refuseUnknown(given, members, "");
  const { Target: target, FlexibleTimeWindow: window, ScheduleExpression: expression } = given;
  if (expression === undefined) throw invalid("[ScheduleExpression] is required");
  if (window === undefined) throw invalid("[FlexibleTimeWindow] is required");
  if (target?.RoleArn === undefined) throw invalid("[Target.RoleArn] is required");
  refuseUnknown(target, targetMembers, "Target.");
  if (!/^[.\-\w]{1,64}$/.test(given.Name)) {
    throw invalid(`[Name] must be 1 to 64 characters of letters, digits and .-_, got "${given.Name}"`);
  }
  checkWindow(window);
  checkTarget(target);
  checkDelivery(target);
  checkOneOf(given.State, ["ENABLED", "DISABLED"], "State");
  checkOneOf(given.ActionAfterCompletion, ["NONE", "DELETE"], "ActionAfterCompletion");
  const milliseconds = (seconds: number | undefined) => (seconds === undefined ? undefined : seconds * 1_000);
  const [start, end] = [milliseconds(given.StartDate), milliseconds(given.EndDate)];
  if (start !== undefined && end !== undefined && end <= start) throw invalid("[EndDate] must be after [StartDate]");
  return parseOccurrences(expression, given.ScheduleExpressionTimezone ?? "UTC", { createdAt, start, end });
}
