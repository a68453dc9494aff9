// The cycle cases of controlled work, in groups.
import type { CaseGroup } from "../cases";
import { automaticCases } from "./automatic";
import { continuedCrashCases } from "./crashes";
import { heldCases } from "./held";
import { semaphoreCases } from "./semaphore";
import { continuedCases } from "./twice";
import { weekendCases } from "./weekend";

export const controlledGroups: readonly CaseGroup[] = [
  ["weekend", weekendCases],
  ["resume and park", continuedCases],
  ["crashes of resume and park", continuedCrashCases],
  ["semaphore", semaphoreCases],
  ["held", heldCases],
  ["automatic redrive", automaticCases],
];
