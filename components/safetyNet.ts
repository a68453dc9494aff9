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
      ...failedOtherwise([SPOOLED_ERROR, DISCARDED_ERROR], resumes),
    },
  });
}

/** The part of a pattern that leaves out executions which failed with these errors; `null` and absent are those that did not fail. */
const otherThan = (errors: readonly string[]) => ({
  error: [{ "anything-but": errors }, null, { exists: false }],
});

/**
 * What a pattern's `detail` says to leave out executions that failed with certain errors, or, where work is resumed, at a gate: those left
 * have an error that no gate has, or a gate's error with another cause
 * (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html).
 */
export function failedOtherwise(errors: readonly string[], resumes: boolean) {
  if (!resumes) return otherThan(errors);
  const otherCause = [{ "anything-but": { wildcard: GATE_CAUSES } }, null, { exists: false }];
  return { $or: [otherThan([...errors, ...GATE_ERRORS]), { error: GATE_ERRORS, cause: otherCause }] };
}

/**
 * The record: the whole event, and the logical source, so that it stays good when the state machine is replaced
 * (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html#eb-transform-input-predefined).
 */
export function safetyNetTemplate(source: string): string {
  return `{"respool": ${RECORD_VERSION}, "source": ${JSON.stringify(source)}, "event": <aws.events.event.json>}`;
}
