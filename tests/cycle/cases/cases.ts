// All cycle cases, in groups.
import type { CycleCase } from "../cycleCase";
import { bothMachinesCases } from "./bothMachines";
import { crashCases } from "./crashes";
import { duplicateCases } from "./duplicates";
import { optionsCases } from "./options";
import { poisonCases } from "./poison";
import { redriveCases } from "./redrive";
import { sourceCrashCases } from "./sources/crashes";
import { eachSourceCases } from "./sources/eachSource";
import { telemetryCases } from "./telemetry";
import { waitingCases } from "./waiting";

export const caseGroups: readonly (readonly [group: string, cases: readonly CycleCase[]])[] = [
  ["redrive", redriveCases],
  ["both machines", bothMachinesCases],
  ["poison", poisonCases],
  ["duplicates", duplicateCases],
  ["crashes", crashCases],
  ["waiting", waitingCases],
  ["options", optionsCases],
  ["telemetry", telemetryCases],
  ["every source", eachSourceCases],
  ["crashes at every source", sourceCrashCases],
];

/** Some of them, in their groups. */
export function caseGroupsOf(isWanted: (entry: CycleCase) => boolean): typeof caseGroups {
  return caseGroups
    .map(([group, cases]) => [group, cases.filter(isWanted)] as const)
    .filter(([, cases]) => cases.length > 0);
}
