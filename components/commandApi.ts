// A REST API of commands: it accepts, others decide, and whoever asks is told what became of it.
import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { CommandData } from "../handlers/commands/command";
import type { CommandApiPackage } from "../handlers/middleware/commandApiPackage";
import { executionArn } from "../records/arn";
import { ApiFunction } from "./apiFunction";
import type { CommandApiArgs, CommandOperation } from "./commandApiArgs";
import { checkedStatusPath, commandOperations, operationShapes } from "./commandApiOperations";
import { answerSchemas } from "./commandApiResponses";
import { type CommandReference, type CommandSink, isTask } from "./commandGraph";
import { reachStatements } from "./commandRoutes";
import { CommandStore, type CommandStoreReference, checkStore } from "./commandStore";
import { toSeconds } from "./duration";
import type { Observed, ObservedParts } from "./observed";
import type { PermissionStatement } from "./policy";
import { checkArgs, inWords, wholeNumber } from "./validate";

/** What a message may have, envelope aside. */
const largestBody = 262_144;

/**
 * A REST API that accepts commands: each is validated, checked, kept with its status, queued and answered with 202 and the place of its status.
 * `GET` tells how far it is; `POST` on `cancel` keeps it from beginning. Errors are problems (RFC 9457) as of an ApiFunction.
 *
 * Requests of one caller with the same `Idempotency-Key` are one command with one answer, and send again what a crash left unsent: so clients
 * should send one, and repeat what was not answered. Sessions of one role are one caller, and where nobody signs, everybody is.
 *
 * With an authorizer, clients see their own commands alone; AWS identities see all. Where nobody signs, everybody sees those that have no owner, and
 * may cancel them: all of the same store that AWS identities and `sendCommand` sent.
 *
 * @example
 * ```
 * const shop = new CommandApi<{ placeOrder: Order }>("shop", {
 *   store,
 *   operations: [{ command: "placeOrder", to: orders, path: "/orders" }],
 *   check: async ({ data }) => assertBookExists(data.isbn),
 *   clientErrors: { BookNotFoundError: { status: 404, title: "Book not found" } },
 * });
 * export const shopUrl = shop.url;
 * ```
 * @throws when an argument is not allowed
 */
export class CommandApi<Commands extends object = CommandData> extends pulumi.ComponentResource implements Observed {
  readonly restApi: aws.apigateway.RestApi;
  readonly stage: aws.apigateway.Stage;
  /** The function that accepts commands and tells their status. */
  readonly function: aws.lambda.Function;
  /** The function's role. */
  readonly role: aws.iam.Role;
  /** Where the API is, stage included. */
  readonly url: pulumi.Output<string>;
  /** The API's ARN. */
  readonly arn: pulumi.Output<string>;
  /** What policies on `execute-api:Invoke` name: the stage's ARN, to be followed by method and path. */
  readonly executionArn: pulumi.Output<string>;
  /** The OpenAPI document for clients, as JSON. */
  readonly openApi: pulumi.Output<string>;
  /** What a Dashboard and SavedQueries show of it. */
  readonly observed: ObservedParts;

  constructor(name: string, args: CommandApiArgs<Commands>, opts?: pulumi.ComponentResourceOptions) {
    super("respool:index:CommandApi", name, {}, opts);
    checkArgs(args, "store", "operations");
    const {
      store,
      operations,
      check,
      checkFactory,
      statusPath,
      maxBytes,
      retryAfter = "5 seconds",
      ...settings
    } = args;
    checkStore(store);
    const data: CommandApiPackage = {
      statusPath: checkedStatusPath(statusPath),
      retryAfterSeconds: toSeconds("retryAfter", retryAfter, { minimum: 1, maximum: 3_600 }),
      maxBytes: wholeNumber("maxBytes", maxBytes ?? largestBody, { minimum: 1, maximum: largestBody }),
      operations: commandOperations(operations, checkedStatusPath(statusPath)),
    };
    const targets = targetsOf(operations);
    const kept = storeConfig(store, targets);
    const statements = [...reachStatements(targets), ...storeStatements(store)];

    const api = new ApiFunction<never, unknown>(
      name,
      {
        ...settings,
        ...checkClosure({ check, checkFactory }),
        operations: operationShapes(operations, data.statusPath),
        responseSchemas: answerSchemas,
        retryAfter,
        permissions: [...(args.permissions ?? []), ...statements, ...taskStatements(targets)],
        middleware: { kind: "commandApi", config: { store: kept, queues: queuesOf(targets) }, data, argument: "check" },
      },
      { parent: this },
    );
    const made = api.functions.getCommand;
    if (made === undefined) throw new Error("an API of commands has a function");
    this.restApi = api.restApi;
    this.stage = api.stage;
    this.function = made.function;
    this.role = made.role;
    this.url = api.url;
    this.arn = api.arn;
    this.executionArn = api.executionArn;
    this.openApi = api.openApi;
    this.observed = api.observed;
    this.registerOutputs({ url: this.url, arn: this.arn, openApi: this.openApi });
  }
}

/** Each function behind the API once. */
function targetsOf(operations: readonly CommandOperation[]): CommandOperation["to"][] {
  const targets = [...new Set(operations.map(({ to }) => to))];
  for (const [index, { source }] of targets.entries()) {
    if (targets.findIndex((other) => other.source === source) !== index) {
      throw new Error(`[operations] must be of functions with sources of their own, got two with ${inWords(source)}`);
    }
  }
  return targets;
}

/**
 * What the function is told of the store, in which it finds what the functions behind it write. Two stores of this program are told apart at
 * once; the table of another stack when its name is known.
 *
 * @throws when a function has another store
 */
function storeConfig(store: CommandStoreReference, targets: readonly CommandOperation["to"][]) {
  const others = targets.flatMap((to) => ("schemas" in to && to.store !== store ? [to] : []));
  const refused = ({ source }: { readonly source: string }) =>
    new Error(`[operations] must be of functions with the same [store], got ${inWords(source)} with another one`);
  const other = others.find((to) => to.store instanceof CommandStore && store instanceof CommandStore);
  if (other !== undefined) throw refused(other);
  return pulumi.all([store.config, pulumi.all(others.map((to) => to.store.config))]).apply(([own, theirs]) => {
    const wrong = others.find((_, index) => theirs[index]?.tableName !== own.tableName);
    if (wrong !== undefined) throw refused(wrong);
    return own;
  });
}

/** To accept commands and to tell their status: all of it is on the one table, so what both take is said once. */
function storeStatements({ sendStatements, readStatements }: CommandStoreReference): PermissionStatement[] {
  const sending = sendStatements.flatMap(({ actions }) => actions);
  const reading = readStatements.map(({ actions, ...rest }) => ({
    ...rest,
    actions: actions.filter((action) => !sending.includes(action)),
  }));
  return [...sendStatements, ...reading.filter(({ actions }) => actions.length > 0)];
}

function queuesOf(targets: readonly CommandOperation["to"][]): pulumi.Output<Record<string, string>> {
  const urls = targets.map((to): [string, pulumi.Input<string>] => [
    to.source,
    "schemas" in to ? to.queue.url : to.queueUrl,
  ]);
  return pulumi.output(Object.fromEntries(urls));
}

/** A status follows the executions of tasks that a command started. */
function taskStatements(targets: readonly (CommandReference | CommandSink)[]): PermissionStatement[] {
  const below = targets.flatMap((to) => ("reach" in to ? to.reach : []));
  const tasks = [...new Set(below.filter(isTask))];
  if (tasks.length === 0) return [];
  return [
    {
      actions: ["states:DescribeExecution", "states:GetExecutionHistory"],
      resources: tasks.map(({ arn }) => arn.apply((known) => executionArn(known, "*"))),
    },
  ];
}

/** The middleware's own work needs no check; a handler must be there to be wrapped. */
const acceptEvery = (): undefined => undefined;

/** @throws when something else than a function is given, or both */
function checkClosure<Check>({ check, checkFactory }: { readonly check?: Check; readonly checkFactory?: () => Check }) {
  if (check !== undefined && checkFactory !== undefined) {
    throw new Error("at most one of [check] and [checkFactory] must be given, got both");
  }
  for (const [argument, value] of Object.entries({ check, checkFactory })) {
    if (value !== undefined && typeof value !== "function") {
      throw new Error(`[${argument}] must be a function, got ${inWords(value)}`);
    }
  }
  if (checkFactory !== undefined) return { callbackFactory: checkFactory };
  return { callback: check ?? acceptEvery };
}
