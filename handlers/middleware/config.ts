// What the middleware around a component's handler is told: the JSON of the environment variable RESPOOL_MIDDLEWARE.

/** How a function is invoked: which middleware its handler is wrapped in. */
export type MiddlewareKind = "api" | "async" | "queue" | "stream";

/** Configuration that all kinds share. */
export interface MiddlewareConfig {
  /** The service that logs and metrics name: the component's name, unless the program says otherwise. */
  readonly service: string;
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
}

/** Kind "queue". */
export interface QueueMiddlewareConfig extends MiddlewareConfig {
  /** FIFO: processing stops at the first failure, and all after it are reported, too. */
  readonly fifo: boolean;
}

/** Kind "stream". */
export interface StreamMiddlewareConfig extends MiddlewareConfig {
  readonly stream: "dynamodb" | "kinesis";
}
