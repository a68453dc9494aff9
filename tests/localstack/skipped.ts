// What an emulator cannot hold: the one table that skips cycle cases.
import type { CycleCase } from "../cycle/cycleCase";

type Need = NonNullable<CycleCase["needs"]>;

/** What a case says that it needs, and why there is none of it here. */
export const skipped: Readonly<Record<Need, string>> = {
  exactness: "answers as AWS gives them, where LocalStack gives others: docs/guide/real-engines.md lists them",
  patience: "minutes of real waits for what another case shows here for another source",
  control:
    "faults inside AWS, days that pass in a moment, fired schedules, alarms and traces to look at: only the simulator has them",
};
