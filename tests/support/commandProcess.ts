// An execution environment of a function that may die at any of its calls.
import type { IdempotencyRecord } from "@aws-lambda-powertools/idempotency/persistence";
import { awsError } from "./awsFakes";
import { MemoryTable } from "./middlewareRun";

/** What happens at one call of a process. */
export interface CallFault {
  /** Which one, counted from 1. */
  readonly call: number;
  /** `crash`: the process ends. `error`: the call fails. */
  readonly kind: "crash" | "error";
  /** Whether the call did its work, and only the reply is lost. */
  readonly when: "after" | "before";
}

/** An execution environment, whose calls a fault may meet. A dead one does nothing any more. */
export class Process {
  calls = 0;
  readonly death: Promise<void>;
  #die: () => void = () => undefined;
  #isDead = false;

  constructor(
    private readonly fault?: CallFault,
    private readonly names: string[] = [],
    private readonly met: () => void = () => undefined,
  ) {
    this.death = new Promise((resolve) => {
      this.#die = resolve;
    });
  }

  async call<Result>(name: string, run: () => Promise<Result>): Promise<Result> {
    if (this.#isDead) return new Promise<never>(() => undefined);
    this.calls += 1;
    this.names.push(name);
    const fault = this.fault?.call === this.calls ? this.fault : undefined;
    if (fault?.when === "before") await this.#fail(fault);
    const result = await run();
    if (fault?.when === "after") await this.#fail(fault);
    return result;
  }

  async #fail({ kind }: CallFault): Promise<void> {
    this.met();
    if (kind === "error") throw Object.assign(awsError("InternalServerError", "the call failed"), { $fault: "server" });
    this.#isDead = true;
    this.#die();
    await new Promise<never>(() => undefined);
  }
}

/** Powertools' table, as one process calls it. */
export class ProcessTable extends MemoryTable {
  constructor(
    private readonly process: Process,
    table: MemoryTable,
  ) {
    super(table.items);
  }

  protected override _putRecord(record: IdempotencyRecord): Promise<void> {
    return this.process.call("lock", () => super._putRecord(record));
  }

  protected override _updateRecord(record: IdempotencyRecord): Promise<void> {
    return this.process.call("keep", () => super._updateRecord(record));
  }

  protected override _deleteRecord(record: IdempotencyRecord): Promise<void> {
    return this.process.call("unlock", () => super._deleteRecord(record));
  }
}
