// Work that is done once, however often it is asked for: results are kept in a DynamoDB table under the work's id.
// https://docs.aws.amazon.com/powertools/typescript/latest/features/idempotency/
import { IdempotencyConfig, makeIdempotent } from "@aws-lambda-powertools/idempotency";
import { DynamoDBPersistenceLayer } from "@aws-lambda-powertools/idempotency/dynamodb";
import type { BasePersistenceLayer } from "@aws-lambda-powertools/idempotency/persistence";
import type { MiddlewareConfig } from "./config";
import { asError } from "./telemetry";
import type { LambdaContext } from "./workContext";

/** The outcome of work, and whether an earlier attempt had done it already. */
export interface Done<Result> {
  /** Of an earlier attempt: as JSON gives it back. Null where that was too large to keep, or could not be written as JSON. */
  readonly result: Result | null;
  readonly duplicate: boolean;
}

/**
 * Does the work that the key names, unless it is done already. What throws may be tried again at once.
 *
 * @throws `IdempotencyAlreadyInProgressError` while another attempt runs: until that one's Lambda function must have ended. It is no success,
 *   so that the work comes again.
 * @throws `IdempotencyPersistenceLayerError` when the table cannot be reached. After the work was done that means: it will be done again,
 *   which is why the dependency should be given the work's id, too.
 */
export type Idempotent = <Result>(
  key: string,
  context: LambdaContext,
  work: () => Promise<Result>,
) => Promise<Done<Result>>;

/**
 * Without `config.idempotency` every attempt does the work. Keys are those of the config's source (or service): functions that share a table
 * do not share results, and a function that is replaced knows what its predecessor did.
 *
 * @param store where results are kept. @default the table of the config
 */
export function idempotentOf(config: MiddlewareConfig, store?: BasePersistenceLayer): Idempotent {
  const { idempotency, service, source = service } = config;
  if (idempotency === undefined) {
    return async (_key, _context, work) => ({ result: await work(), duplicate: false });
  }
  const { tableName, expiresAfterSeconds } = idempotency;
  const persistenceStore = store ?? new DynamoDBPersistenceLayer({ tableName });
  return async <Result>(key: string, context: LambdaContext, work: () => Promise<Result>) => {
    const attempt = new Attempt(work);
    const once = makeIdempotent((_key: string, _context: LambdaContext) => attempt.run(), {
      persistenceStore,
      keyPrefix: source,
      config: new IdempotencyConfig({ expiresAfterSeconds, hashFunction: "sha256" }),
    });
    try {
      const kept = await once(key, context);
      return attempt.done ?? { result: parsed<Result>(kept), duplicate: true };
    } catch (error) {
      // What the work threw, even where its mark could not be taken away afterwards.
      throw attempt.failure ?? error;
    }
  };
}

/** One attempt: what came of it, apart from what is kept of it. */
class Attempt<Result> {
  done?: Done<Result>;
  failure?: Error;

  constructor(private readonly work: () => Promise<Result>) {}

  /** @returns the result as it is kept */
  async run(): Promise<string> {
    try {
      const result = await this.work();
      this.done = { result, duplicate: false };
      return textOf(result);
    } catch (thrown) {
      this.failure = asError(thrown);
      throw this.failure;
    }
  }
}

// A DynamoDB item has 400 KB, attribute names included; a character takes at most three bytes of UTF-8.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
const KEPT_BYTES = 380_000;

// As text: DynamoDB takes neither undefined members nor dates, and the work is done when we learn of them.
function textOf(result: unknown): string {
  try {
    const text = JSON.stringify(result) ?? "null";
    return Buffer.byteLength(text) <= KEPT_BYTES ? text : "null";
  } catch {
    return "null";
  }
}

function parsed<Result>(kept: unknown): Result | null {
  return typeof kept === "string" ? JSON.parse(kept) : null;
}
