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
