// Makes a case out of an execution on AWS.
import {
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  DescribeStateMachineCommand,
  GetExecutionHistoryCommand,
  type SFNClient,
} from "@aws-sdk/client-sfn";
import type { Json, JsonObject } from "../simulator/json";
import type { ConformanceCase } from "./conformanceCase";
import { featuresOf } from "./features";
import type { RecordedEvent } from "./invocations";
import { parsedOnce, type Rewrite, rewritten } from "./observed";
import { resourcesOf } from "./resourcesOf";

const isoDateTime = /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})/g;
const uuid = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/g;

async function readHistory(client: SFNClient, executionArn: string): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  let nextToken: string | undefined;
  do {
    const page = await client.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000, nextToken }));
    for (const event of page.events ?? []) {
      const timestamp = event.timestamp?.getTime() ?? 0;
      events.push({ previousEventId: 0, ...JSON.parse(JSON.stringify(event)), timestamp } as RecordedEvent);
    }
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return events;
}

/** Hides what differs from run to run, and whose account it was. */
class Masks {
  private readonly uuids = new Map<string, number>();

  constructor(
    private readonly rewrites: readonly Rewrite[],
    private readonly account: string,
    private readonly region: string,
  ) {}

  of(value: Json): Json {
    if (typeof value === "string") return this.text(value);
    if (Array.isArray(value)) return value.map((element) => this.of(element as Json));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value as JsonObject).map(([name, member]) => [name, this.member(name, member ?? null)]),
    );
  }

  private member(name: string, value: Json): Json {
    if (/timestamp/i.test(name) && typeof value !== "object") return "timestamp";
    if (name === "roleArn") return "snf_role_arn";
    // AWS's numbers for a moment; the same fields are texts elsewhere.
    if (/^(Start|Stop)Date$/.test(name) && typeof value === "number") return "date";
    if (/^TaskToken$/i.test(name)) return "<task_token>";
    return this.of(value);
  }

  private text(value: string): string {
    return (rewritten(value, this.rewrites) as string)
      .replace(uuid, (id) => `<uuid:${this.number(id)}>`)
      .replace(isoDateTime, "date")
      .replaceAll(this.account, "111111111111")
      .replaceAll(this.region, "<region>")
      .replace(/arn:aws[a-z-]*:/g, "arn:<partition>:");
  }

  private number(id: string): number {
    const known = this.uuids.get(id) ?? this.uuids.size + 1;
    this.uuids.set(id, known);
    return known;
  }
}

/** Whether branches ran beside each other, whose events come in any order. */
function isConcurrent(history: readonly RecordedEvent[]): boolean {
  return history.some(({ type }) => /^(Map|Parallel)StateEntered$/.test(type));
}

function checkStates(history: readonly RecordedEvent[], definition: string, stateMachineArn: string): void {
  for (const { type, stateEnteredEventDetails: details } of history) {
    const name = (details as JsonObject | undefined)?.name;
    if (type.endsWith("StateEntered") && !definition.includes(JSON.stringify(name))) {
      throw new Error(`${stateMachineArn} was changed since: its definition has no state ${JSON.stringify(name)} now`);
    }
  }
}

function expected(
  execution: DescribeExecutionCommandOutput,
  history: readonly RecordedEvent[],
  masks: Masks,
): ConformanceCase["expected"] {
  const { status, output, error, cause } = execution;
  return {
    status: status as ConformanceCase["expected"]["status"],
    ...(output === undefined ? {} : { output: masks.of(JSON.parse(output) as Json) }),
    ...(error === undefined ? {} : { error }),
    ...(cause === undefined ? {} : { cause: masks.of(parsedOnce(cause)) }),
    historyOrder: isConcurrent(history) ? "interleaved" : "exact",
    history: history.map((event) => masks.of(parsedOnce(event)) as JsonObject),
  };
}

/**
 * Reads an execution and writes down what it needs to run again. Functions answer in the replay as they did on AWS;
 * queues and topics are there, and empty. What the execution read elsewhere (items of tables, other executions) is not
 * recorded.
 *
 * @throws Error for an execution that still runs, or whose state machine was changed since
 */
export async function record(client: SFNClient, executionArn: string, area: string): Promise<ConformanceCase> {
  const execution = await client.send(new DescribeExecutionCommand({ executionArn }));
  if (execution.status === "RUNNING" || execution.status === "PENDING_REDRIVE") {
    throw new Error(`[EXECUTION_ARN] must be an execution that has ended, got one that is ${execution.status}`);
  }
  const { stateMachineArn = "", input = "{}" } = execution;
  const machine = await client.send(new DescribeStateMachineCommand({ stateMachineArn }));
  const { definition = "{}", name: machineName = "" } = machine;
  const history = await readHistory(client, executionArn);
  checkStates(history, definition, stateMachineArn);
  const { references, placeholders, ...resources } = resourcesOf(history);
  const names = [
    { text: executionArn.split(":").at(-1) ?? "", to: "<execution-name>" },
    { text: machineName, to: "<state-machine-name>" },
  ];
  const [, , , region = "", account = ""] = executionArn.split(":");
  const masks = new Masks([...placeholders, ...names], account, region);
  const parsedDefinition = JSON.parse(definition) as JsonObject;
  return {
    name: `${area}/${machineName}.${executionArn.split(":").at(-1)}`,
    area,
    type: "STANDARD",
    features: featuresOf(parsedDefinition),
    definition: rewritten(parsedDefinition, references) as JsonObject,
    input: rewritten(JSON.parse(input) as Json, references),
    inputText: rewritten(input, references) as string,
    tables: [],
    ...resources,
    expected: expected(execution, history, masks),
    normalise: [{ custom: "npm run record", to: "date" }],
  };
}
