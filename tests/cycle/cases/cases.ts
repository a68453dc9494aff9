// All cycle cases, in groups.
import type { CycleCase } from "../cycleCase";
import { bothMachinesCases } from "./bothMachines";
import { continuedEditCases } from "./continuedEdits";
import { controlledGroups } from "./controlled/groups";
import { crashCases } from "./crashes";
import { duplicateCases } from "./duplicates";
import { editCases } from "./edit";
import { modeChangeCases } from "./modeChanges";
import { optionsCases } from "./options";
import { poisonCases } from "./poison";
import { redriveCases } from "./redrive";
import { sourceCrashCases } from "./sources/crashes";
import { eachSourceCases } from "./sources/eachSource";
import { sourceEditCases } from "./sources/edits";
import { groupCases } from "./sources/groups";
import { launcherCases } from "./sources/launcher";
import { longWaitCases } from "./sources/longWaits";
import { observingCases } from "./sources/observing";
import { payloadCases } from "./sources/payloads";
import { selectingCases } from "./sources/selecting";
import { streamCases } from "./sources/streams";
import { twiceCases } from "./sources/twice";
import { undeliveredCases } from "./sources/undelivered";
import { telemetryCases } from "./telemetry";
import { waitingCases } from "./waiting";

export type CaseGroup = readonly [group: string, cases: readonly CycleCase[]];

/** Of state machines. */
export const machineGroups: readonly CaseGroup[] = [
  ["redrive", redriveCases],
  ["both machines", bothMachinesCases],
  ["poison", poisonCases],
  ["duplicates", duplicateCases],
  ["crashes", crashCases],
  ["edit", editCases],
  ["edit what goes on", continuedEditCases],
  ["changes of mode", modeChangeCases],
  ["waiting", waitingCases],
  ["options", optionsCases],
  ["telemetry", telemetryCases],
];

/** Of what is replayed through the launcher. */
export const sourceGroups: readonly CaseGroup[] = [
  ["every source", eachSourceCases],
  ["not delivered", undeliveredCases],
  ["selecting", selectingCases],
  ["groups", groupCases],
  ["edit", sourceEditCases],
  ["twice", twiceCases],
  ["payloads", payloadCases],
  ["streams", streamCases],
  ["long waits", longWaitCases],
  ["observing", observingCases],
  ["launcher", launcherCases],
];

export const sourceCrashGroups: readonly CaseGroup[] = [["crashes at every source", sourceCrashCases]];

export const caseGroups: readonly CaseGroup[] = [
  ...machineGroups,
  ...sourceGroups,
  ...sourceCrashGroups,
  ...controlledGroups,
];
