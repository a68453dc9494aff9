// The cycle cases of controlled work, in groups.
import type { CaseGroup } from "../cases";
import { continuedCrashCases } from "./crashes";
import { semaphoreCases } from "./semaphore";
import { continuedCases } from "./twice";
import { weekendCases } from "./weekend";

export const controlledGroups: readonly CaseGroup[] = [
  ["weekend", weekendCases],
  ["resume and park", continuedCases],
  ["crashes of resume and park", continuedCrashCases],
  ["semaphore", semaphoreCases],
];
