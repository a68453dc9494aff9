// What the library's own functions may do: the calls that their code makes, on what the program declared.
import * as pulumi from "@pulumi/pulumi";
import { executionArn } from "../records/arn";
import { permissionsOf } from "../records/sources/sources";
import type { PermissionStatement } from "./policy";
import type { ReplaySource } from "./replaySource";
import type { DeclaredSourceArgs } from "./sources";
import { keyStatements, type SpoolReference } from "./spoolReference";

/** Only its shape matters: which actions, on how many resources. */
const anyMachine = "arn:aws:states:us-east-1:000000000000:stateMachine:any";

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
    ...(replays ? payloadStatements(spool, ["s3:GetObject", "s3:PutObject"]) : []),
    ...keyStatements(spool),
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

/** Copies messages of both queues, and moves those of adopted ones, that come near their end, unless their redrive was started. */
export function renewStatements(spool: SpoolReference, declared: readonly DeclaredSourceArgs[]): PermissionStatement[] {
  const replays = declared.some(({ replayed }) => replayed !== undefined);
  // What goes back to a FIFO queue lies in one, and is left there.
  const beside = queuesBeside(declared.filter(({ replayed }) => replayed?.replay.returnQueue === undefined));
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
    ...(replays ? payloadStatements(spool, ["s3:GetObject"]) : []),
    ...keyStatements(spool),
  ];
}

/** Invokes what failed, or sends it back; reads payloads and streams. */
export function launcherStatements(spool: SpoolReference, sources: readonly ReplaySource[]): PermissionStatement[] {
  const functions = sources.flatMap(({ replay }) => replay.functionArn ?? []);
  const queues = sources.flatMap(({ replay }) => replay.returnQueue?.arn ?? []);
  const streams = sources.flatMap(({ replay }) => replay.streamArn ?? []);
  const none: PermissionStatement[] = [];
  return [
    ...(functions.length === 0 ? none : [{ actions: ["lambda:InvokeFunction"], resources: functions }]),
    ...(queues.length === 0 ? none : [{ actions: ["sqs:SendMessage"], resources: queues }]),
    ...streams.map((arn) => streamStatement(arn)),
    ...payloadStatements(spool, ["s3:GetObject"]),
    ...(spool.kmsKeyArn === undefined || spool.bucket === undefined
      ? none
      : [{ actions: ["kms:Decrypt"], resources: [spool.kmsKeyArn] }]),
  ];
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

function streamStatement(streamArn: pulumi.Output<string>): PermissionStatement {
  const service = streamArn.apply((arn) => (arn.split(":")[2] === "kinesis" ? "kinesis" : "dynamodb"));
  const actions = ["GetRecords", "GetShardIterator"].map((action) => pulumi.interpolate`${service}:${action}`);
  return { actions, resources: [streamArn] };
}

/** None where the spool has no bucket. */
function payloadStatements({ bucket }: SpoolReference, actions: readonly string[]): PermissionStatement[] {
  return bucket === undefined ? [] : [{ actions, resources: [pulumi.interpolate`${bucket.arn}/*`] }];
}

function queuesBeside(declared: readonly DeclaredSourceArgs[]): pulumi.Output<string>[] {
  return declared.flatMap(({ replayed }) => replayed?.replay.deadLetterQueue?.arn ?? []);
}

/** Each once: replayed sources share the launcher. */
function machines(declared: readonly DeclaredSourceArgs[]): pulumi.Output<string>[] {
  return declared.flatMap(({ stateMachineArn, replayed }) => (replayed === undefined ? [stateMachineArn] : []));
}

function former(declared: readonly DeclaredSourceArgs[]): pulumi.Output<string>[] {
  return declared.flatMap(({ formerStateMachineArns }) => [...formerStateMachineArns]);
}

function executionsOf(stateMachineArn: pulumi.Output<string>): pulumi.Output<string> {
  return stateMachineArn.apply((known) => executionArn(known, "*"));
}
