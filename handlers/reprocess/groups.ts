// Keeps the messages of a FIFO group in order while they are redriven: one at a time, none after one that failed.
import { isObject, own, parsed } from "../../records/json";
import type { FailureRecord } from "../../records/record";
import type { StepFunctionsApi } from "../aws";
import { errorMessage, errorName } from "../awsErrors";
import type { Log } from "../telemetry";
import { OutOfTime, type Pace } from "./pace";

/** What a redrive came to; unknown where it could not be found out in time. */
export type GroupOutcome = "succeeded" | "failed" | "unknown";

const FIRST_WAIT = 250;
const LONGEST_WAIT = 10_000;

/** The name of a group, within a run. */
export function groupOf(source: string, groupId: string): string {
  return `${source} ${groupId}`;
}

/** The group of a record whose message goes back to a FIFO queue. */
export function groupOfRecord(record: FailureRecord | undefined): string | undefined {
  const order = record?.input.by === "value" ? record.input.order : undefined;
  return order?.replay.as === "message" ? groupOf(order.source, order.replay.groupId) : undefined;
}

/** What a run knows of groups. The spool may hold earlier messages of one than its FIFO queue. */
export class Groups {
  private readonly stopped = new Set<string>();
  /** The execution that must end before the next message of the group. */
  private readonly last = new Map<string, string>();

  constructor(
    private readonly clients: { readonly stepFunctions: StepFunctionsApi; readonly log: Log },
    private readonly pace: Pace,
  ) {}

  /** Leaves the rest of the group to the next run. */
  stop(group: string): void {
    this.stopped.add(group);
  }

  isStopped(group: string): boolean {
    return this.stopped.has(group);
  }

  started(group: string, execution: string): void {
    this.last.set(group, execution);
  }

  /** Waits until the group's last redrive has ended. What failed again lies in the spool by then, and stops the group. */
  async settle(group: string): Promise<GroupOutcome> {
    const execution = this.last.get(group);
    const outcome = execution === undefined ? "succeeded" : await this.outcomeOf(execution);
    if (outcome === "succeeded") this.last.delete(group);
    else this.stop(group);
    return outcome;
  }

  private async outcomeOf(execution: string): Promise<GroupOutcome> {
    try {
      for (let wait = FIRST_WAIT; ; wait = Math.min(wait * 2, LONGEST_WAIT)) {
        const outcome = await this.describe(execution);
        if (outcome !== undefined) return outcome;
        await this.pace.pause(wait);
      }
    } catch (error) {
      if (!(error instanceof OutOfTime)) {
        const details = { execution, error: errorName(error), reason: errorMessage(error) };
        this.clients.log.error("cannot tell whether a redrive has ended, so its group waits", details);
      }
      return "unknown";
    }
  }

  private async describe(executionArn: string): Promise<GroupOutcome | undefined> {
    try {
      const described = await this.pace.persist(() => this.clients.stepFunctions.describeExecution({ executionArn }));
      const { status, output } = described;
      if (status === undefined || status === "RUNNING" || status === "PENDING_REDRIVE") return undefined;
      // What could not be replayed is parked, and the launcher's execution has succeeded in doing so.
      const result = parsed(output);
      const spooled = isObject(result) && own(result, "spooled") === true;
      return status === "SUCCEEDED" && !spooled ? "succeeded" : "failed";
    } catch (error) {
      // DescribeExecution is eventually consistent: what was just started may not be there yet.
      if (errorName(error) === "ExecutionDoesNotExist") return undefined;
      throw error;
    }
  }
}
