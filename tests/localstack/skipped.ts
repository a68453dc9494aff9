// The cycle cases that an emulator cannot hold, each with the reason: the one place that skips any.
import type { CycleCase } from "../cycle/cycleCase";

/** By what a case needs. */
const needs: Readonly<Record<NonNullable<CycleCase["needs"]>, string>> = {
  control: "needs faults inside AWS, or days that pass in a moment: only the simulator has them",
};

/** By name. */
export const skippedCases: Readonly<Record<string, string>> = {};

/** @returns why the case cannot run here; undefined when it can */
export function reasonToSkip({ name, needs: need }: CycleCase): string | undefined {
  return skippedCases[name] ?? (need && needs[need]);
}
