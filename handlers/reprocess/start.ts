// Redrives one record's work: at most once, whoever else does the same. How, is the record's mode.
import type { FailureRecord } from "../../records/record";
import { answerTask } from "./park";
import { startExecution } from "./restart";
import { resumeExecution } from "./resume";
import type { Starter, StartOutcome } from "./starter";

/** Makes the next generation of a record's work happen. */
export function startNextGeneration(record: FailureRecord, starter: Starter): Promise<StartOutcome> {
  switch (record.mode) {
    case "resume":
      return resumeExecution(record, starter);
    case "park":
      return answerTask(record, starter);
    case undefined:
      return startExecution(record, starter);
  }
}
