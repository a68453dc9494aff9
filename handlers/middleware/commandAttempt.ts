// One attempt at one command, from its beginning to what came of it.
import type { Context } from "aws-lambda";
import type { CommandEnvelope } from "../../records/command";
import type { Command, CommandContext } from "../commands/command";
import { commandContext, TransactionEffect } from "./commandContext";
import type { CommandDelivery } from "./commandDelivery";
import { CommandRejection, type CommandRules, checkCommand } from "./commandRejection";
import { type CommandOutcome, CommandSettlement } from "./commandSettlement";
import type { CommandTools } from "./commandTools";
import type { CommandMiddlewareConfig } from "./config";
import { asError, errorClassOf } from "./telemetry";
import { type WorkLogger, workContext } from "./workContext";

/** A handler of commands. */
export type CommandHandler = (command: Command, context: CommandContext) => unknown;

/** What all attempts of a function have in common. */
export interface CommandFunctionParts {
  readonly handler: CommandHandler;
  readonly config: CommandMiddlewareConfig;
  readonly rules: CommandRules;
  readonly tools: CommandTools;
}

/** What came of a delivery, and how long the attempt took: undefined where none began. */
export interface DecidedCommand {
  readonly outcome: CommandOutcome;
  readonly milliseconds?: number;
}

/** Never throws: whatever happens is an outcome. */
export async function decideCommand(
  parts: CommandFunctionParts,
  delivery: CommandDelivery,
  context: Context,
  logger: WorkLogger,
): Promise<DecidedCommand> {
  const { config, tools } = parts;
  const { command } = delivery;
  const settlement = new CommandSettlement(delivery, config, tools, logger);
  if (command instanceof CommandRejection) {
    return { outcome: await settlement.permanent(command, command.reason) };
  }
  const attempt = new CommandAttempt(parts, delivery, command, context, logger, settlement);
  try {
    await tools.idempotent(command.id, context, () => attempt.run());
  } catch (thrown) {
    const error = asError(thrown);
    if (attempt.outcome === undefined) {
      const inProgress = errorClassOf(error) === "InProgress";
      return { outcome: inProgress ? { kind: "again", error } : await settlement.transient(error) };
    }
    // The status decides. What idempotency could not note runs out by itself, and until then another delivery comes again.
    if (attempt.outcome.kind === "succeeded") logger.warn("the success could not be noted for idempotency", error);
  }
  const { outcome = { kind: "succeeded", duplicate: true }, milliseconds } = attempt;
  return { outcome, milliseconds };
}

/** Within idempotency's lock: two of one command never run at once. */
class CommandAttempt {
  /** Undefined until the status has answered whether the command may begin. */
  outcome?: CommandOutcome;
  milliseconds?: number;

  constructor(
    private readonly parts: CommandFunctionParts,
    private readonly delivery: CommandDelivery,
    private readonly envelope: CommandEnvelope,
    private readonly context: Context,
    private readonly logger: WorkLogger,
    private readonly settlement: CommandSettlement,
  ) {}

  /** @throws unless the command has succeeded: idempotency then forgets it, so that a redrive is not taken for a duplicate */
  async run(): Promise<null> {
    this.outcome = await this.#outcome();
    const { outcome } = this;
    if (outcome.kind === "succeeded") return null;
    throw outcome.kind === "ended" ? new Error(`the command is ${outcome.state}`) : outcome.error;
  }

  async #outcome(): Promise<CommandOutcome> {
    const { tools } = this.parts;
    const began = tools.now();
    const { begun, item } = await this.#begin();
    if (!begun) {
      return item.state === "succeeded" ? { kind: "succeeded", duplicate: true } : { kind: "ended", state: item.state };
    }
    try {
      await this.#do();
      return { kind: "succeeded", duplicate: false };
    } catch (thrown) {
      return await this.settlement.failed(asError(thrown), item);
    } finally {
      this.milliseconds = tools.now() - began;
    }
  }

  #begin() {
    const { config, tools } = this.parts;
    const { service, source = service } = config;
    const { delivery, context, envelope } = this;
    const { id, name, time } = envelope;
    return tools.statuses.begin({
      id,
      name,
      source,
      time,
      generation: delivery.work.generation,
      attempt: delivery.attempt,
      until: tools.now() + context.getRemainingTimeInMillis(),
      last: delivery.isLast,
    });
  }

  // What is wrong with a command is looked at after its beginning: one that has succeeded is not rejected when it comes again.
  async #do(): Promise<void> {
    const { handler, config, rules, tools } = this.parts;
    const { delivery, envelope, context, logger } = this;
    const { id, name, time, data } = envelope;
    const { attempt, work } = delivery;
    checkCommand(envelope, rules);
    const given = commandContext(
      workContext(context, work, logger),
      { envelope, attempt, correlationId: work.correlationId },
      config,
      tools,
    );
    const returned = await handler({ id, name, time, data, correlationId: work.correlationId }, given);
    const { result, writes } =
      returned instanceof TransactionEffect ? returned : { result: returned, writes: undefined };
    await tools.statuses.succeed(id, attempt, result, writes);
  }
}
