// What the library's own functions may do: the calls that their code makes, on what the program declared.
import type * as pulumi from "@pulumi/pulumi";
import { executionArn } from "../records/arn";
import { permissionsOf } from "../records/sources/sources";
import type { PermissionStatement } from "./policy";
import type { DeclaredSourceArgs } from "./sources";
import { keyStatements, type SpoolReference } from "./spoolReference";

/** Only its shape matters: which actions, on how many resources. */
const anyMachine = "arn:aws:states:us-east-1:000000000000:stateMachine:any";

/** Receives from the spool, starts what it declares, moves what cannot be redriven to the poison queue. */
export function reprocessStatements(
  spool: SpoolReference,
  declared: readonly DeclaredSourceArgs[],
): PermissionStatement[] {
  return [
    {
      actions: ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"],
      resources: [spool.arn],
    },
    { actions: ["sqs:SendMessage"], resources: [spool.poison.arn] },
    ...redriveStatements(declared),
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

/** Copies messages of both queues that come near their end, unless their redrive was started. */
export function renewStatements(spool: SpoolReference, declared: readonly DeclaredSourceArgs[]): PermissionStatement[] {
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
    // Those of former machines, too: what they started is asked there.
    {
      actions: ["states:DescribeExecution"],
      resources: [...machines(declared), ...former(declared)].map(executionsOf),
    },
    ...keyStatements(spool),
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

function machines(declared: readonly DeclaredSourceArgs[]): pulumi.Output<string>[] {
  return declared.map(({ stateMachineArn }) => stateMachineArn);
}

function former(declared: readonly DeclaredSourceArgs[]): pulumi.Output<string>[] {
  return declared.flatMap(({ formerStateMachineArns }) => [...formerStateMachineArns]);
}

function executionsOf(stateMachineArn: pulumi.Output<string>): pulumi.Output<string> {
  return stateMachineArn.apply((known) => executionArn(known, "*"));
}
