// What the library's own functions may do: the calls that their code makes, on what the program declared.
import type * as pulumi from "@pulumi/pulumi";
import { executionArn } from "../records/arn";
import type { Permission } from "../records/sources/source";
import {
  bucketPermissionsOf,
  editPermissionsOf,
  payloadPermissionsOf,
  permissionsOf,
  replayPermissionsOf,
  resumePermissionsOf,
} from "../records/sources/sources";
import type { PermissionStatement } from "./policy";
import type { ReplaySource } from "./replaySource";
import type { DeclaredSourceArgs } from "./sources";
import { keyStatements, type SpoolReference } from "./spoolReference";

/** Only its shape matters: which actions, on how many resources. */
const anyMachine = "arn:aws:states:us-east-1:000000000000:stateMachine:any";
const anyBucket = "arn:aws:s3:::any";
const anyFunction = "arn:aws:lambda:us-east-1:000000000000:function:any";
const anyQueue = "arn:aws:sqs:us-east-1:000000000000:any.fifo";
const anyStream = "arn:aws:kinesis:us-east-1:000000000000:stream/any";

/** Receives from the spool and the queues beside it, starts what it declares, moves what cannot be redriven to the poison queue. */
export function reprocessStatements(
  spool: SpoolReference,
  declared: readonly DeclaredSourceArgs[],
): PermissionStatement[] {
  const replays = declared.some(({ replayed }) => replayed !== undefined);
  return [
    {
      actions: ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"],
      resources: [spool.arn, ...queuesBeside(declared)],
    },
    { actions: ["sqs:SendMessage"], resources: [spool.poison.arn] },
    ...redriveStatements(declared),
    ...derived(resumePermissionsOf, anyMachine, resumingMachines(declared)),
    ...breakerStatements(declared),
    ...(replays ? bucketStatements(bucketPermissionsOf, spool) : []),
    ...(replays ? bucketStatements(payloadPermissionsOf, spool) : []),
    ...keyStatements(spool),
    ...usesOfKeys(
      ["kms:Decrypt"],
      declared.flatMap(({ replayed }) => queueKeys(replayed)),
    ),
  ];
}

/** Receives from all queues, the poison queue included, starts what it declares, and keeps what was edited. */
export function editStatements(spool: SpoolReference, declared: readonly DeclaredSourceArgs[]): PermissionStatement[] {
  const replays = declared.some(({ replayed }) => replayed !== undefined);
  return [
    {
      actions: ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:ReceiveMessage"],
      resources: [spool.arn, spool.poison.arn, ...queuesBeside(declared)],
    },
    { actions: ["states:StartExecution"], resources: machines(declared) },
    // Those of former machines, too: what they started is asked there.
    {
      actions: ["states:DescribeExecution"],
      resources: [...machines(declared), ...former(declared)].map(executionsOf),
    },
    ...bucketStatements((bucketArn) => editPermissionsOf(bucketArn, replays), spool),
    ...keyStatements(spool),
    ...usesOfKeys(
      ["kms:Decrypt"],
      declared.flatMap(({ replayed }) => queueKeys(replayed)),
    ),
  ];
}

/** Lists executions of the declared machines, reads those that failed, writes what is missing. */
export function reconcileStatements(
  spool: SpoolReference,
  declared: readonly DeclaredSourceArgs[],
): PermissionStatement[] {
  return [
    { actions: ["sqs:SendMessage"], resources: [spool.arn] },
    { actions: ["states:ListExecutions"], resources: machines(declared) },
    { actions: ["states:DescribeExecution"], resources: machines(declared).map(executionsOf) },
    ...keyStatements(spool),
  ];
}

/**
 * Copies messages of both queues, and moves those of adopted ones, that come near their end, unless their redrive was started. Asks the tokens
 * of parked work whether they are still waited for, and redrives resumable work that a breaker holds back.
 */
export function renewStatements(spool: SpoolReference, declared: readonly DeclaredSourceArgs[]): PermissionStatement[] {
  const replays = declared.some(({ replayed }) => replayed !== undefined);
  // What goes back to a FIFO queue lies in one, and is left there.
  const renewed = declared.filter(({ replayed }) => replayed?.replay.returnQueue === undefined);
  const beside = queuesBeside(renewed);
  return [
    {
      actions: [
        "sqs:ChangeMessageVisibility",
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
        "sqs:ReceiveMessage",
        "sqs:SendMessage",
      ],
      resources: [spool.arn, spool.poison.arn],
    },
    ...(beside.length === 0
      ? []
      : [
          {
            actions: [
              "sqs:ChangeMessageVisibility",
              "sqs:DeleteMessage",
              "sqs:GetQueueAttributes",
              "sqs:ReceiveMessage",
            ],
            resources: beside,
          },
        ]),
    // Those of former machines, too: what they started is asked there.
    {
      actions: ["states:DescribeExecution"],
      resources: [...machines(declared), ...former(declared)].map(executionsOf),
    },
    ...carryOverStatements(declared),
    ...(replays ? bucketStatements(bucketPermissionsOf, spool) : []),
    ...keyStatements(spool),
    ...usesOfKeys(
      ["kms:Decrypt"],
      renewed.flatMap(({ replayed }) => queueKeys(replayed)),
    ),
  ];
}

/** Invokes what failed, or sends it back; reads payloads and streams. */
export function launcherStatements(spool: SpoolReference, sources: readonly ReplaySource[]): PermissionStatement[] {
  const functions = sources.flatMap(({ replay }) => replay.functionArn ?? []);
  const queues = sources.flatMap(({ replay }) => replay.returnQueue?.arn ?? []);
  const streams = sources.flatMap(({ replay }) => replay.streamArn ?? []);
  const { bucket, kmsKeyArn } = spool;
  const isEncrypted = kmsKeyArn !== undefined && bucket !== undefined;
  return [
    ...derived((functionArn) => replayPermissionsOf({ functionArn }), anyFunction, functions),
    ...derived((queueArn) => replayPermissionsOf({ queueArn }), anyQueue, queues),
    ...streams.flatMap((arn) => derived((streamArn) => replayPermissionsOf({ streamArn }), anyStream, [arn])),
    ...bucketStatements((bucketArn) => replayPermissionsOf({ bucketArn }), spool),
    // Without it a payload that has expired would look like one that may not be read.
    ...(bucket === undefined ? [] : [{ actions: ["s3:ListBucket"], resources: [bucket.arn] }]),
    ...(isEncrypted ? [{ actions: ["kms:Decrypt"], resources: [kmsKeyArn] }] : []),
    ...usesOfKeys(["kms:Decrypt"], keysOf(sources.filter(({ replay }) => replay.streamArn !== undefined))),
    ...usesOfKeys(
      ["kms:Decrypt", "kms:GenerateDataKey"],
      keysOf(sources.filter(({ replay }) => replay.returnQueue !== undefined)),
    ),
  ];
}

/** Those under which a source's dead letters are encrypted; a stream's key encrypts none. */
function queueKeys(source: ReplaySource | undefined): readonly pulumi.Output<string>[] {
  return source === undefined || source.replay.streamArn !== undefined ? [] : keysOf([source]);
}

function keysOf(sources: readonly ReplaySource[]): pulumi.Output<string>[] {
  return sources.flatMap(({ replay }) => replay.kmsKeyArns ?? []);
}

function usesOfKeys(actions: readonly string[], keys: readonly pulumi.Output<string>[]): PermissionStatement[] {
  return keys.length === 0 ? [] : [{ actions, resources: keys }];
}

/** What the sources of records say that redriving takes. Nothing is started on a machine that was replaced. */
function redriveStatements(declared: readonly DeclaredSourceArgs[]): PermissionStatement[] {
  return permissionsOf(anyMachine).map(({ actions, resources }, statement) => {
    const of = (arn: pulumi.Output<string>) =>
      resources.map((_, index) => arn.apply((known) => permissionsOf(known)[statement]?.resources[index] ?? known));
    const starts = actions.includes("states:StartExecution");
    return { actions, resources: [...machines(declared), ...(starts ? [] : former(declared))].flatMap(of) };
  });
}

/**
 * The permissions of ARNs that are not known yet: as many statements as the sample has, with what each ARN makes of them.
 *
 * @param sample an ARN of the same kind
 */
function derived(
  of: (arn: string) => readonly Permission[],
  sample: string,
  arns: readonly pulumi.Output<string>[],
): PermissionStatement[] {
  const [first] = arns;
  if (first === undefined) {
    return [];
  }
  return of(sample).map(({ actions, resources }, statement) => ({
    // Which service a stream belongs to is known by its ARN alone.
    actions: actions.map((action, index) => first.apply((arn) => of(arn)[statement]?.actions[index] ?? action)),
    resources: arns.flatMap((known) =>
      resources.map((_, index) => known.apply((arn) => of(arn)[statement]?.resources[index] ?? arn)),
    ),
  }));
}

/** None where the spool has no bucket. */
function bucketStatements(
  of: (bucketArn: string) => readonly Permission[],
  { bucket }: SpoolReference,
): PermissionStatement[] {
  return derived(of, anyBucket, bucket === undefined ? [] : [bucket.arn]);
}

function carryOverStatements(declared: readonly DeclaredSourceArgs[]): PermissionStatement[] {
  const resuming = resumingMachines(declared);
  const guarded = declared.filter(({ breaker, breakers }) => breaker !== undefined || breakers !== undefined);
  const carriedOver = resumingMachines(guarded);
  const allowing = (action: string, resources: readonly pulumi.Output<string>[]) =>
    resources.length === 0 ? [] : [{ actions: [action], resources }];
  return [
    ...allowing("states:SendTaskHeartbeat", resuming),
    ...allowing("states:RedriveExecution", carriedOver.map(executionsOf)),
    ...(carriedOver.length === 0 ? [] : breakerStatements(declared.filter(({ resumes }) => resumes))),
  ];
}

/** Reads breakers, each once: several sources may share one. */
function breakerStatements(declared: readonly DeclaredSourceArgs[]): PermissionStatement[] {
  const breakers = declared.flatMap(({ breaker, breakers: byStep = {} }) =>
    [breaker ?? [], Object.values(byStep)].flat(),
  );
  const tables = new Set(breakers.map(({ table }) => table.arn));
  return tables.size === 0 ? [] : [{ actions: ["dynamodb:GetItem"], resources: [...tables] }];
}

/** Those whose executions go on, and that they took the place of: an execution goes on where it began. */
function resumingMachines(declared: readonly DeclaredSourceArgs[]): pulumi.Output<string>[] {
  const resuming = declared.filter(({ resumes }) => resumes);
  return [...machines(resuming), ...former(resuming)];
}

function queuesBeside(declared: readonly DeclaredSourceArgs[]): pulumi.Output<string>[] {
  return declared.flatMap(({ replayed }) => replayed?.replay.deadLetterQueue?.arn ?? []);
}

/** The state machines in which redrives are started, each once: replayed sources share the launcher. */
export function machines(declared: readonly DeclaredSourceArgs[]): pulumi.Output<string>[] {
  return declared.flatMap(({ stateMachineArn, replayed }) => (replayed === undefined ? [stateMachineArn] : []));
}

function former(declared: readonly DeclaredSourceArgs[]): pulumi.Output<string>[] {
  return declared.flatMap(({ formerStateMachineArns }) => [...formerStateMachineArns]);
}

function executionsOf(stateMachineArn: pulumi.Output<string>): pulumi.Output<string> {
  return stateMachineArn.apply((known) => executionArn(known, "*"));
}
