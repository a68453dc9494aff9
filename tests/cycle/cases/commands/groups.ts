// The cases of commands, in groups.
import type { CaseGroup } from "../cases";
import { acceptingCases } from "./accepting";
import { cancellingCases } from "./cancelling";
import { crashCases } from "./crashes";
import { loopCases } from "./loops";
import { meetingCases } from "./meeting";
import { longOutageCases, outageCases } from "./outage";
import { rejectingCases } from "./rejecting";

export const commandGroups: readonly CaseGroup[] = [
  ["accepting commands", acceptingCases],
  ["commands and an outage", outageCases],
  ["commands that end for good", rejectingCases],
  ["loops of commands", loopCases],
  ["long work and cancelling", cancellingCases],
  ["admins, clients and the safety net", meetingCases],
  ["crashes of functions of commands", crashCases],
];

export const commandOutageGroups: readonly CaseGroup[] = [["commands and a long outage", longOutageCases]];
