// The second path of a failure into the spool: EventBridge reports executions that failed without having parked their work.
import { GATE_CAUSES, GATE_ERRORS } from "../records/gate";
import { DISCARDED_ERROR, RECORD_VERSION, SPOOLED_ERROR } from "../records/record";

/** What the pattern must know of the state machine. */
export interface SafetyNetOptions {
  /**
   * True where failed executions are resumed: then one that ended at its gate is left out, since its work is recorded.
   *
   * @default false
   */
  readonly resumes?: boolean;
}

/**
 * The pattern of the rule. A failure that was parked already is left out, and so is parked work that was given up. `error` is null where the whole execution timed out, and an
 * older form of the event lacks it, hence the two other alternatives
 * (https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html).
 */
export function safetyNetPattern(stateMachineArn: string, { resumes = false }: SafetyNetOptions = {}): string {
  return JSON.stringify({
    source: ["aws.states"],
    "detail-type": ["Step Functions Execution Status Change"],
    detail: {
      status: ["FAILED", "TIMED_OUT"],
      stateMachineArn: [stateMachineArn],
      ...(resumes ? notAtGate([SPOOLED_ERROR, DISCARDED_ERROR]) : otherThan([SPOOLED_ERROR, DISCARDED_ERROR])),
    },
  });
}

/** The part of a pattern that leaves out executions which failed with these errors; `null` and absent are those that did not fail. */
export const otherThan = (errors: readonly string[]) => ({
  error: [{ "anything-but": errors }, null, { exists: false }],
});

/**
 * The same, where executions at their gates are left out, too: an error that no gate has, or a gate's error with another cause
 * (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html).
 */
export const notAtGate = (errors: readonly string[]) => ({
  $or: [
    otherThan([...errors, ...GATE_ERRORS]),
    { error: GATE_ERRORS, cause: [{ "anything-but": { wildcard: GATE_CAUSES } }, null, { exists: false }] },
  ],
});

/**
 * The record: the whole event, and the logical source, so that it stays good when the state machine is replaced
 * (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html#eb-transform-input-predefined).
 */
export function safetyNetTemplate(source: string): string {
  return `{"respool": ${RECORD_VERSION}, "source": ${JSON.stringify(source)}, "event": <aws.events.event.json>}`;
}
