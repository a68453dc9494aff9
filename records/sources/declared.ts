// Finds what a record may be redriven on: only what the stack declared, since whoever can write to the queue must not be able to start
// anything else.
import { parseExecutionArn } from "../arn";
import { shown, Unreadable } from "../json";
import type { DeclaredSources } from "../record";
import type { Received } from "./source";

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
  const found = Object.entries(declared).filter(
    ([, target]) =>
      target.stateMachineArn === stateMachineArn || target.formerStateMachineArns?.includes(stateMachineArn),
  );
  // The sources that a launcher replays have its state machine, too; an execution's failure is the launcher's own.
  const [source, target] = found.find(([, { launches }]) => launches) ?? found[0] ?? [];
  if (source === undefined || target === undefined)
    throw new Unreadable(
      `[stateMachineArn] must be one that the stack declares (for ${namesOf(declared)}), got ${shown(stateMachineArn)}`,
    );
  return { source, stateMachineArn: target.stateMachineArn };
}

/**
 * The place of a failure that AWS itself reported: the source of the queue beside the spool that it lay in, else the one that declared one
 * of these ARNs as its origin.
 *
 * @param member what the ARNs are called in AWS's record
 * @throws Unreadable when nobody declared them
 */
export function declaredByOrigin(
  { beside }: Received,
  member: string,
  arns: readonly (string | undefined)[],
  declared: DeclaredSources,
): DeclaredPlace {
  if (beside !== undefined) return declaredByName(beside, declared);
  const known = arns.flatMap((arn) => (arn === undefined ? [] : withoutQualifier(arn)));
  for (const arn of known)
    for (const [source, { origins = [], stateMachineArn }] of Object.entries(declared))
      if (origins.some((origin) => withoutQualifier(origin) === arn)) return { source, stateMachineArn };
  throw new Unreadable(
    `[${member}] must be an origin of a source that the stack declares (${namesOf(declared)}), got ${shown(known[0])}`,
  );
}

/** The ARN of a function without version or alias; any other as it is. */
function withoutQualifier(arn: string): string {
  return arn.replace(/^(arn:[^:]+:lambda:[^:]*:\d{12}:function:[^:]+):[^:]+$/, "$1");
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

/** @throws Unreadable when the execution is not of the state machine that the source stands for, or stood for */
export function ofItsMachine(
  execution: string,
  { source, stateMachineArn }: DeclaredPlace,
  declared: DeclaredSources,
): void {
  const machine = parseExecutionArn(execution)?.stateMachineArn ?? "";
  const former = declared[source]?.formerStateMachineArns ?? [];
  if (machine !== stateMachineArn && !former.includes(machine))
    throw new Unreadable(
      `[execution] must be one of the state machine of ${source}, or of a former one, got ${shown(execution)}`,
    );
}

function namesOf(declared: DeclaredSources): string {
  return Object.keys(declared).join(", ") || "none";
}
