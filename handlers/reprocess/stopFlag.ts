// Whether somebody stopped the execution on whose behalf a run works: asked before each batch, at most once a second.
import type { StepFunctionsApi } from "../aws";
import { errorMessage, errorName, isThrottling } from "../awsErrors";
import type { Log } from "../telemetry";

/** DescribeExecution's quota belongs to the whole account. */
const ASKED_EVERY_MS = 1000;

/** Up when the execution runs no longer. */
export class StopFlag {
  private askedAt = Number.NEGATIVE_INFINITY;
  private up = false;

  /** @param run the execution's ARN; undefined for a run that nobody can stop */
  constructor(
    private readonly clients: {
      readonly stepFunctions: Pick<StepFunctionsApi, "describeExecution">;
      readonly log: Log;
    },
    private readonly run: string | undefined,
  ) {}

  /** What cannot be asked counts as running: a throttled call must not end a redrive. */
  async isUp(): Promise<boolean> {
    if (this.run === undefined || this.up || Date.now() - this.askedAt < ASKED_EVERY_MS) return this.up;
    this.askedAt = Date.now();
    try {
      const { status } = await this.clients.stepFunctions.describeExecution({ executionArn: this.run });
      this.up = status !== undefined && status !== "RUNNING";
    } catch (error) {
      if (!isThrottling(error)) {
        const details = { run: this.run, error: errorName(error), reason: errorMessage(error) };
        this.clients.log.error("cannot tell whether the execution that asked still runs", details);
      }
    }
    return this.up;
  }
}
