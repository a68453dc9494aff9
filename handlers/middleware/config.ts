// What the middleware around a component's handler is told: the JSON of the environment variable RESPOOL_MIDDLEWARE.

/** How a function is invoked: which middleware its handler is wrapped in. */
export type MiddlewareKind = "api" | "async" | "command" | "commandApi" | "queue" | "stream";

/** The environment variable that holds the configuration. */
export const MIDDLEWARE_VARIABLE = "RESPOOL_MIDDLEWARE";

/**
 * The configuration of this execution environment.
 *
 * @throws when the variable is not set: a wrapped handler runs only where its component deploys it
 */
export function readMiddlewareConfig<Config extends MiddlewareConfig>(): Config {
  const text = process.env[MIDDLEWARE_VARIABLE];
  if (text === undefined) {
    throw new Error(`[${MIDDLEWARE_VARIABLE}] must be set to the middleware's configuration, got nothing`);
  }
  return JSON.parse(text);
}

/** Configuration that all kinds share. */
export interface MiddlewareConfig {
  /** The service that logs and metrics name: the component's name, unless the program says otherwise. */
  readonly service: string;
  /**
   * The logical source: results are kept under it, so that functions which share a table do not share them.
   *
   * @default the service
   */
  readonly source?: string;
  /** CloudWatch namespace of the metrics. @default "Respool" */
  readonly namespace?: string;
  /** Makes the handler idempotent by the work's id. @default absent: every attempt runs the handler */
  readonly idempotency?: IdempotencyConfig;
}

/** Where results are kept, by Powertools idempotency's DynamoDB persistence layer. */
export interface IdempotencyConfig {
  readonly tableName: string;
  /** How long a result is kept: longer than the work can wait in the spool. */
  readonly expiresAfterSeconds: number;
}

/** Kind "api". */
export interface ApiMiddlewareConfig extends MiddlewareConfig {
  /** Errors that are the client's own fault, by name: answered with this status and title, and no failure of the function. */
  readonly clientErrors: Readonly<Record<string, { readonly status: number; readonly title: string }>>;
  /** The ids of the API's operations by method and path, such as `GET /books/{bookId}`. */
  readonly operations?: Readonly<Record<string, string>>;
  /** Of a request's body. @default what API Gateway and Lambda take */
  readonly maxBytes?: number;
}

/** Kind "commandApi". */
export interface CommandApiMiddlewareConfig extends ApiMiddlewareConfig {
  /** Where statuses are kept. */
  readonly store: IdempotencyConfig;
  /** The queues' URLs by the logical sources of the functions behind them. */
  readonly queues: Readonly<Record<string, string>>;
}

/** Kind "queue". */
export interface QueueMiddlewareConfig extends MiddlewareConfig {
  /** FIFO: the processing of a group stops at its first failure, and all after it in the group are reported, too. */
  readonly fifo: boolean;
}

/** Kind "command". Its `idempotency` is kept in the same table as the statuses. */
export interface CommandMiddlewareConfig extends QueueMiddlewareConfig {
  /** Where the statuses of commands are kept. */
  readonly store: IdempotencyConfig;
  /** Where the function itself writes the records of its failures. */
  readonly spoolUrl: string;
  /** The queue's: after so many receives there is none. */
  readonly maxReceiveCount: number;
  /** How many commands may lead to one. */
  readonly maxHops: number;
  /** Errors of the handler that end a command at once, by name: its status tells the title. */
  readonly permanentErrors: Readonly<Record<string, { readonly title: string }>>;
  /** The functions and tasks below, by their logical sources. */
  readonly targets: Readonly<Record<string, CommandRoute>>;
}

/** How a function or a task below is reached. */
export type CommandRoute =
  | { readonly kind: "command"; readonly queueUrl: string; readonly commands: readonly string[] }
  | { readonly kind: "task"; readonly stateMachineArn: string };

/** Kind "stream". */
export interface StreamMiddlewareConfig extends MiddlewareConfig {
  readonly stream: "dynamodb" | "kinesis";
  /** Whether the mapping halves a batch when the function throws (BisectBatchOnFunctionError). @default true */
  readonly bisect?: boolean;
  /** Whether the mapping takes reports of single records (ReportBatchItemFailures); to others any result is a success. @default true */
  readonly reports?: boolean;
}
