// Brings a schedule's invocation to its target: attempts, retries, and the dead-letter queue.
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html
import type { JsonObject } from "../../json";
import type { AwsError } from "../../service";
import type { World } from "../../world";
import { classifyError } from "../eventBridge/deliveryError";
import { isoSeconds } from "../eventBridge/event";
import { queueUrl } from "../eventBridge/targetCall";
import { queryErrorCode } from "../sqs/errors";
import type { Schedule } from "./schedule";
import { type TargetInput, targetCall } from "./targets";

/** AWS: "exponential backoff"; with this cap both of its limits, 185 retries and 24 hours, are about reached. */
const firstRetryMilliseconds = 1_000;
const longestRetryMilliseconds = 600_000;
const mostRetries = 185;
const oldestSeconds = 86_400;

type RetryCondition = "MaximumRetryAttempts" | "MaximumEventAgeInSeconds";

interface Invocation {
  readonly schedule: Pick<Schedule, "arn" | "name" | "group">;
  readonly target: TargetInput;
  /** When it was due, in milliseconds since the epoch. */
  readonly scheduledAt: number;
  readonly startedAt: number;
  readonly executionId: string;
  readonly done: () => void;
}

/** What a target gets whose schedule has no Input. */
function notification(world: World, { schedule, scheduledAt }: Invocation): string {
  return JSON.stringify({
    version: "0",
    id: world.random.uuid(),
    "detail-type": "Scheduled Event",
    source: "aws.scheduler",
    account: world.accountId,
    time: isoSeconds(scheduledAt),
    region: world.region,
    resources: [schedule.arn],
    detail: "{}",
  });
}

/** https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html */
function filled(text: string, { schedule, scheduledAt, executionId }: Invocation, attempt: number): string {
  return text
    .replaceAll("<aws.scheduler.schedule-arn>", schedule.arn)
    .replaceAll("<aws.scheduler.scheduled-time>", isoSeconds(scheduledAt))
    .replaceAll("<aws.scheduler.execution-id>", executionId)
    .replaceAll("<aws.scheduler.attempt-number>", String(attempt));
}

export class Invocations {
  constructor(private readonly world: World) {}

  /** Starts an invocation. Faults: "scheduler.target" makes it late, doubled or lost. @param done called at its end */
  start(schedule: Schedule, scheduledAt: number, done: () => void): void {
    const { clock, faults, random, events } = this.world;
    const target = schedule.given.Target as TargetInput;
    const { arn, name, group } = schedule;
    const executionId = random.hex(16);
    const common = { schedule: { arn, name, group }, target, scheduledAt, startedAt: clock.now, executionId };
    const arrivals = faults.arrivals({ kind: "scheduler.target", to: target.Arn ?? "", payload: target.Input ?? "" });
    if (arrivals.length === 0) {
      events.append("scheduler.InvocationLost", { schedule: arn, execution: executionId });
      done();
    }
    let left = arrivals.length;
    const ended = () => {
      left -= 1;
      if (left === 0) done();
    };
    for (const late of arrivals) clock.after(late, () => this.attempt({ ...common, done: ended }, 0));
  }

  private attempt(invocation: Invocation, retries: number): void {
    const { target } = invocation;
    const payload = filled(target.Input ?? notification(this.world, invocation), invocation, retries + 1);
    const request = targetCall(target, payload);
    this.count(invocation, "InvocationAttemptCount");
    this.world.gateway.call(request, (outcome) => {
      const refused = outcome.ok ? undefined : outcome.error;
      if (refused === undefined) {
        this.note("scheduler.Invoked", invocation, { retries });
        invocation.done();
        return;
      }
      if (refused.code.startsWith("SimulatorUnsupported")) throw refused;
      this.count(invocation, "TargetErrorCount");
      this.fail(invocation, payload, refused, retries);
    });
  }

  private fail(invocation: Invocation, payload: string, error: AwsError, retries: number): void {
    const { RetryPolicy: policy = {} } = invocation.target;
    const { MaximumRetryAttempts: most = mostRetries, MaximumEventAgeInSeconds: oldest = oldestSeconds } = policy;
    if (!classifyError(error).retriable) {
      this.giveUp(invocation, payload, error, retries);
      return;
    }
    if (retries >= most) {
      this.giveUp(invocation, payload, error, retries, "MaximumRetryAttempts");
      return;
    }
    const { clock, random } = this.world;
    const longest = Math.min(longestRetryMilliseconds, firstRetryMilliseconds * 2 ** retries);
    const at = clock.now + random.integer(longest / 2, longest);
    if (at > invocation.startedAt + oldest * 1_000) {
      this.giveUp(invocation, payload, error, retries, "MaximumEventAgeInSeconds");
      return;
    }
    clock.at(at, () => this.attempt(invocation, retries + 1));
  }

  /** To the dead-letter queue with the schedule's role, or, without one, nowhere. */
  private giveUp(
    invocation: Invocation,
    payload: string,
    error: AwsError,
    retries: number,
    condition?: RetryCondition,
  ): void {
    const { schedule, target, executionId, scheduledAt } = invocation;
    this.note("scheduler.InvocationFailed", invocation, { error: error.code, retries });
    const queue = target.DeadLetterConfig?.Arn;
    if (queue === undefined) {
      this.drop(invocation, error);
      return;
    }
    const isQueue = target.Arn?.startsWith("arn:aws:sqs:");
    const attributes = {
      ERROR_CODE: isQueue ? queryErrorCode(error.code) : error.code,
      ERROR_MESSAGE: error.message,
      EXECUTION_ID: executionId,
      ...(condition === undefined ? {} : { EXHAUSTED_RETRY_CONDITION: condition }),
      IS_PAYLOAD_TRUNCATED: "false",
      RETRY_ATTEMPTS: String(retries),
      SCHEDULED_TIME: isoSeconds(scheduledAt),
      SCHEDULE_ARN: schedule.arn,
      TARGET_ARN: target.Arn ?? "",
    };
    const typed = Object.entries(attributes).map(([name, text]) => [name, { DataType: "String", StringValue: text }]);
    const MessageAttributes = Object.fromEntries(typed) as JsonObject;
    const input = { QueueUrl: queueUrl(queue), MessageBody: payload, MessageAttributes };
    const principal = { kind: "role", roleArn: target.RoleArn ?? "" } as const;
    this.world.gateway.call({ service: "sqs", action: "SendMessage", input, principal }, (outcome) => {
      if (outcome.ok) {
        this.count(invocation, "InvocationsSentToDeadLetterCount");
        this.note("scheduler.SentToDlq", invocation);
        invocation.done();
        return;
      }
      if (outcome.error.code.startsWith("SimulatorUnsupported")) throw outcome.error;
      this.count(invocation, "InvocationsFailedToBeSentToDeadLetterCount");
      this.drop(invocation, outcome.error);
    });
  }

  private drop(invocation: Invocation, error: AwsError): void {
    this.count(invocation, "InvocationDroppedCount");
    this.note("scheduler.Dropped", invocation, { error: error.code });
    invocation.done();
  }

  /** https://docs.aws.amazon.com/scheduler/latest/UserGuide/monitoring-cloudwatch.html */
  private count({ schedule }: Invocation, name: string): void {
    const dimensions = { ScheduleGroup: schedule.group };
    this.world.metrics.put({ namespace: "AWS/Scheduler", name, dimensions, values: [1], unit: "Count" });
  }

  private note(kind: string, { schedule, executionId }: Invocation, more: JsonObject = {}): void {
    this.world.events.append(kind, { schedule: schedule.arn, execution: executionId, ...more });
  }
}
