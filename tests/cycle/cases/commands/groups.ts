// The cases of commands, in groups.
import type { CaseGroup } from "../cases";
import { acceptingCases } from "./accepting";

export const commandGroups: readonly CaseGroup[] = [["accepting", acceptingCases]];
