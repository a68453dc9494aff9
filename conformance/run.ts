// Replays all cases of a folder, and counts by area.
import type { CaseFolder } from "./load";
import type { Difference } from "./match";
import { PatternReplay } from "./patterns";
import { replay } from "./replay";
import { skipReason } from "./skipping";

export interface CaseResult {
  readonly name: string;
  readonly area: string;
  readonly result: "passed" | "failed" | "skipped";
  readonly differences: readonly Difference[];
  /** Why it was skipped. */
  readonly reason?: string;
}

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export interface Summary extends Counts {
  readonly areas: Readonly<Record<string, Counts>>;
}

const patternsArea = "patterns";

function judged(name: string, area: string, differences: readonly Difference[]): CaseResult {
  return { name, area, result: differences.length === 0 ? "passed" : "failed", differences };
}

/** @param only an area; all by default */
export function* results(cases: CaseFolder, only?: string): Generator<CaseResult> {
  for (const item of cases.executions) {
    const { name, area } = item;
    if (only !== undefined && only !== area) continue;
    const reason = skipReason(item);
    if (reason === undefined) yield judged(name, area, replay(item).differences);
    else yield { name, area, result: "skipped", differences: [], reason };
  }
  if (only !== undefined && only !== patternsArea) return;
  const patterns = new PatternReplay();
  for (const item of cases.patterns) yield judged(item.name, patternsArea, patterns.differences(item));
}

export function summarise(all: Iterable<CaseResult>): Summary {
  const total = { passed: 0, failed: 0, skipped: 0 };
  const areas: Record<string, { passed: number; failed: number; skipped: number }> = {};
  for (const { area, result } of all) {
    areas[area] ??= { passed: 0, failed: 0, skipped: 0 };
    areas[area][result] += 1;
    total[result] += 1;
  }
  return { ...total, areas };
}

/** The share of an area's cases that passed, skipped ones left out; undefined when all were skipped. */
export function share({ passed, failed }: Counts): number | undefined {
  return passed + failed === 0 ? undefined : passed / (passed + failed);
}
