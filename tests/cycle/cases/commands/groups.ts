// The cases of commands, in groups.
import type { CaseGroup } from "../cases";
import { acceptingCases } from "./accepting";
import { crashCases } from "./crashes";
import { loopCases } from "./loops";
import { rejectingCases } from "./rejecting";

export const commandGroups: readonly CaseGroup[] = [
  ["accepting", acceptingCases],
  ["rejecting", rejectingCases],
  ["loops", loopCases],
  ["crashes", crashCases],
];
