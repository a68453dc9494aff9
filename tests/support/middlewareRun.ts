// What a test of the middleware works with: its tools, a table in memory, Lambda's context, and what was logged and counted.
import { IdempotencyItemAlreadyExistsError, IdempotencyItemNotFoundError } from "@aws-lambda-powertools/idempotency";
import { BasePersistenceLayer, type IdempotencyRecord } from "@aws-lambda-powertools/idempotency/persistence";
import type { Context } from "aws-lambda";
import { type MockInstance, vi } from "vitest";
import type { MiddlewareTools } from "../../handlers/middleware/attempt";
import type { MiddlewareConfig } from "../../handlers/middleware/config";
import { idempotentOf } from "../../handlers/middleware/idempotent";
import { telemetryOf } from "../../handlers/middleware/telemetry";

type Line = Readonly<Record<string, unknown>>;

export class MiddlewareRun {
  readonly table: MemoryTable;
  readonly tools: MiddlewareTools;
  readonly #printed: readonly MockInstance[];

  /** Logs go to the console while a run lives: call `vi.unstubAllEnvs()` and `vi.restoreAllMocks()` after each test. */
  constructor(config: Partial<MiddlewareConfig> = {}, table = new MemoryTable()) {
    printToConsole();
    this.#printed = (["debug", "info", "log", "warn", "error"] as const).map((level) =>
      vi.spyOn(console, level).mockImplementation(() => undefined),
    );
    this.table = table;
    const complete = { service: "shop", idempotency: { tableName: "t", expiresAfterSeconds: 86_400 }, ...config };
    this.tools = { telemetry: telemetryOf(complete), idempotent: idempotentOf(complete, table) };
  }

  /** What was logged, metrics left out, in the order of the levels. */
  get lines(): readonly Line[] {
    return this.#json().filter((line) => !("_aws" in line));
  }

  /** The counts of each line of metrics. */
  get metrics(): readonly Line[] {
    return this.#json()
      .filter((line) => "_aws" in line)
      .map(({ _aws, service, ...counts }) => counts);
  }

  #json(): readonly Line[] {
    return this.#printed.flatMap(({ mock }) => mock.calls.map(([text]) => JSON.parse(String(text)) as Line));
  }
}

/** Lets Powertools print to the global console, which a test can watch, metrics included. */
export function printToConsole(): void {
  vi.stubEnv("POWERTOOLS_DEV", "true");
  vi.stubEnv("POWERTOOLS_METRICS_DISABLED", "false");
}

/** Lambda's context object; `respool` is what a replay says. */
export function lambdaContext(options: { readonly requestId?: string; readonly respool?: object } = {}): Context {
  const { requestId = "request-1", respool } = options;
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: "shop-1234567",
    functionVersion: "$LATEST",
    invokedFunctionArn: "arn:aws:lambda:eu-west-1:123456789012:function:shop-1234567",
    memoryLimitInMB: "256",
    awsRequestId: requestId,
    logGroupName: "/aws/lambda/shop",
    logStreamName: "2026/01/01/[$LATEST]1",
    ...(respool !== undefined && { clientContext: { custom: { respool } } as unknown as Context["clientContext"] }),
    getRemainingTimeInMillis: () => 30_000,
    done: () => undefined,
    fail: () => undefined,
    succeed: () => undefined,
  };
}

/** Powertools' table, with the conditions of its DynamoDB layer. */
export class MemoryTable extends BasePersistenceLayer {
  /** Thrown by every call of these names. */
  readonly failing = new Map<"delete" | "put" | "update", Error>();

  constructor(readonly items = new Map<string, IdempotencyRecord>()) {
    super();
  }

  protected async _getRecord(key: string): Promise<IdempotencyRecord> {
    const found = this.items.get(key);
    if (found === undefined) throw new IdempotencyItemNotFoundError();
    return found;
  }

  protected async _putRecord(record: IdempotencyRecord): Promise<void> {
    this.#fail("put");
    const present = this.items.get(record.idempotencyKey);
    const now = Date.now();
    const isFree =
      present === undefined ||
      (present.expiryTimestamp ?? 0) < now / 1_000 ||
      (present.getStatus() === "INPROGRESS" && (present.inProgressExpiryTimestamp ?? now) < now);
    if (!isFree) throw new IdempotencyItemAlreadyExistsError("it exists", present);
    this.items.set(record.idempotencyKey, record);
  }

  protected async _updateRecord(record: IdempotencyRecord): Promise<void> {
    this.#fail("update");
    this.items.set(record.idempotencyKey, record);
  }

  protected async _deleteRecord(record: IdempotencyRecord): Promise<void> {
    this.#fail("delete");
    this.items.delete(record.idempotencyKey);
  }

  #fail(call: "delete" | "put" | "update"): void {
    const error = this.failing.get(call);
    if (error !== undefined) throw error;
  }
}
