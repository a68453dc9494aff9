// AddPermission and RemovePermission: statements of a queue's policy, by label.
import type { AddPermissionCommandInput, RemovePermissionCommandInput } from "@aws-sdk/client-sqs";
import type { PolicyDocument, PolicyStatement } from "../../iam";
import { AwsError, type Operation, operation } from "../../service";
import { onQueue } from "./authorization";
import { invalidValue, missingParameter } from "./errors";
import type { Queue } from "./queue";
import type { Queues } from "./queues";

/** AWS: API AddPermission: "Valid values: the name of any action or *", which the owner alone may do left out. */
const grantable = [
  "*",
  "ChangeMessageVisibility",
  "DeleteMessage",
  "GetQueueAttributes",
  "GetQueueUrl",
  "ListDeadLetterSourceQueues",
  "PurgeQueue",
  "ReceiveMessage",
  "SendMessage",
];

/** AWS: API AddPermission, "maximum of 7 actions per statement". */
const maximumActions = 7;

function statementsOf(queue: Queue): readonly PolicyStatement[] {
  const { Statement: given = [] } = queue.settings.policy ?? {};
  return Array.isArray(given) ? (given as readonly PolicyStatement[]) : [given as PolicyStatement];
}

function writeStatements(queues: Queues, queue: Queue, statements: readonly PolicyStatement[]): void {
  const before = queue.settings.policy ?? { Version: "2008-10-17", Id: `${queue.arn}/SQSDefaultPolicy` };
  const policy: PolicyDocument = { ...before, Statement: statements };
  queues.configure(queue, { Policy: statements.length === 0 ? "" : JSON.stringify(policy) });
}

function checkLabel(label: string | undefined): string {
  if (label === undefined) throw missingParameter("Label");
  if (/^[A-Za-z0-9_-]{1,80}$/.test(label)) return label;
  throw invalidValue(
    "Label",
    label,
    "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 long.",
  );
}

function oneOrMore(values: readonly string[]): string | readonly string[] {
  const [only] = values;
  return values.length === 1 && only !== undefined ? only : values;
}

function newStatement(queue: Queue, input: AddPermissionCommandInput): PolicyStatement {
  const { Label, AWSAccountIds: accounts = [], Actions: actions = [] } = input;
  const Sid = checkLabel(Label);
  if (accounts.length === 0) throw missingParameter("AWSAccountIds");
  if (actions.length === 0) throw missingParameter("Actions");
  const other = accounts.find((account) => !/^\d{12}$/.test(account));
  if (other !== undefined) throw invalidValue("PrincipalId", other, "Unable to verify.");
  const unknown = actions.find((action) => !grantable.includes(action));
  if (unknown !== undefined) {
    throw invalidValue("ActionName", `SQS:${unknown}`, `Must be one of ${grantable.join(", ")}.`);
  }
  if (actions.length > maximumActions) {
    const text = `${actions.length} Actions were found, maximum allowed is ${maximumActions}.`;
    throw new AwsError("OverLimit", text, 403);
  }
  return {
    Sid,
    Effect: "Allow",
    Principal: { AWS: oneOrMore(accounts.map((account) => `arn:aws:iam::${account}:root`)) },
    Action: oneOrMore(actions.map((action) => `SQS:${action}`)),
    Resource: queue.arn,
  };
}

export function permissionOperations(queues: Queues): Record<string, Operation> {
  return {
    AddPermission: operation<AddPermissionCommandInput>({
      authorize: ({ QueueUrl }) => onQueue(queues, "AddPermission", QueueUrl),
      handle: (input) => {
        const queue = queues.get(input.QueueUrl);
        const added = newStatement(queue, input);
        const statements = statementsOf(queue);
        if (statements.some(({ Sid }) => Sid === added.Sid)) throw invalidValue("Label", added.Sid, "Already exists.");
        writeStatements(queues, queue, [...statements, added]);
        return {};
      },
    }),
    RemovePermission: operation<RemovePermissionCommandInput>({
      authorize: ({ QueueUrl }) => onQueue(queues, "RemovePermission", QueueUrl),
      handle: ({ QueueUrl, Label }) => {
        const queue = queues.get(QueueUrl);
        const label = checkLabel(Label);
        const statements = statementsOf(queue);
        const kept = statements.filter(({ Sid }) => Sid !== label);
        if (kept.length === statements.length) throw invalidValue("Label", label, "can't find label.");
        writeStatements(queues, queue, kept);
        return {};
      },
    }),
  };
}
