// One run at a time: a lease, in the item that also shows the run's progress.
import { errorName } from "../awsErrors";
import type { DynamoDbApi } from "./dynamoDb";
import type { RunState } from "./runState";

/** The item's key: whatever the spool and the launcher are called. */
const KEY = { key: { S: "run" } };

/** Whose run it is, or was. */
export interface Holder {
  readonly run: string;
  /** ARN of the execution that works on it, the last of a long run. */
  readonly execution: string;
  readonly by: string;
  /** ISO 8601. */
  readonly since: string;
}

/** The lease of an AutoRedrive. All its writes may be repeated. */
export class Lease {
  constructor(
    private readonly api: DynamoDbApi,
    private readonly tableName: string,
    private readonly seconds: number,
  ) {}

  /** Takes the lease where it is free, expired or this run's own. @returns whether this run has it */
  acquire(state: RunState, execution: string): Promise<boolean> {
    return this.write(
      state,
      execution,
      state.phase,
      "attribute_not_exists(#run) OR #run = :run OR #state = :ended OR #expiresAt < :now",
      { ":ended": { S: "ended" }, ":now": { N: String(secondsNow()) } },
    );
  }

  /** Takes the lease of a run whose execution has died. @returns false where another one was faster */
  takeOver(state: RunState, execution: string, dead: Holder): Promise<boolean> {
    return this.write(state, execution, state.phase, "#run = :dead AND #execution = :deadExecution", {
      ":dead": { S: dead.run },
      ":deadExecution": { S: dead.execution },
    });
  }

  /** Keeps the lease, and shows the progress. @returns false where it is another run's */
  renew(state: RunState, execution: string): Promise<boolean> {
    return this.write(state, execution, state.phase, "#run = :run", {});
  }

  /** Keeps the lease of a long run for its next execution. @returns false where the run has ended, or the lease is another run's */
  handOver(state: RunState, execution: string): Promise<boolean> {
    return this.write(state, execution, state.phase, "#run = :run AND #state <> :ended", { ":ended": { S: "ended" } });
  }

  /** Lets the lease go; what the run came to stays to be read. */
  async release(state: RunState, execution: string): Promise<void> {
    await this.write(state, execution, "ended", "#run = :run", {});
  }

  /** Who holds the lease, or held it last. */
  async holder(): Promise<Holder | undefined> {
    const { Item } = await this.api.getItem({ TableName: this.tableName, Key: KEY, ConsistentRead: true });
    if (Item === undefined) return undefined;
    const { run, execution, startedBy, startedAt } = Item;
    return { run: run?.S ?? "", execution: execution?.S ?? "", by: startedBy?.S ?? "", since: startedAt?.S ?? "" };
  }

  private async write(
    state: RunState,
    execution: string,
    shown: string,
    condition: string,
    values: Readonly<Record<string, { readonly S: string } | { readonly N: string }>>,
  ): Promise<boolean> {
    const progress = { ...progressOf(state, execution, shown), expiresAt: secondsNow() + this.seconds };
    // Only names that the expressions use may be given.
    const named = Object.entries(progress).filter(([, value]) => value !== undefined);
    const sets = named.map(([name]) => `#${name} = :${name}`);
    const removes = Object.entries(progress).flatMap(([name, value]) => (value === undefined ? [`#${name}`] : []));
    try {
      await this.api.updateItem({
        TableName: this.tableName,
        Key: KEY,
        UpdateExpression: [
          `SET ${sets.join(", ")}`,
          ...(removes.length > 0 ? [`REMOVE ${removes.join(", ")}`] : []),
        ].join(" "),
        ConditionExpression: condition,
        ExpressionAttributeNames: Object.fromEntries(Object.keys(progress).map((name) => [`#${name}`, name])),
        ExpressionAttributeValues: {
          ...Object.fromEntries(named.map(([name, value]) => [`:${name}`, attribute(value)])),
          ...values,
        },
      });
      return true;
    } catch (error) {
      if (errorName(error) === "ConditionalCheckFailedException") return false;
      throw error;
    }
  }
}

function progressOf(state: RunState, execution: string, shown: string) {
  const { started, succeeded, failedAgain, held } = state.counts;
  return {
    run: state.run,
    execution,
    state: shown,
    startedBy: state.by,
    reason: state.reason,
    startedAt: new Date(state.startedAt).toISOString(),
    updatedAt: new Date().toISOString(),
    stoppedBecause: state.stop?.because,
    window: state.step?.size ?? state.window,
    started,
    succeeded,
    failedAgain,
    held,
    undecided: state.pending.length,
    remaining: state.remaining,
  };
}

function attribute(value: string | number | undefined) {
  return typeof value === "number" ? { N: String(value) } : { S: value ?? "" };
}

function secondsNow(): number {
  return Math.floor(Date.now() / 1000);
}
