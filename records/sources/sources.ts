// The one list of all forms that a failure can reach the spool in. The parser, the permissions and the documentation derive from it.
import type { Permission, RecordSource } from "./source";
import { statusChangeEventWithInput, statusChangeEventWithoutInput } from "./stepFunctionsEvent";
import { stepFunctionsRecordByReference, stepFunctionsRecordByValue } from "./stepFunctionsRecord";

/** Every source, in the order in which they are asked whether they recognise a body. */
export const recordSources: readonly RecordSource[] = [
  stepFunctionsRecordByValue,
  stepFunctionsRecordByReference,
  statusChangeEventWithInput,
  statusChangeEventWithoutInput,
];

/**
 * What a reprocess function must be allowed to do on a declared state machine, whatever the form of its records: one permission for
 * each set of resources, no action twice.
 */
export function permissionsOf(stateMachineArn: string): readonly Permission[] {
  const actions = new Map<string, { readonly resources: readonly string[]; readonly actions: Set<string> }>();
  for (const permission of recordSources.flatMap((source) => source.permissions(stateMachineArn))) {
    const key = permission.resources.join(" ");
    const known = actions.get(key) ?? { resources: permission.resources, actions: new Set<string>() };
    for (const action of permission.actions) known.actions.add(action);
    actions.set(key, known);
  }
  return [...actions.values()].map((entry) => ({ actions: [...entry.actions], resources: entry.resources }));
}
