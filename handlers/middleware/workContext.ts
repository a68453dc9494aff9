// What a handler in the middleware is given beside its event: Lambda's context, the work that is done, and a logger that names it.

/** A piece of work, as its logs name it and its idempotency goes by. */
export interface Work {
  /** The same in the first attempt, in every retry and in every redrive. */
  readonly id: string;
  /** Given by whoever asked for the work, to find it in everybody's logs; the work's own id where nobody gave one. */
  readonly correlationId: string;
  /** How many redrives led to this attempt: 0 in the first one and its retries. */
  readonly generation: number;
}

/** An error, or members to add to the line. */
export type LogDetails = [error: Error] | Record<string, unknown>[];

/** Structured logs, one JSON object a line, each with the service and the ids of the work and the request. */
export interface WorkLogger {
  debug(message: string, ...details: LogDetails): void;
  info(message: string, ...details: LogDetails): void;
  warn(message: string, ...details: LogDetails): void;
  error(message: string, ...details: LogDetails): void;
}

/** The members of Lambda's context object. https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html */
export interface LambdaContext {
  readonly functionName: string;
  readonly functionVersion: string;
  readonly invokedFunctionArn: string;
  readonly memoryLimitInMB: string;
  readonly awsRequestId: string;
  readonly logGroupName: string;
  readonly logStreamName: string;
  /** Only a synchronous invocation has one. */
  readonly clientContext?: unknown;
  /** Milliseconds until Lambda stops the function. */
  getRemainingTimeInMillis(): number;
}

/** The second parameter of a handler. */
export interface WorkContext extends LambdaContext {
  /** What is done: its `id` is what an idempotency key at a dependency should be. */
  readonly work: Work;
  /** Names the work in each line. */
  readonly logger: WorkLogger;
}

export function workContext(context: LambdaContext, work: Work, logger: WorkLogger): WorkContext {
  // A spread copies no method of a prototype.
  return { ...context, getRemainingTimeInMillis: () => context.getRemainingTimeInMillis(), work, logger };
}
