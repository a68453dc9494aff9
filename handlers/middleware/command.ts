// The middleware of functions that decide commands: each message is a command, begun once at a time, and what came of it is its status.
import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch";
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { errorName } from "../awsErrors";
import { commandValidator, type JsonSchema } from "../commands/schemas";
import { type CommandFunctionParts, type CommandHandler, type DecidedCommand, decideCommand } from "./commandAttempt";
import { type CommandDelivery, commandDelivery } from "./commandDelivery";
import { countCommand } from "./commandMetrics";
import { CommandRejection } from "./commandRejection";
import { type CommandTools, commandToolsOf } from "./commandTools";
import { type CommandMiddlewareConfig, readMiddlewareConfig } from "./config";
import { errorClassOf, loggerFor, publishing, reportFailure, reportSuccess } from "./telemetry";
import { replayOf } from "./work";

/** What the package carries beside the handler, since Lambda's environment has 4 KB. */
export interface CommandPackage {
  /** Of the data of each command that the function decides, by name. */
  readonly schemas: Readonly<Record<string, JsonSchema>>;
}

/** What the packaging puts around a component's handler. */
export function wrap(handler: CommandHandler, data: CommandPackage) {
  const config = readMiddlewareConfig<CommandMiddlewareConfig>();
  return commandMiddleware(handler, data, config, commandToolsOf(config));
}

/**
 * Messages of a batch are decided all at once. A command that failed for good, or at its last receive, is recorded in the spool by this
 * function, with its error, and done for SQS; what fails before comes again. Where the record or the status cannot be written, the message fails,
 * and SQS brings it again, or moves it to the spool itself.
 *
 * A replay fails with the command's own error, so that the launcher records it; but of a command that failed for good it succeeds, since
 * another attempt would fail as this one did: its record waits for a person.
 */
export function commandMiddleware(
  handler: CommandHandler,
  { schemas }: CommandPackage,
  config: CommandMiddlewareConfig,
  tools: CommandTools,
) {
  const { service, source = service, maxHops } = config;
  const rules = { source, maxHops, names: Object.keys(schemas), violations: commandValidator(schemas) };
  const parts = { handler, config, rules, tools };
  return (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
    const [only, ...others] = event.Records;
    const replay = replayOf(context);
    return publishing(tools.telemetry, async () => {
      // Whoever invokes with more than one message cannot mean all of them by one id.
      if (replay !== undefined && only !== undefined && others.length === 0) {
        await processed(parts, commandDelivery(only, context, config.maxReceiveCount, replay), context);
        return { batchItemFailures: [] };
      }
      const process = (record: SQSRecord) =>
        processed(parts, commandDelivery(record, context, config.maxReceiveCount, undefined), context);
      return processPartialResponse(event, process, new BatchProcessor(EventType.SQS), {
        throwOnFullBatchFailure: false,
      });
    });
  };
}

/** @throws the command's own error, where it is to be brought again or to fail */
async function processed(parts: CommandFunctionParts, delivery: CommandDelivery, context: Context): Promise<void> {
  const { telemetry } = parts.tools;
  const logger = loggerFor(telemetry.logger, context, delivery.work);
  const name = knownName(parts, delivery);
  if (name !== undefined) logger.appendPersistentKeys({ command_name: name });
  const decided = await decideCommand(parts, delivery, context, logger);
  count(parts, name, decided);
  const { outcome } = decided;
  // What a saved query tells those that failed by, from those that come again.
  logger.appendKeys({ command_outcome: outcome.kind });
  switch (outcome.kind) {
    case "succeeded":
      reportSuccess(telemetry, logger, outcome.duplicate);
      break;
    case "ended":
      logger.info(`the command is ${outcome.state} and was not begun again`);
      telemetry.metrics.addMetric("Duplicate", "Count", 1);
      break;
    case "rejected":
      logger.warn(outcome.error.message, { error: outcome.error, error_name: outcome.error.name });
      telemetry.metrics.addMetric("ClientError", "Count", 1);
      break;
    case "parked":
      reportFailure(telemetry, logger, outcome.error, errorClassOf(outcome.error));
      if (delivery.isReplay) throw outcome.error;
      break;
    case "again": {
      const isTaken = errorName(outcome.error) === "AttemptLost";
      reportFailure(telemetry, logger, outcome.error, isTaken ? "InProgress" : errorClassOf(outcome.error));
      throw outcome.error;
    }
  }
}

/** Of a command that the function decides: anybody may have made another name up. */
function knownName({ rules }: CommandFunctionParts, { command }: CommandDelivery): string | undefined {
  return !(command instanceof CommandRejection) && rules.names.includes(command.name) ? command.name : undefined;
}

function count({ tools }: CommandFunctionParts, name: string | undefined, decided: DecidedCommand): void {
  const { outcome, milliseconds } = decided;
  if (milliseconds !== undefined) countCommand(tools.telemetry, name, "CommandDuration", milliseconds);
  if (outcome.kind === "rejected") countCommand(tools.telemetry, name, "CommandsRejected", 1);
  if (outcome.kind === "parked") countCommand(tools.telemetry, name, "CommandsParked", 1);
}
