// Counts what became of the orders, from the provider's ledger and the state machine's history alone.
import type { Order } from "./orders";
import type { Execution, LedgerEntry, Stage } from "./stage";

/** What the demo's result is counted from. */
export interface Evidence {
  readonly orders: readonly Order[];
  readonly executions: readonly Execution[];
  readonly ledger: readonly LedgerEntry[];
  readonly poisonDepth: number;
  readonly attempts: number;
}

/** Numbers of orders, executions and calls. */
export interface Statistics {
  /** Orders of the input file that were handed in. */
  readonly submitted: number;
  /** Orders with an execution that did the work, whether the first or a redriven one. */
  readonly completed: number;
  /** Failures that were recorded: an order that fails again on redrive counts again. */
  readonly spooled: number;
  /** Accepted starts beyond the first one of each order. */
  readonly redriven: number;
  readonly poisoned: number;
  /** Orders of the input file without a charge. */
  readonly lost: number;
  /** Accepted starts that no failure asked for: second ones of one generation. */
  readonly secondStarts: number;
  readonly secondCharges: number;
  /** Calls that reached the provider. */
  readonly attempts: number;
}

/** Whether the execution did its work; one that was parked succeeded, too, with `{"spooled": true}` as its output. */
function isCompleted(execution: Execution): boolean {
  return execution.status === "SUCCEEDED" && !isParked(execution);
}

function isParked({ output }: Execution): boolean {
  return typeof output === "object" && output !== null && "spooled" in output && output.spooled === true;
}

function isSpooled(execution: Execution): boolean {
  return execution.status !== "RUNNING" && !isCompleted(execution);
}

/** Whether every order has its result and nothing runs; those who redrive ask this while the demo runs. */
export function isAllDone(stage: Pick<Stage, "executions" | "poisonDepth">, orderCount: number): boolean {
  const executions = stage.executions();
  if (executions.some((execution) => execution.status === "RUNNING")) return false;
  const completed = new Set(executions.filter(isCompleted).map((execution) => execution.orderId)).size;
  return completed + stage.poisonDepth() >= orderCount;
}

/** Counts everything that the demo reports. */
export function countStatistics({ orders, executions, ledger, poisonDepth, attempts }: Evidence): Statistics {
  const byOrder = groupByOrder(executions);
  const histories = orders.map((order) => byOrder.get(order.orderId) ?? []);
  const charges = countCharges(ledger);
  return {
    submitted: orders.length,
    completed: histories.filter((history) => history.some(isCompleted)).length,
    spooled: sum(histories.map((history) => history.filter(isSpooled).length)),
    redriven: sum(histories.map((history) => Math.max(0, history.length - 1))),
    poisoned: poisonDepth,
    lost: orders.filter((order) => !charges.has(order.orderId)).length,
    secondStarts: sum(histories.map(countUnaskedStarts)),
    secondCharges: sum([...charges.values()].map((count) => count - 1)),
    attempts,
  };
}

/**
 * A start is asked for by the order itself, or by a failure before it that no other start has used. This holds however
 * executions are named, so that it also finds the doubles of a redriver that names them badly.
 */
function countUnaskedStarts(history: readonly Execution[]): number {
  const failures = history.filter(isSpooled).map((execution) => execution.endedAt as number);
  const steps = [
    ...failures.map((at) => ({ at, change: 1 })),
    ...history.map((execution) => ({ at: execution.startedAt, change: -1 })),
  ].sort((left, right) => left.at - right.at || right.change - left.change);
  let asked = 1;
  let unasked = 0;
  for (const { change } of steps) {
    if (change < 0 && asked === 0) unasked += 1;
    else asked += change;
  }
  return unasked;
}

function groupByOrder(executions: readonly Execution[]): Map<string, Execution[]> {
  const groups = new Map<string, Execution[]>();
  for (const execution of executions) {
    if (execution.orderId === undefined) continue;
    const group = groups.get(execution.orderId);
    if (group === undefined) groups.set(execution.orderId, [execution]);
    else group.push(execution);
  }
  return groups;
}

function countCharges(ledger: readonly LedgerEntry[]): Map<string, number> {
  const charges = new Map<string, number>();
  for (const { orderId, kind } of ledger) if (kind === "charge") charges.set(orderId, (charges.get(orderId) ?? 0) + 1);
  return charges;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
