// The API's operations that run Logs Insights queries. AWS: API StartQuery, GetQueryResults, StopQuery, DescribeQueries.
import { type Authorization, AwsError, type Operation, operation } from "../../service";
import type { World } from "../../world";
import { lineFields } from "./insights/lineFields";
import type { Command } from "./insights/query";
import { parseQuery } from "./insights/queryParser";
import { type QueryOutcome, runQuery } from "./insights/run";
import type { LogGroup } from "./logGroup";
import { groupName, type LogGroups, logGroupArn } from "./logOperations";

interface StartQueryInput {
  readonly logGroupName?: string;
  readonly logGroupNames?: readonly string[];
  readonly logGroupIdentifiers?: readonly string[];
  /** Seconds since the epoch; both ends belong to the range. */
  readonly startTime?: number;
  readonly endTime?: number;
  readonly queryString?: string;
  readonly limit?: number;
  readonly queryLanguage?: string;
}

interface QueryIdInput {
  readonly queryId?: string;
}

interface DescribeQueriesInput {
  readonly logGroupName?: string;
  readonly status?: string;
}

type Status = "Running" | "Complete" | "Cancelled";

interface StartedQuery {
  readonly id: string;
  readonly queryString: string;
  readonly createdAt: number;
  readonly groups: readonly LogGroup[];
  status: Status;
  outcome: QueryOutcome;
  scanned: { readonly records: number; readonly bytes: number };
}

/** AWS: API StartQuery, logGroupNames and limit. */
const mostLogGroups = 50;
const largestLimit = 10_000;

const everyQuery: readonly Authorization[] = [{ action: "logs:GetQueryResults", resource: "*" }];

function invalid(message: string): AwsError {
  return new AwsError("InvalidParameterException", message);
}

function namesOf({ logGroupName, logGroupNames, logGroupIdentifiers }: StartQueryInput): string[] {
  const given = [logGroupName === undefined ? undefined : [logGroupName], logGroupNames, logGroupIdentifiers];
  const [names, another] = given.filter((list) => list !== undefined);
  if (names === undefined || another !== undefined) {
    throw invalid("one of [logGroupName], [logGroupNames] and [logGroupIdentifiers] must be given");
  }
  if (names.length === 0 || names.length > mostLogGroups) {
    throw invalid(`[logGroupNames] must hold 1 to ${mostLogGroups} log groups, got ${names.length}`);
  }
  return names.map((logGroupIdentifier) => groupName({ logGroupIdentifier }));
}

function limitOf({ limit = largestLimit }: StartQueryInput): number {
  if (!Number.isInteger(limit) || limit < 1 || limit > largestLimit) {
    throw invalid(`[limit] must be a whole number from 1 to ${largestLimit}, got ${limit}`);
  }
  return limit;
}

function spanOf({ startTime, endTime }: StartQueryInput): { readonly startTime: number; readonly endTime: number } {
  if (startTime === undefined || endTime === undefined || !(startTime < endTime)) {
    throw invalid(`[startTime] must be before [endTime], got ${startTime} and ${endTime}`);
  }
  return { startTime: startTime * 1000, endTime: endTime * 1000 + 1 };
}

function languageOf({ queryLanguage = "CWLI" }: StartQueryInput): void {
  if (queryLanguage !== "CWLI") {
    throw new AwsError(
      "SimulatorUnsupportedArgument",
      `the simulator's [queryLanguage] is CWLI, got ${queryLanguage}`,
      501,
    );
  }
}

/** Each query takes a second or less of virtual time, and then looks at what is there. */
class Queries {
  private readonly all = new Map<string, StartedQuery>();

  constructor(
    private readonly world: World,
    private readonly groups: LogGroups,
  ) {}

  start(input: StartQueryInput): string {
    languageOf(input);
    const { queryString = "" } = input;
    const commands = parseQuery(queryString);
    const limit = limitOf(input);
    const span = spanOf(input);
    const groups = namesOf(input).map((name) => this.group(name));
    const query: StartedQuery = {
      id: this.world.random.uuid(),
      queryString,
      createdAt: this.world.clock.now,
      groups,
      status: "Running",
      outcome: { results: [], matched: 0 },
      scanned: { records: 0, bytes: 0 },
    };
    this.all.set(query.id, query);
    this.world.clock.after(this.world.random.integer(300, 1_000), () => this.finish(query, commands, limit, span));
    return query.id;
  }

  find(queryId = ""): StartedQuery {
    const query = this.all.get(queryId);
    if (query === undefined)
      throw new AwsError("ResourceNotFoundException", `There is no query with the id ${queryId}`);
    return query;
  }

  list(): readonly StartedQuery[] {
    return [...this.all.values()].reverse();
  }

  private finish(
    query: StartedQuery,
    commands: readonly Command[],
    limit: number,
    span: { readonly startTime: number; readonly endTime: number },
  ): void {
    if (query.status !== "Running") return;
    const { accountId, clock } = this.world;
    const found = query.groups.flatMap((group) =>
      group.read(clock.now, span).map((line) => ({ line, logGroup: group.name })),
    );
    found.sort((left, right) => left.line.timestamp - right.line.timestamp);
    const rows = found.map(({ line, logGroup }) => lineFields(line, { accountId, logGroup }));
    query.outcome = runQuery(commands, rows, { limit, now: clock.now });
    const bytes = found.reduce((sum, { line }) => sum + Buffer.byteLength(line.message), 0);
    query.scanned = { records: found.length, bytes };
    query.status = "Complete";
  }

  private group(name: string): LogGroup {
    const found = this.groups.find(name);
    if (found !== undefined) return found;
    throw new AwsError(
      "ResourceNotFoundException",
      `Log group '${name}' does not exist for account ID '${this.world.accountId}'`,
    );
  }
}

export function queryOperations(world: World, groups: LogGroups): Record<string, Operation> {
  const queries = new Queries(world, groups);
  return {
    StartQuery: operation<StartQueryInput>({
      authorize: (input) =>
        namesOf(input).map((name) => ({ action: "logs:StartQuery", resource: logGroupArn(world, name) })),
      handle: (input) => ({ queryId: queries.start(input) }),
    }),
    GetQueryResults: operation<QueryIdInput>({
      authorize: () => everyQuery,
      handle: ({ queryId }) => {
        const { status, outcome, scanned } = queries.find(queryId);
        const { matched: recordsMatched, results } = outcome;
        const statistics = { recordsMatched, recordsScanned: scanned.records, bytesScanned: scanned.bytes };
        return { queryLanguage: "CWLI", status, results, statistics };
      },
    }),
    StopQuery: operation<QueryIdInput>({
      authorize: () => [{ action: "logs:StopQuery", resource: "*" }],
      handle: ({ queryId }) => {
        const query = queries.find(queryId);
        if (query.status !== "Running") throw invalid(`Query ${query.id} has ended already`);
        query.status = "Cancelled";
        return { success: true };
      },
    }),
    DescribeQueries: operation<DescribeQueriesInput>({
      authorize: () => [{ action: "logs:DescribeQueries", resource: "*" }],
      handle: ({ logGroupName, status }) => ({
        queries: queries
          .list()
          .filter((query) => logGroupName === undefined || query.groups.some(({ name }) => name === logGroupName))
          .filter((query) => status === undefined || query.status === status)
          .map(({ id, queryString, status: now, createdAt, groups: [group] }) => ({
            queryLanguage: "CWLI",
            queryId: id,
            queryString,
            status: now,
            createTime: createdAt,
            logGroupName: group?.name,
          })),
      }),
    }),
  };
}
