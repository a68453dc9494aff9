// A command's state together with the states of what it sent: pure.
import type { CommandReason, CommandState, CommandStatus, CommandStep } from "./status";
import type { StatusItem } from "./statusItem";

/** A state, and what goes with it. */
export interface StateNow {
  readonly state: CommandState;
  readonly reason?: CommandReason;
  readonly result?: unknown;
  /** ISO 8601: since when it has this state, of those that wait or have ended. */
  readonly at?: string;
}

/** A child with its state. */
export interface ChildNow extends StateNow {
  readonly key: string;
  /** Of a command. */
  readonly id?: string;
}

/** What a client is told where nothing else is known to be harmless. */
export const FAILED_REASON: CommandReason = { type: "about:blank", title: "The command failed" };

const CANCELLED_REASON: CommandReason = { type: "about:blank", title: "A step of the command was cancelled" };

/**
 * The state of the item alone. An attempt that was the last, and must have ended, has parked its command, or SQS has: whatever it could
 * not write itself.
 *
 * @param now milliseconds since 1970
 */
export function ownState(item: StatusItem, now: number): StateNow {
  const { state, until, last, reason, result, finishedAt, parkedAt } = item;
  if (state === "running" && last && until !== undefined && until < now)
    return { state: "parked", at: new Date(until).toISOString() };
  if (state === "parked") return { state, ...(parkedAt !== undefined && { at: parkedAt }) };
  return {
    state,
    ...(state === "failed" && { reason: reason ?? FAILED_REASON }),
    ...(state === "succeeded" && result !== undefined && { result }),
    ...(finishedAt !== undefined && { at: finishedAt }),
  };
}

/** Only a command that has succeeded itself depends on what it sent. One that failed or waits is found first. */
export function rolledUp(own: StateNow, children: readonly ChildNow[]): StateNow {
  if (own.state !== "succeeded") return own;
  const failed = children.find(({ state }) => state === "failed" || state === "cancelled");
  if (failed !== undefined) {
    const { state, reason, at } = failed;
    const why = state === "cancelled" ? CANCELLED_REASON : (reason ?? FAILED_REASON);
    return { state: "failed", reason: why, ...(at !== undefined && { at }) };
  }
  const parked = children.find(({ state }) => state === "parked");
  if (parked !== undefined) return { state: "parked", ...(parked.at !== undefined && { at: parked.at }) };
  if (children.some(({ state }) => state !== "succeeded")) return { state: "running" };
  const ends = [own, ...children].flatMap(({ at }) => at ?? []).sort();
  return { ...own, at: ends.at(-1) };
}

/** The answer to a client. */
export function statusOf(item: StatusItem, now: StateNow, children: readonly ChildNow[]): CommandStatus {
  const { id, name, acceptedAt, startedAt, attempts, progress, message } = item;
  const { state, at, result, reason } = now;
  const hasEnded = state === "succeeded" || state === "failed" || state === "cancelled";
  return {
    id,
    name,
    status: state,
    acceptedAt,
    ...(startedAt !== undefined && { startedAt }),
    ...(hasEnded && at !== undefined && { finishedAt: at }),
    ...(state === "parked" && at !== undefined && { parkedAt: at }),
    attempts,
    ...(progress !== undefined && { progress }),
    ...(message !== undefined && { message }),
    ...(result !== undefined && { result }),
    ...(reason !== undefined && { reason }),
    ...(children.length > 0 && { steps: children.map(stepOf) }),
  };
}

/** Lambda answers with up to 6 MB, and a command has up to 250 steps. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const STEP_RESULT_BYTES = 16 * 1024;

function stepOf({ key, state, id, result, reason }: ChildNow): CommandStep {
  const isShown = result !== undefined && Buffer.byteLength(JSON.stringify(result)) <= STEP_RESULT_BYTES;
  return {
    key,
    status: state,
    ...(id !== undefined && { id }),
    ...(isShown && { result }),
    ...(reason !== undefined && { reason }),
  };
}
