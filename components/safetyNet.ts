// The second path of a failure into the spool: EventBridge reports executions that failed without having parked their work.
import { RECORD_VERSION, SPOOLED_ERROR } from "../records/record";

/**
 * The pattern of the rule. A failure that was parked already is left out. `error` is null where the whole execution timed out, and an
 * older form of the event lacks it, hence the two other alternatives
 * (https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html).
 */
export function safetyNetPattern(stateMachineArn: string): string {
  return JSON.stringify({
    source: ["aws.states"],
    "detail-type": ["Step Functions Execution Status Change"],
    detail: {
      status: ["FAILED", "TIMED_OUT"],
      stateMachineArn: [stateMachineArn],
      error: [{ "anything-but": [SPOOLED_ERROR] }, null, { exists: false }],
    },
  });
}

/**
 * The record: the whole event, and the logical source, so that it stays good when the state machine is replaced
 * (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html#eb-transform-input-predefined).
 */
export function safetyNetTemplate(source: string): string {
  return `{"respool": ${RECORD_VERSION}, "source": ${JSON.stringify(source)}, "event": <aws.events.event.json>}`;
}
