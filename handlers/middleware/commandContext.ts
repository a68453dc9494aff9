// The second parameter of a handler of commands: what it may tell, and what it may ask of others.
import type { CommandEnvelope } from "../../records/command";
import type { CommandContext, Effect, EffectWrites } from "../commands/command";
import { CommandSender } from "./commandSender";
import type { CommandTools } from "./commandTools";
import type { CommandMiddlewareConfig } from "./config";
import { asError, errorClassOf } from "./telemetry";
import type { WorkContext } from "./workContext";

/** DynamoDB takes 100, and the status is one: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html */
const MOST_WRITES = 99;

/** What {@link CommandContext.effect} makes: told by its class from a result that happens to look like it. */
export class TransactionEffect<Result> implements Effect<Result> {
  constructor(
    readonly writes: EffectWrites,
    readonly result: Result,
  ) {
    if (writes.length > MOST_WRITES) {
      throw new Error(`[writes] must be at most ${MOST_WRITES}, got ${writes.length}`);
    }
  }
}

/** Whose attempt it is: what it writes depends on its mark. */
export interface CommandAttemptMark {
  readonly envelope: CommandEnvelope;
  readonly attempt: string;
  readonly correlationId: string;
}

export function commandContext(
  given: WorkContext,
  mark: CommandAttemptMark,
  config: Pick<CommandMiddlewareConfig, "service" | "source" | "targets">,
  tools: CommandTools,
): CommandContext {
  const { id } = mark.envelope;
  const sender = new CommandSender(mark, config, tools);
  return {
    ...given,
    progress: async (share, message) => {
      try {
        await tools.statuses.progress(id, mark.attempt, share, message);
      } catch (error) {
        if (errorClassOf(error) !== "AwsError") throw error;
        // Whoever asks is told of less progress; the work is none the worse.
        given.logger.warn("the progress could not be written", asError(error));
      }
    },
    send: (to, command) => sender.send(to, command),
    effect: (writes, result) => new TransactionEffect(writes, result),
  };
}
