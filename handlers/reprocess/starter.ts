// What redriving a record takes, and what it can come to, whatever the record's mode.
import type { FailureRecord } from "../../records/record";
import type { S3Api, StepFunctionsApi } from "../aws";
import type { Log } from "../telemetry";
import type { Pace } from "./pace";

/** A redrive that there is now. */
export interface Started {
  readonly outcome: "success" | "alreadyStarted";
  /** The ARN of its execution. */
  readonly execution: string;
}

/**
 * What became of a redrive. `success`, `alreadyStarted`, `superseded` and `poison` settle a message; the others leave it in the spool.
 * `superseded`: the work of resumed or parked executions goes on, or waits, without this record. `skipped`: it cannot be told yet.
 */
export type StartOutcome =
  | Started
  | { readonly outcome: "superseded" | "skipped" | "failed" | "outOfTime" }
  | { readonly outcome: "poison"; readonly reason: string };

/** What redriving takes. */
export interface Starter {
  readonly stepFunctions: StepFunctionsApi;
  readonly s3: Pick<S3Api, "putObject">;
  /** The spool's bucket. */
  readonly bucket?: string;
  readonly pace: Pace;
  readonly log: Log;
  /** When the run began, in milliseconds since 1970: what was redriven since is its own doing. */
  readonly startedAt: number;
  /** Whether somebody sent the record back from the poison queue. @default false */
  readonly sentBack?: boolean;
}

/**
 * How much earlier than the call a redrive may seem to have begun and still be ours: Lambda's clock and that of Step Functions may differ a
 * little. Being wrong here changes which count a record adds to, never what happens to it.
 */
export const CLOCK_TOLERANCE_MS = 250;

/** How logs name the redrive of a record. */
export function redriveDetails(record: FailureRecord) {
  const { identity, work, source, generation, step } = record;
  return {
    id: identity.id,
    ...(work !== undefined && { work }),
    source,
    ...(step !== undefined && { step }),
    generation: generation + 1,
  };
}
