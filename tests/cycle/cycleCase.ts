// A cycle test: a piece of failure and redrive, written once, run on every backend.
import { expect } from "vitest";
import type { EditResult } from "../../handlers/edit/request";
import { parseRedriveName } from "../../records/executionName";
import type { Backend, Control, Execution, Invocation } from "../support/backend";

export interface CycleCase {
  readonly name: string;
  /** What an AWS endpoint cannot do, or not in time; such a case runs on the simulator only. */
  readonly needs?: "control" | "exactness" | "patience";
  /** What it runs on: an entry file in tests/cycle/program. @default "index.ts" */
  readonly program?: "commands.ts" | "controlled.ts" | "options.ts" | "sources.ts" | "continued.ts";
  run(cycle: Cycle): Promise<void>;
}

/** What the reprocess function reports. */
export interface Report {
  readonly success: number;
  readonly alreadyStarted: number;
  readonly superseded: number;
  readonly skipped: number;
  readonly poisoned: number;
  readonly failed: number;
  readonly remaining: number;
  readonly stoppedBecause: string;
  /** Sources whose circuit breaker held something back. */
  readonly heldBack?: readonly { readonly source: string; readonly reason: string; readonly records: number }[];
  readonly planned?: readonly {
    readonly action: string;
    readonly id?: string;
    readonly work?: string;
    readonly source?: string;
    readonly generation?: number;
    readonly error?: { readonly name: string };
    readonly reason?: string;
  }[];
}

export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;

/** A backend with the words that the cases speak. */
export class Cycle {
  readonly machine: string;
  readonly spool: string;
  readonly poison: string;
  readonly reprocessFunction: string;

  constructor(readonly backend: Backend) {
    this.machine = this.output("chargeMachine");
    this.spool = this.output("spoolUrl");
    this.poison = this.output("poisonUrl");
    this.reprocessFunction = this.output("reprocessFunction");
  }

  /** An output of the program. */
  output(name: string): string {
    const value = this.backend.outputs[name];
    if (value === undefined) throw new Error(`the program has no output ${name}`);
    return value;
  }

  /** The machine beside it, for what must hold for every machine of a spool. */
  get careless(): string {
    return this.output("carelessMachine");
  }

  /** The machine that replays what is no execution's own. */
  get launcher(): string {
    return this.output("launcherMachine");
  }

  get provider() {
    return this.backend.provider;
  }

  /** What only the simulator can do. */
  get control(): Control {
    if (this.backend.control === undefined) throw new Error("this backend cannot be controlled");
    return this.backend.control;
  }

  /** Starts one order and waits until nothing is under way. */
  async order(name: string, machine = this.machine): Promise<void> {
    await this.backend.start(machine, name, { order: name });
    await this.backend.quiet();
  }

  /** Fails that many orders into the spool, and mends the provider. */
  async park(names: readonly string[], machine = this.machine): Promise<void> {
    await this.provider.behave(503);
    for (const name of names) await this.backend.start(machine, name, { order: name });
    await this.backend.quiet();
    await this.provider.behave(200);
  }

  /** Invokes the reprocess function and waits for what it started. */
  async redrive(request: object = {}): Promise<Report> {
    const report = reportOf(await this.backend.invoke(this.reprocessFunction, request));
    expect(report).not.toHaveProperty("unreadable");
    await this.backend.quiet();
    return report;
  }

  /** Invokes the edit function and waits for what it started. */
  async edit(request: object): Promise<EditResult> {
    const result = editResultOf(await this.backend.invoke(this.output("editFunction"), request));
    await this.backend.quiet();
    return result;
  }

  /** The executions of one order in the order of their generations. */
  async generations(order: string, machine = this.machine): Promise<readonly Execution[]> {
    const all = await this.backend.executions(machine);
    return all.filter(({ input }) => (input as { order?: string } | undefined)?.order === order);
  }

  /** No generation of any work was replayed by two executions: their names are not what is tested, but what their inputs say. */
  async expectLaunchedOnce(): Promise<void> {
    const all = await this.backend.executions(this.launcher);
    const works = all.map(({ name, input }) => `${workOf(input)} ${parseRedriveName(name)?.generation}`);
    expect(new Set(works).size).toBe(works.length);
  }

  /** The generations that the launcher was started for, oldest start first. */
  async launches(): Promise<readonly number[]> {
    const all = await this.backend.executions(this.launcher);
    return all.map(({ name }) => parseRedriveName(name)?.generation ?? 0);
  }

  async depth(): Promise<number> {
    return (await this.backend.messages(this.spool)).length;
  }

  /** The records in the spool. */
  async records(): Promise<readonly Record<string, unknown>[]> {
    return (await this.backend.messages(this.spool)).map(({ body }) => JSON.parse(body) as Record<string, unknown>);
  }

  /** Nothing is lost and nothing doubled: each order was charged once, and each generation was started once. */
  async expectChargedOnce(orders: readonly string[], machine = this.machine): Promise<void> {
    const charges = await this.provider.charges();
    expect(charges.map(({ order }) => order).sort()).toEqual([...orders].sort());
    await this.expectStartedOnce(machine);
  }

  /** No generation of any order was started twice. */
  async expectStartedOnce(machine = this.machine): Promise<void> {
    expect(doubledStarts(await this.backend.executions(machine))).toEqual([]);
  }
}

/** What an execution is about: an order, or for the launcher the work that it replays. */
function workOf(input: unknown): string {
  const { order, source, id } = input as { readonly order?: string; readonly source?: string; readonly id?: string };
  return order ?? `${source} ${id}`;
}

function hasFailed({ status, output }: Execution): boolean {
  if (status === "SUCCEEDED") return (output as { spooled?: boolean } | null)?.spooled === true;
  return status !== "RUNNING";
}

/**
 * Orders of which some generation was started more than once. Not judged by names, since those are what is tested: every start but
 * the first must have a failure of its own that ended before.
 */
function doubledStarts(executions: readonly Execution[]): readonly string[] {
  const orders = Map.groupBy(executions, ({ input }) => workOf(input));
  const doubled = (started: readonly Execution[]) =>
    started.some(({ startedAt }) => {
      const starts = started.filter((other) => other.startedAt <= startedAt).length;
      const failures = started.filter((other) => hasFailed(other) && (other.stoppedAt ?? Infinity) <= startedAt).length;
      return starts - 1 > failures;
    });
  return [...orders].filter(([, started]) => doubled(started)).map(([order]) => order);
}

export function editResultOf(invocation: Invocation): EditResult {
  if ("error" in invocation) throw new Error(`the edit function failed: ${invocation.error}`);
  return invocation.result as EditResult;
}

export function reportOf(invocation: Invocation): Report {
  if ("error" in invocation) throw new Error(`the reprocess function failed: ${invocation.error}`);
  return invocation.result as Report;
}
