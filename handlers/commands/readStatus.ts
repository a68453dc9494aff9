// The answer to a question for a command's status: its own, and that of all that it sent.
import { isDeepStrictEqual } from "node:util";
import type { StepFunctionsApi } from "../aws";
import { type ChildNow, FAILED_REASON, ownState, rolledUp, type StateNow, statusOf } from "./rollUp";
import type { CommandStatus } from "./status";
import type { KeptChild, KnownChild, StatusItem } from "./statusItem";
import type { StatusStore } from "./statusStore";
import { taskStatus } from "./taskStatus";

/** What a question for a status takes. */
export interface StatusTools {
  readonly statuses: Pick<StatusStore, "keepDecided" | "read" | "readMany">;
  readonly stepFunctions: Pick<StepFunctionsApi, "describeExecution" | "getExecutionHistory">;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** A status, and who may see it. */
export interface ReadStatus {
  readonly status: CommandStatus;
  /** @default anybody who may ask at all */
  readonly owner?: string;
}

/** The most that `maxHops` may be: no command is deeper. */
const DEEPEST = 100;

type Items = ReadonlyMap<string, StatusItem>;

/**
 * The status of a command. One that has succeeded itself follows what it sent: it has failed where one of them has, is parked where one
 * waits, and runs until all have succeeded. Of tasks the state is told, not the output, which was not made for clients.
 *
 * A task is followed on the state machine that the command started it on. Where that machine was replaced, and its work was redriven on the new
 * one, the step stays parked.
 *
 * @returns undefined where there is no such command, or it has expired
 * @throws what AWS answers, throttling included
 */
export async function readStatus(id: string, tools: StatusTools): Promise<ReadStatus | undefined> {
  const item = await tools.statuses.read(id);
  if (item === undefined) return undefined;
  const items = await itemsBelow(item, tools);
  const children = await childrenNow(item, items, tools, 1);
  const { owner } = item;
  const now = rolledUp(ownState(item, tools.now()), children);
  return { status: statusOf(item, now, children), ...(owner !== undefined && { owner }) };
}

/** The items of all commands that count, a level at a time. */
async function itemsBelow(top: StatusItem, { statuses }: StatusTools): Promise<Items> {
  const items = new Map<string, StatusItem>();
  let level: readonly StatusItem[] = [top];
  for (let depth = 1; depth <= DEEPEST; depth++) {
    const ids = level.flatMap(({ children = [] }) => children.flatMap(({ id }) => id ?? []));
    const unread = ids.filter((id) => !items.has(id));
    if (unread.length === 0) return items;
    const decided = new Set(
      level.flatMap(({ children = [] }) => children.filter(hasSucceeded).flatMap(({ id }) => id ?? [])),
    );
    const found = await statuses.readMany(unread);
    for (const [id, item] of found) items.set(id, item);
    level = [...found.values()].filter((item) => item.state === "succeeded" && !decided.has(item.id));
  }
  return items;
}

async function childrenNow(
  parent: StatusItem,
  items: Items,
  tools: StatusTools,
  depth: number,
): Promise<readonly ChildNow[]> {
  const { children = [] } = parent;
  const looked = await Promise.all(children.map((child) => lookAt(child, items, tools, depth)));
  const news = looked.flatMap(({ child, known }) =>
    known === undefined || isDeepStrictEqual(known, child.known) ? [] : [{ ...child, known }],
  );
  // The answer is right without it, and the next question finds the same out again.
  if (news.length > 0) await tools.statuses.keepDecided(parent.id, news).catch(() => undefined);
  return looked.map(({ child: { key, id }, now }) => ({ ...now, key, ...(id !== undefined && { id }) }));
}

interface Look {
  readonly child: KeptChild;
  readonly now: StateNow;
  /** What is worth keeping. */
  readonly known?: KnownChild;
}

async function lookAt(child: KeptChild, items: Items, tools: StatusTools, depth: number): Promise<Look> {
  const { id, execution, known } = child;
  if (id !== undefined) return lookAtCommand(child, items.get(id), items, tools, depth);
  if (execution === undefined) return { child, now: { state: "accepted" } };
  if (hasSucceeded(child)) return { child, now: stateOfTask("succeeded", known) };
  const found = await taskStatus(tools.stepFunctions, execution, known);
  return { child, now: stateOfTask(found.state, found.known), ...(found.known && { known: found.known }) };
}

/** @param item none where the command is noted but not accepted yet, or has expired */
async function lookAtCommand(
  child: KeptChild,
  item: StatusItem | undefined,
  items: Items,
  tools: StatusTools,
  depth: number,
): Promise<Look> {
  if (item === undefined) return { child, now: { state: child.known?.state ?? "accepted" } };
  const own = ownState(item, tools.now());
  if (hasSucceeded(child) || own.state !== "succeeded" || depth >= DEEPEST) return { child, now: own };
  const now = rolledUp(own, await childrenNow(item, items, tools, depth + 1));
  return { child, now, ...(now.state === "succeeded" && { known: { state: now.state } }) };
}

function stateOfTask(state: StateNow["state"], known: KnownChild | undefined): StateNow {
  return {
    state,
    ...(state === "failed" && { reason: FAILED_REASON }),
    ...(known?.at !== undefined && { at: known.at }),
  };
}

function hasSucceeded({ known }: KeptChild): boolean {
  return known?.state === "succeeded";
}
