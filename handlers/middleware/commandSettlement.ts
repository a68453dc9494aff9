// What is done about a command that failed: its record goes into the spool first, then its status is told, and then SQS may forget the
// message. A crash in between repeats that, and the records name the same work.
import { messageJson } from "../../records/json";
import { RECORD_ATTRIBUTE, RECORD_VERSION } from "../../records/record";
import { errorMessage, errorName } from "../awsErrors";
import type { CommandReason, CommandState } from "../commands/status";
import type { CommandDelivery } from "./commandDelivery";
import { commandRecord } from "./commandRecord";
import { CommandRejection, rejectionReason } from "./commandRejection";
import type { CommandTools } from "./commandTools";
import type { CommandMiddlewareConfig } from "./config";
import type { WorkLogger } from "./workContext";

/** What came of a delivery. Of all but `again` SQS may forget the message; a replay fails of `parked`, too. */
export type CommandOutcome =
  | { readonly kind: "succeeded"; readonly duplicate: boolean }
  /** It had ended before, in this state, and was not begun. */
  | { readonly kind: "ended"; readonly state: CommandState }
  /** It failed for good. */
  | { readonly kind: "rejected"; readonly error: Error }
  /** It waits in the spool. */
  | { readonly kind: "parked"; readonly error: Error }
  /** It is to be brought again, or to fail. */
  | { readonly kind: "again"; readonly error: Error };

/** An attempt whose beginning the status has noted. */
export interface BegunAttempt {
  /** See `StatusItem.attempts`. */
  readonly attempts: number;
}

export class CommandSettlement {
  constructor(
    private readonly delivery: CommandDelivery,
    private readonly config: Pick<CommandMiddlewareConfig, "permanentErrors" | "service" | "source" | "spoolUrl">,
    private readonly tools: Pick<CommandTools, "now" | "sqs" | "statuses">,
    private readonly logger: WorkLogger,
  ) {}

  /** After an error of the handler's, or of what its result was kept with. */
  async failed(error: Error, begun: BegunAttempt): Promise<CommandOutcome> {
    // Another attempt has taken over, and what becomes of the command is told by that one.
    if (errorName(error) === "AttemptLost") return { kind: "again", error };
    const reason = rejectionReason(error, this.config.permanentErrors);
    return reason === undefined ? this.transient(error, begun) : this.permanent(error, reason, begun);
  }

  /** @param begun undefined where no attempt could begin */
  async permanent(error: Error, reason: CommandReason, begun?: BegunAttempt): Promise<CommandOutcome> {
    const { work, hasId } = this.delivery;
    const isTold = await this.#told(error, begun, async (attempt) => {
      await this.#record("rejected", error, begun);
      if (hasId) await this.tools.statuses.fail(work.id, attempt, reason, work.generation);
    });
    return { kind: isTold ? "rejected" : "again", error };
  }

  /** @param begun undefined where no attempt could begin */
  async transient(error: Error, begun?: BegunAttempt): Promise<CommandOutcome> {
    const { work, isLast, isReplay } = this.delivery;
    if (!isLast) return { kind: "again", error };
    const isTold = await this.#told(error, begun, async (attempt) => {
      // The launcher records that its replay failed.
      if (!isReplay) await this.#record("failed", error, begun);
      await this.tools.statuses.park(work.id, attempt);
    });
    return { kind: isTold ? "parked" : "again", error };
  }

  /** Where it cannot be told, the message stays: SQS brings it again, or moves it to the spool itself. */
  async #told(
    error: Error,
    begun: BegunAttempt | undefined,
    tell: (attempt: string | undefined) => Promise<void>,
  ): Promise<boolean> {
    try {
      await tell(begun === undefined ? undefined : this.delivery.attempt);
      return true;
    } catch (trouble) {
      // Without an attempt that means: it has ended, and there is nothing to tell.
      if (begun === undefined && errorName(trouble) === "AttemptLost") return true;
      this.logger.error("what failed could not be recorded", {
        error_name: errorName(trouble),
        error_message: errorMessage(trouble),
        unrecorded: error.name,
      });
      return false;
    }
  }

  async #record(kind: "failed" | "rejected", error: Error, begun: BegunAttempt | undefined): Promise<void> {
    const { record, work, command, receiveCount } = this.delivery;
    const { service, source = service, spoolUrl } = this.config;
    const body = commandRecord(
      {
        kind,
        source,
        command: { id: work.id, ...(!(command instanceof CommandRejection) && { name: command.name }) },
        generation: work.generation,
        attempts: begun?.attempts ?? receiveCount,
        failedAt: this.tools.now(),
      },
      record,
      error,
    );
    await this.tools.sqs.sendMessage({
      QueueUrl: spoolUrl,
      MessageBody: messageJson(body),
      MessageAttributes: { [RECORD_ATTRIBUTE]: { DataType: "String", StringValue: String(RECORD_VERSION) } },
    });
  }
}
