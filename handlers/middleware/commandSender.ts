// Sends a command's own commands to the functions below, and starts the tasks below: each once, however often the sender is tried again.
import { executionArn } from "../../records/arn";
import { errorName } from "../awsErrors";
import type { ChildCommand } from "../commands/command";
import { commandKeyReused } from "../commands/errors";
import { childCommandId } from "../commands/ids";
import { fingerprintOf } from "../commands/sendCommand";
import type { CommandAttemptMark } from "./commandContext";
import type { CommandTools } from "./commandTools";
import type { CommandMiddlewareConfig, CommandRoute } from "./config";

/** An item of DynamoDB has 400 KB, and a status also has a result, and of each child later what is known of it: some 900 bytes of a task. */
const MOST_CHILDREN = 250;
const LONGEST_KEY = 100;

/** A command that cannot be sent: to somebody whom the component's `sends` does not name, one that they do not know, or one too many. */
class CommandRefusedError extends Error {
  override readonly name = "CommandRefusedError";
}

/** What one attempt sends. The status notes each child before it is sent, so that none is missing there. */
export class CommandSender {
  /** What was sent, by id. */
  readonly #sent = new Map<string, string>();

  constructor(
    private readonly mark: CommandAttemptMark,
    private readonly config: Pick<CommandMiddlewareConfig, "service" | "source" | "targets">,
    private readonly tools: Pick<CommandTools, "accept" | "statuses" | "stepFunctions">,
  ) {}

  async send(to: string, child: ChildCommand): Promise<{ readonly id: string }> {
    const route = this.#routeTo(to, child.name);
    const { key = child.name } = child;
    if (key === "" || key.length > LONGEST_KEY) {
      throw new CommandRefusedError(`[key] must have 1 to ${LONGEST_KEY} characters, got ${key.length}`);
    }
    const id = childCommandId(this.mark.envelope.id, to, key);
    if (this.#sent.size >= MOST_CHILDREN && !this.#sent.has(id)) {
      throw new CommandRefusedError(
        `a command must send at most ${MOST_CHILDREN} others, got another with the key ${key}: send some that send on`,
      );
    }
    const fingerprint = fingerprintOf([child.name, child.data]);
    if ((this.#sent.get(id) ?? fingerprint) !== fingerprint) throw commandKeyReused(id);
    this.#sent.set(id, fingerprint);
    if (route.kind === "task") await this.#start(route, key, id, child);
    else await this.#accept(to, route, key, { ...child, id, fingerprint });
    return { id };
  }

  #routeTo(to: string, name: string): CommandRoute {
    const { targets } = this.config;
    const route = Object.hasOwn(targets, to) ? targets[to] : undefined;
    if (route === undefined) {
      throw new CommandRefusedError(`[to] must be one of ${Object.keys(targets).join(", ") || "none"}, got ${to}`);
    }
    if (route.kind === "command" && !route.commands.includes(name)) {
      throw new CommandRefusedError(`[name] must be one of ${route.commands.join(", ")}, got ${name}`);
    }
    return route;
  }

  async #accept(
    to: string,
    { queueUrl }: Extract<CommandRoute, { kind: "command" }>,
    key: string,
    { id, name, data, fingerprint }: ChildCommand & { readonly id: string; readonly fingerprint: string },
  ): Promise<void> {
    const { envelope, attempt, correlationId } = this.mark;
    const { service, source = service } = this.config;
    await this.tools.statuses.addChild(envelope.id, attempt, { key, id });
    await this.tools.accept({
      target: { source: to, queueUrl },
      id,
      name,
      data,
      fingerprint,
      correlationId,
      ancestry: [...(envelope.ancestry ?? []), { source, id: envelope.id }],
    });
  }

  // Step Functions keeps the name of a Standard execution for 90 days, and starts it once.
  // https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
  async #start(
    { stateMachineArn }: Extract<CommandRoute, { kind: "task" }>,
    key: string,
    name: string,
    { data }: ChildCommand,
  ): Promise<void> {
    const { envelope, attempt } = this.mark;
    const execution = executionArn(stateMachineArn, name);
    await this.tools.statuses.addChild(envelope.id, attempt, { key, execution });
    try {
      await this.tools.stepFunctions.startExecution({ stateMachineArn, name, input: JSON.stringify(data ?? null) });
    } catch (error) {
      if (errorName(error) !== "ExecutionAlreadyExists") throw error;
    }
  }
}
