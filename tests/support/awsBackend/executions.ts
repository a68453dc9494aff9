// Executions of a state machine, as Step Functions itself tells them.
import {
  DescribeExecutionCommand,
  type ExecutionListItem,
  type ExecutionStatus,
  GetExecutionHistoryCommand,
  paginateListExecutions,
  type SFNClient,
} from "@aws-sdk/client-sfn";
import type { Execution } from "../backend";

async function list(
  client: SFNClient,
  stateMachineArn: string,
  statusFilter?: ExecutionStatus,
): Promise<readonly ExecutionListItem[]> {
  const items: ExecutionListItem[] = [];
  for await (const page of paginateListExecutions({ client, pageSize: 1000 }, { stateMachineArn, statusFilter })) {
    items.push(...(page.executions ?? []));
  }
  return items;
}

function parsed(text: string | undefined): unknown {
  return text === undefined ? undefined : (JSON.parse(text) as unknown);
}

async function describe(client: SFNClient, { executionArn, name, startDate }: ExecutionListItem): Promise<Execution> {
  const { status, input, output, error, cause, stopDate } = await client.send(
    new DescribeExecutionCommand({ executionArn }),
  );
  return {
    name: name ?? "",
    status: status as Execution["status"],
    input: parsed(input),
    output: parsed(output),
    error,
    cause,
    startedAt: startDate?.getTime() ?? 0,
    stoppedAt: stopDate?.getTime(),
  };
}

/** All executions, oldest first. */
export async function executionsOf(client: SFNClient, stateMachineArn: string): Promise<readonly Execution[]> {
  const items = await list(client, stateMachineArn);
  const executions = await Promise.all(items.map((item) => describe(client, item)));
  return executions.toSorted((a, b) => a.startedAt - b.startedAt);
}

/** Executions that go on by themselves: work that is parked waits for its token, for as long as nobody answers it. */
export async function countUnderWay(client: SFNClient, stateMachineArn: string): Promise<number> {
  const running = await list(client, stateMachineArn, "RUNNING");
  // One is enough to know; an emulator is busy enough.
  for (const [waiting, { executionArn }] of running.entries()) {
    if (!(await isWaitingForToken(client, executionArn))) return running.length - waiting;
  }
  return 0;
}

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html */
async function isWaitingForToken(client: SFNClient, executionArn: string | undefined): Promise<boolean> {
  const command = new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: 1 });
  const { events: [last] = [] } = await client.send(command);
  return last?.taskSubmittedEventDetails?.resource?.endsWith(".waitForTaskToken") === true;
}
