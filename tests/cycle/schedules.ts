// When the functions that a ReprocessFunction brings along act, in milliseconds, as the programs here leave it.
import { renewBeforeSeconds } from "../../components/renewer";
import { retentionRange } from "../../components/spoolReference";
import { day, hour } from "./cycleCase";

const every = day;

/** Until the reconciler has run once more. */
export const untilReconciled = every + hour;

/** Until the renewer has run once more. */
export const untilRenewerRan = every + hour;

/** The age at which a record is near its end: the next run of the renewer copies it. */
export const nearEnd = (retentionRange.maximum - renewBeforeSeconds) * 1000;
