// The failure at a gate: how an execution ends that has recorded its work and waits to be redriven, as Step Functions words it.

/** What the gate of a step is called; in a workflow of several its name ends in `: Gate`. */
const GATE_STATE = "Gate";

/**
 * What a Choice state fails with that no rule applies to. The Developer Guide names the second, the first was seen.
 * https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html#error-handling-error-representation
 */
export const GATE_ERRORS: readonly string[] = ["States.Runtime", "States.NoChoiceMatched"];

const START = "An error occurred while executing the state '";
const END = "(entered at the event id #";
const PROBLEM = "Failed to transition out of the state";

/**
 * The causes of such failures as EventBridge's wildcards match them. Should AWS word them otherwise, there are two records of one failure,
 * which collapse.
 */
export const GATE_CAUSES: readonly string[] = [
  `${START}${GATE_STATE}' ${END}*${PROBLEM}*`,
  `${START}*: ${GATE_STATE}' ${END}*${PROBLEM}*`,
];

const CAUSE = new RegExp(`^${START}(?:[^']*: )?${GATE_STATE}' ${END.replace("(", "\\(")}\\d+\\)\\. ${PROBLEM}`);

/** Whether a state may be a gate: safety net and reconciler know gates by this name. */
export function isGateName(name: string): boolean {
  return name === GATE_STATE || name.endsWith(`: ${GATE_STATE}`);
}

/** Whether an execution ended at a gate, so that its own state machine has recorded the failure. */
export function endedAtGate(error: unknown, cause: unknown): boolean {
  return typeof error === "string" && GATE_ERRORS.includes(error) && typeof cause === "string" && CAUSE.test(cause);
}
