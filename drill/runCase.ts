// Plays one case: work comes in while something is broken, over a weekend; then it is mended, redriven and counted.
import type { EvaluatedProgram } from "@respool/simulator";
import type { StoryLine } from "../demo/story";
import type { ReprocessResult } from "../handlers/reprocess/request";
import type { CaseResult } from "./caseResult";
import { CaseStory } from "./caseStory";
import type { DrillCase } from "./cases";
import { type Entrance, entrances } from "./entrances";
import { type Failure, failures } from "./failures";
import { nonsense } from "./neighbours";
import { Shop } from "./shop";
import { shortAlarm } from "./shortAlarm";

const hour = 3_600_000;
/** From Friday evening to Monday morning. */
const weekend = 60 * hour;

export interface CaseOptions {
  readonly seed: number;
  /** Hears the case's story. @default nobody does */
  readonly listener?: (line: StoryLine) => void;
}

/** Plays a case in a new simulation. Equal seeds give equal results. */
export function runCase(program: EvaluatedProgram, drillCase: DrillCase, options: CaseOptions): CaseResult {
  const entrance: Entrance = entrances[drillCase.entrance];
  const failure: Failure = failures[drillCase.failure];
  const shop = new Shop(program, options.seed);
  const { simulation } = shop;
  const functionName = shop.outputs[entrance.handler] ?? "";
  const story = new CaseStory(shop, functionName, options.listener ?? (() => undefined));
  const prefix = failure.isNonsense === true ? nonsense : "order-";
  const pieces = Array.from({ length: entrance.size }, (_, index) => `${prefix}${index + 1}`);
  const done = (piece: string) => entrance.answers?.(shop, piece) ?? shop.neighbours.effects(entrance.place, piece);

  story.failureBegins(failure.begins);
  const mend = failure.begin(shop, functionName, pieces);
  story.submitted(entrance.title, pieces);
  entrance.submit(shop, pieces);
  simulation.runUntil(simulation.clock.now + weekend);

  const caller = entrance.seen(shop);
  const ended = whereabouts(shop, entrance);
  const alarms = shop.alarms().map((name) => shortAlarm(name, entrance.component));
  story.weekendOver(caller, ended);

  mend();
  story.mended(failure.mended);
  simulation.runFor(hour);
  const redriven = operate(shop, story);
  if (entrance.told !== undefined && failure.isNonsense !== true) {
    entrance.submit(shop, pieces);
    story.askedAgain(entrance.seen(shop));
  }
  simulation.runUntilQuiet();
  simulation.runFor(hour);

  const result: CaseResult = {
    name: drillCase.name,
    caller,
    attempts: shop.attempts(functionName),
    ended,
    alarms,
    redriven,
    ...count(pieces.map(done), failure.isNonsense === true ? 0 : 1, kept(shop, entrance, pieces.length)),
    poisoned: shop.depth(shop.outputs.poisonUrl),
  };
  story.counted(result, shop.neighbours.order(entrance.place));
  return result;
}

/**
 * @param each how often each piece was done
 * @param wanted how often it should have been
 * @param known of how many pieces that were not done somebody still knows
 */
function count(each: readonly number[], wanted: 0 | 1, known: number) {
  const sum = (counts: readonly number[]) => counts.reduce((total, next) => total + next, 0);
  const undone = each.filter((times) => times === 0).length;
  return {
    work: each.length,
    effects: sum(each),
    wanted: wanted * each.length,
    lost: Math.max(0, undone - known),
    duplicated: sum(each.map((times) => Math.max(0, times - wanted))),
  };
}

/** Where work waits that is not done: queues that somebody can look into, and executions that failed. */
function places(shop: Shop, { machine }: Entrance): readonly (readonly [place: string, count: number])[] {
  const { outputs } = shop;
  const failed =
    machine === undefined ? [] : shop.executions(outputs[machine]).filter(({ status }) => status !== "SUCCEEDED");
  return (
    [
      ["spool", shop.depth(outputs.spoolUrl)],
      ["poison", shop.depth(outputs.poisonUrl)],
      ["queue", shop.depth(outputs.reserveStockQueueUrl) + shop.depth(outputs.shipOrderQueueUrl)],
      ["DLQ", shop.depth(outputs.shipOrderDeadLettersUrl) + shop.depth(outputs.reserveStockDeadLettersUrl)],
      ["FAILED", failed.length],
    ] as const
  ).filter(([, depth]) => depth > 0);
}

function whereabouts(shop: Shop, entrance: Entrance): string {
  if (entrance.told !== undefined) return entrance.told(shop) ? "caller knows" : "caller unsure";
  const found = places(shop, entrance).map(([place, depth]) => `${place} ${depth}`);
  return found.length === 0 ? "nowhere" : found.join(", ");
}

/** A record of a failed batch of a stream is about any number of pieces. */
function kept(shop: Shop, entrance: Entrance, pieces: number): number {
  if (entrance.told !== undefined) return pieces;
  const depth = places(shop, entrance).reduce((total, [, next]) => total + next, 0);
  return entrance.isStream === true && depth > 0 ? pieces : depth;
}

/** What the operator does on Monday morning: one simple act with the components, the usual scripts without. */
function operate(shop: Shop, story: CaseStory): number {
  const { reprocessFunctionName, drainFunctionName, chargeCardArn, orderStatusArn } = shop.outputs;
  if (reprocessFunctionName !== undefined) {
    story.operatorBegins("invokes the reprocess function with {}");
    const result = shop.invoke<ReprocessResult>(reprocessFunctionName, {});
    story.reprocessed(result);
    return result.success;
  }
  story.operatorBegins("sends dead letters back and has failed executions redriven");
  const sent = drainFunctionName === undefined ? 0 : shop.invoke<{ sent: number }>(drainFunctionName, {}).sent;
  const failed = [chargeCardArn, orderStatusArn]
    .flatMap((machine) => shop.executions(machine))
    .filter(({ status }) => status !== "SUCCEEDED");
  for (const { arn: executionArn } of failed) shop.call("states", "RedriveExecution", { executionArn });
  story.sentBack(sent, failed.length);
  return sent + failed.length;
}
