// Finds the state machine that a record may be redriven on: only one that the stack declared, since whoever can write to the queue must
// not be able to start anything else.
import { parseExecutionArn } from "../arn";
import { shown, Unreadable } from "../json";
import type { DeclaredSources } from "../record";

/** A record's place: its logical source, and what that stands for now. */
export interface DeclaredPlace {
  readonly source: string;
  readonly stateMachineArn: string;
}

/** @throws Unreadable when the stack declares no such source */
export function declaredByName(source: string, declared: DeclaredSources): DeclaredPlace {
  const target = Object.hasOwn(declared, source) ? declared[source] : undefined;
  if (target === undefined)
    throw new Unreadable(`[source] must be one that the stack declares (${namesOf(declared)}), got ${shown(source)}`);
  return { source, stateMachineArn: target.stateMachineArn };
}

/** @throws Unreadable when the ARN is neither a declared state machine's nor a former one's */
export function declaredByArn(stateMachineArn: string, declared: DeclaredSources): DeclaredPlace {
  for (const [source, target] of Object.entries(declared))
    if (target.stateMachineArn === stateMachineArn || target.formerStateMachineArns?.includes(stateMachineArn))
      return { source, stateMachineArn: target.stateMachineArn };
  throw new Unreadable(
    `[stateMachineArn] must be one that the stack declares (for ${namesOf(declared)}), got ${shown(stateMachineArn)}`,
  );
}

/**
 * The name in an execution's ARN.
 *
 * @throws Unreadable when it is no Standard execution's ARN, or when the name given beside it is another
 */
export function executionName(execution: string, statedName: string | undefined): string {
  const name = parseExecutionArn(execution)?.name;
  if (name === undefined)
    throw new Unreadable(`[execution] must be the ARN of a Standard execution, got ${shown(execution)}`);
  if (statedName !== undefined && statedName !== name)
    throw new Unreadable(`[name] must be the name in [execution], ${shown(name)}, got ${shown(statedName)}`);
  return name;
}

function namesOf(declared: DeclaredSources): string {
  return Object.keys(declared).join(", ") || "none";
}
