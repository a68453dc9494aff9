// A function that decides commands: the one home of a business operation, whoever asks for it, with a status for each command.
import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { CommandContext, CommandOf } from "../handlers/commands/command";
import type { CommandTarget } from "../handlers/commands/sendCommand";
import { type CommandReceiver, type CommandSink, commandReach } from "./commandGraph";
import { commandConfig, reachStatements, recordStatements } from "./commandRoutes";
import {
  type CommandSettings,
  checkCommandSettings,
  checkedMaxHops,
  checkedPermanentErrors,
  commandSchemas,
} from "./commandSettings";
import { type CommandStoreReference, checkStore } from "./commandStore";
import type { Observed, ObservedParts } from "./observed";
import type { JsonSchema } from "./openApi/operation";
import type { PermissionStatement } from "./policy";
import { QueueFunction, type QueueFunctionArgs, type QueueFunctionTransform } from "./queueFunction";
import type { ReplayArgs, ReplaySource } from "./replaySource";
import type { NamedQueue } from "./sourceQueue";
import { checkSpool, type SpoolReference } from "./spoolReference";
import { sourceOf } from "./uncertainTask";
import { checkArgs, validated, wholeNumber } from "./validate";

/** Changes to the resources that a CommandFunction creates. */
export type CommandFunctionTransform = QueueFunctionTransform;

/** Arguments of a CommandFunction: these, and the settings of its queue and its function as a QueueFunction has them. */
export interface CommandFunctionArgs<Commands extends object>
  extends Omit<
      QueueFunctionArgs<CommandOf<Commands>, unknown, CommandContext>,
      "contentBasedDeduplication" | "fifo" | "filter" | "idempotency" | "middleware" | "queue"
    >,
    CommandSettings<Commands> {
  /** Where commands have their status, and their results. Functions that send commands to each other share one. */
  readonly store: CommandStoreReference;
  /**
   * Decides one command. What it returns is the command's result, kept as JSON. What it throws is tried again, up to `maxReceiveCount` times,
   * and parked then; unless `permanentErrors` names it. Writes of `context.effect` take `permissions` on the tables that they are to.
   *
   * @example `callback: async (command, context) => (command.name === "placeOrder" ? place(command.data) : cancel(command.data))`
   */
  readonly callback?: QueueFunctionArgs<CommandOf<Commands>, unknown, CommandContext>["callback"];
  /** Makes the handler, once per execution environment: the place for clients and anything else that cannot be copied. */
  readonly callbackFactory?: QueueFunctionArgs<CommandOf<Commands>, unknown, CommandContext>["callbackFactory"];
  /**
   * What the handler may send commands to, or start: command functions, tasks, workflows, and functions of other stacks. The function may
   * call those and no others.
   *
   * @default none
   */
  readonly sends?: readonly CommandSink[];
}

/**
 * A function records by itself what fails at its last receive. Where it dies before it could, SQS brings the message so many times more, so that the
 * command's status does not stay what it was.
 */
const SPARE_RECEIVES = 3;

/**
 * A queue of commands and the function that decides them: one for a business entity, with its create, update and delete together. API,
 * admin tools, batches and other functions send to it alike. A command is checked by its schema, decided once by its id, and has a status in
 * the store: accepted, running, succeeded with its result, failed with a reason, or parked until it is redriven.
 *
 * What fails for a reason that does not pass ends as failed, at once; what fails for another is tried again and parked. Both leave a record in the
 * spool, and a ReprocessFunction redrives it: what was parked whenever it runs, what failed when a person says so.
 *
 * The functions and tasks that it sends to are below it, and no way may lead back.
 *
 * @example
 * ```
 * const orders = new CommandFunction<{ placeOrder: Order; cancelOrder: { orderId: string } }>("orders", {
 *   spool,
 *   store,
 *   commands: { placeOrder: { schema: orderSchema }, cancelOrder: { schema: orderIdSchema } },
 *   callback: async (command, context) => {
 *     if (command.name === "cancelOrder") return cancel(command.data.orderId);
 *     await context.send("stock", { name: "reserveStock", data: command.data.items });
 *     return { orderId: command.id };
 *   },
 *   permanentErrors: { SoldOutError: { title: "Sold out" } },
 *   sends: [stock],
 * });
 * ```
 * @throws when an argument is not allowed
 */
export class CommandFunction<Commands extends object>
  extends pulumi.ComponentResource
  implements CommandReceiver, Observed, ReplaySource
{
  /**
   * Where commands are sent: by `sendCommand`, which makes their status, too.
   *
   * Whoever may send to it may have any of its commands decided, under any id, and with it change the status of whatever command has that id; hops
   * and ancestry are what the sender says. So only those should be allowed to who may ask for everything that the function does.
   */
  readonly queue: NamedQueue;
  readonly function: aws.lambda.Function;
  /** The function's role. */
  readonly role: aws.iam.Role;
  /** The function's ARN. */
  readonly arn: pulumi.Output<string>;
  readonly functionName: pulumi.Output<string>;
  readonly mapping: aws.lambda.EventSourceMapping;
  /** The logical source that its failures are recorded under, and that handlers above send to. */
  readonly source: string;
  /** Where its failures wait. */
  readonly spool: SpoolReference;
  /** Where its commands have their status. */
  readonly store: CommandStoreReference;
  /** A key of the program's own that encrypts its queue; undefined where SQS's own does. */
  readonly kmsKeyArn?: pulumi.Output<string>;
  /** The names of its commands. */
  readonly commandNames: readonly (keyof Commands & string)[];
  /** What the data of its commands must fulfil, by the commands' names. */
  readonly schemas: Readonly<Record<string, JsonSchema>>;
  /** What it sends commands to, or starts. */
  readonly sends: readonly CommandSink[];
  /** All functions and tasks below it, each once. */
  readonly reach: readonly CommandSink[];
  /** What `sendCommand` is given: plain JSON. */
  readonly target: pulumi.Output<CommandTarget<Commands>>;
  /** What a role must be allowed that sends commands here. */
  readonly sendStatements: readonly PermissionStatement[];
  /** How a ReprocessFunction finds and replays its failures. */
  readonly replay: ReplayArgs;
  /** What a Dashboard and SavedQueries show of it. */
  readonly observed: ObservedParts;

  constructor(name: string, args: CommandFunctionArgs<Commands>, opts?: pulumi.ComponentResourceOptions) {
    super("respool:index:CommandFunction", name, {}, opts);
    checkArgs(args, "spool", "store", "commands");
    checkCommandSettings(args);
    const { spool, store, kmsKeyArn, sends = [] } = args;
    const maxReceiveCount = checkedReceives(args.maxReceiveCount);
    checkSpool(spool);
    checkStore(store);
    this.spool = spool;
    this.store = store;
    this.source = sourceOf(name, args.source);
    this.kmsKeyArn = kmsKeyArn === undefined ? undefined : pulumi.output(kmsKeyArn);
    this.schemas = commandSchemas(args.commands);
    this.commandNames = namesOf(args.commands);
    this.sends = sends;
    this.reach = commandReach(this);
    const config = commandConfig({
      spool,
      store,
      sends,
      reach: this.reach,
      maxReceiveCount,
      maxHops: checkedMaxHops(args.maxHops),
      permanentErrors: checkedPermanentErrors(args.permanentErrors),
    });

    const made = new QueueFunction<CommandOf<Commands>, unknown, CommandContext>(
      name,
      {
        ...args,
        maxReceiveCount: pulumi.output(maxReceiveCount).apply((count) => count + SPARE_RECEIVES),
        idempotency: store,
        permissions: [...(args.permissions ?? []), ...recordStatements(spool), ...reachStatements(sends)],
        middleware: { kind: "command", config, data: { schemas: this.schemas } },
      },
      { parent: this },
    );
    this.queue = made.queue;
    this.function = made.function;
    this.role = made.role;
    this.arn = made.arn;
    this.functionName = made.functionName;
    this.mapping = made.mapping;
    this.replay = { ...made.replay, commands: true };
    const { service = name, namespace } = args;
    this.observed = {
      ...made.observed,
      kind: "command",
      queueName: this.queue.name,
      commandNames: this.commandNames,
      middleware: { service, namespace },
    };
    this.sendStatements = [...reachStatements([this]), ...store.sendStatements];
    this.target = pulumi.all([this.queue.url, store.config]).apply(
      ([queueUrl, kept]): CommandTarget<Commands> => ({
        source: this.source,
        queueUrl,
        ...kept,
        commands: this.commandNames,
      }),
    );
    this.registerOutputs({ arn: this.arn, functionName: this.functionName, queueUrl: this.queue.url });
  }
}

function namesOf<Commands extends object>(commands: Commands): (keyof Commands & string)[] {
  const isName = (name: string): name is keyof Commands & string => name in commands;
  return Object.keys(commands).filter(isName);
}

/** SQS takes up to 1,000 (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html). */
function checkedReceives(maxReceiveCount: pulumi.Input<number> = 5): pulumi.Input<number> {
  return validated(maxReceiveCount, (count) =>
    wholeNumber("maxReceiveCount", count, { minimum: 1, maximum: 1_000 - SPARE_RECEIVES }),
  );
}
