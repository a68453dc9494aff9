// The one list of all forms that a failure can reach the spool in. The parser, the permissions and the documentation derive from it.
import { executionArn } from "../arn";
import { EDIT_PREFIX, PAYLOAD_PREFIX } from "../record";
import { adoptedMessage } from "./adoptedMessage";
import { commandFailure } from "./commandFailure";
import { eventBridgeDeadLetter } from "./eventBridgeDeadLetter";
import { lambdaDeadLetter } from "./lambdaDeadLetter";
import { lambdaDestination } from "./lambdaDestination";
import { objectPermissions, permission } from "./replayed";
import { schedulerDeadLetter } from "./schedulerDeadLetter";
import { snsDeadLetter } from "./snsDeadLetter";
import type { Permission, RecordSource, ReplayAccess } from "./source";
import { sqsDeadLetter } from "./sqsDeadLetter";
import { statusChangeEventWithInput, statusChangeEventWithoutInput } from "./stepFunctionsEvent";
import { stepFunctionsRecordByReference, stepFunctionsRecordByValue } from "./stepFunctionsRecord";
import { streamMetadata } from "./streamMetadata";
import { streamObject } from "./streamObject";

/**
 * Every source, in the order in which they are asked whether they recognise a message. What AWS says about a message comes before what
 * its body says, which may be anything that a sender wrote.
 */
export const recordSources: readonly RecordSource[] = [
  sqsDeadLetter,
  eventBridgeDeadLetter,
  schedulerDeadLetter,
  lambdaDeadLetter,
  streamObject,
  snsDeadLetter,
  streamMetadata,
  lambdaDestination,
  adoptedMessage,
  commandFailure,
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
  return merged(recordSources.flatMap((source) => source.permissions(stateMachineArn)));
}

/**
 * What redriving takes beside {@link permissionsOf} where executions of this state machine go on: RedriveExecution of those that wait at a
 * gate, an answer to the task tokens of those that are parked. AWS's list of actions knows no resource of the latter
 * (https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsstepfunctions.html); those who tried found
 * that it is the state machine, which refusals name, too (https://github.com/aws/aws-cdk/pull/8486).
 */
export function resumePermissionsOf(stateMachineArn: string): readonly Permission[] {
  const executions = [executionArn(stateMachineArn, "*")];
  return [
    { actions: ["states:DescribeExecution", "states:RedriveExecution"], resources: executions },
    { actions: ["states:SendTaskFailure", "states:SendTaskSuccess"], resources: [stateMachineArn] },
  ];
}

/**
 * What the edit function must be allowed to do where executions of this state machine are parked: to answer their task tokens, to see whose
 * answer it was and what a step was given, and to have what went to the poison queue park again.
 */
export function answerPermissionsOf(stateMachineArn: string): readonly Permission[] {
  const executions = [executionArn(stateMachineArn, "*")];
  return [
    { actions: ["states:GetExecutionHistory", "states:RedriveExecution"], resources: executions },
    { actions: ["states:SendTaskSuccess"], resources: [stateMachineArn] },
  ];
}

/** What the launcher's replay function must be allowed to do to replay a logical source, whatever the form of its records. */
export function replayPermissionsOf(access: ReplayAccess): readonly Permission[] {
  return merged(recordSources.flatMap((source) => source.replayPermissions?.(access) ?? []));
}

/** What the reprocess function and the renewer must be allowed to do to read failures in the spool's bucket. */
export function bucketPermissionsOf(bucketArn: string): readonly Permission[] {
  return objectPermissions(bucketArn);
}

/** What the reprocess function must be allowed to do to put large payloads into the spool's bucket. */
export function payloadPermissionsOf(bucketArn: string): readonly Permission[] {
  return permission(["s3:PutObject"], `${bucketArn}/${PAYLOAD_PREFIX}*`);
}

/**
 * What the edit function must be allowed to do to keep edits in the spool's bucket and to find them again, and where the launcher replays, to
 * read failures and put payloads there.
 */
export function editPermissionsOf(bucketArn: string, replays: boolean): readonly Permission[] {
  const edits = `${bucketArn}/${EDIT_PREFIX}*`;
  const kept = permission(["s3:PutObject"], edits);
  if (replays) return [...kept, ...payloadPermissionsOf(bucketArn), ...bucketPermissionsOf(bucketArn)];
  return [...kept, ...permission(["s3:GetObject"], edits), ...permission(["s3:ListBucket"], bucketArn)];
}

function merged(permissions: readonly Permission[]): readonly Permission[] {
  const actions = new Map<string, { readonly resources: readonly string[]; readonly actions: Set<string> }>();
  for (const permission of permissions) {
    const key = permission.resources.join(" ");
    const known = actions.get(key) ?? { resources: permission.resources, actions: new Set<string>() };
    for (const action of permission.actions) known.actions.add(action);
    actions.set(key, known);
  }
  return [...actions.values()].map((entry) => ({ actions: [...entry.actions], resources: entry.resources }));
}
