// Logs Insights by its API, with the real client, and saved queries.
import {
  CloudWatchLogsClient,
  DescribeQueriesCommand,
  DescribeQueryDefinitionsCommand,
  GetQueryResultsCommand,
  MalformedQueryException,
  PutQueryDefinitionCommand,
  ResourceNotFoundException,
  StartQueryCommand,
  StopQueryCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Listener, listen, Simulation } from "../../../../../simulator";

let simulation: Simulation;
let listener: Listener;
let client: CloudWatchLogsClient;
const group = "/aws/lambda/charge";

beforeEach(async () => {
  simulation = new Simulation();
  listener = await listen(simulation);
  const credentials = { accessKeyId: "AKIA", secretAccessKey: "secret" };
  client = new CloudWatchLogsClient({ region: "eu-central-1", endpoint: listener.url, credentials, maxAttempts: 1 });
  simulation.logs.create(group);
});

afterEach(async () => {
  client.destroy();
  await listener.close();
});

function span() {
  const now = simulation.clock.now / 1000;
  return { startTime: Math.floor(now) - 60, endTime: Math.ceil(now) };
}

describe("a query", () => {
  it("runs for a moment, and then has what it found", async () => {
    simulation.logs.write(group, "s", '{"level":"ERROR","work_id":"order-1"}');
    simulation.logs.write(group, "s", "nothing");
    const queryString = "fields work_id | filter level = 'ERROR'";
    const { queryId } = await client.send(new StartQueryCommand({ logGroupName: group, queryString, ...span() }));
    expect(await client.send(new GetQueryResultsCommand({ queryId }))).toMatchObject({
      status: "Running",
      results: [],
    });
    simulation.runFor(1_000);
    expect(await client.send(new GetQueryResultsCommand({ queryId }))).toMatchObject({
      status: "Complete",
      results: [[{ field: "work_id", value: "order-1" }, { field: "@ptr" }]],
      statistics: { recordsMatched: 1, recordsScanned: 2, bytesScanned: 44 },
    });
    const { queries } = await client.send(new DescribeQueriesCommand({ logGroupName: group }));
    expect(queries).toMatchObject([{ queryId, queryString, status: "Complete", logGroupName: group }]);
  });

  it("looks at all its log groups, within its time and limit", async () => {
    simulation.logs.create("other");
    simulation.logs.write(group, "s", "too old");
    simulation.runFor(600_000);
    simulation.logs.write(group, "s", "one");
    simulation.logs.write("other", "s", "two");
    simulation.logs.write("other", "s", "three");
    const logGroupIdentifiers = [group, "arn:aws:logs:eu-central-1:123456789012:log-group:other"];
    const input = { logGroupIdentifiers, queryString: "display @message", limit: 2, ...span() };
    const { queryId } = await client.send(new StartQueryCommand(input));
    simulation.runUntilQuiet();
    const { results, statistics } = await client.send(new GetQueryResultsCommand({ queryId }));
    expect(results?.map(([first]) => first?.value)).toEqual(["three", "two"]);
    expect(statistics?.recordsScanned).toBe(3);
  });

  it("can be stopped", async () => {
    const { queryId } = await client.send(
      new StartQueryCommand({ logGroupName: group, queryString: "limit 1", ...span() }),
    );
    expect(await client.send(new StopQueryCommand({ queryId }))).toMatchObject({ success: true });
    simulation.runUntilQuiet();
    expect(await client.send(new GetQueryResultsCommand({ queryId }))).toMatchObject({ status: "Cancelled" });
    await expect(client.send(new StopQueryCommand({ queryId }))).rejects.toThrow("has ended already");
  });

  it("that is malformed is refused, with the place", async () => {
    const asked = client.send(new StartQueryCommand({ logGroupName: group, queryString: "fields a b", ...span() }));
    const error = await asked.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(MalformedQueryException);
    expect(error).toMatchObject({ queryCompileError: { location: { startCharOffset: 9, endCharOffset: 10 } } });
  });

  it.each([
    [{ logGroupName: "none" }, "Log group 'none' does not exist for account ID '123456789012'"],
    [{}, "one of [logGroupName], [logGroupNames] and [logGroupIdentifiers] must be given"],
    [
      { logGroupName: group, logGroupNames: [group] },
      "one of [logGroupName], [logGroupNames] and [logGroupIdentifiers] must be given",
    ],
    [{ logGroupNames: [] }, "[logGroupNames] must hold 1 to 50 log groups, got 0"],
    [{ logGroupName: group, startTime: 2, endTime: 2 }, "[startTime] must be before [endTime], got 2 and 2"],
    [{ logGroupName: group, limit: 0 }, "[limit] must be a whole number from 1 to 10000, got 0"],
    [{ logGroupName: group, queryLanguage: "SQL" as const }, "the simulator's [queryLanguage] is CWLI, got SQL"],
  ])("is refused with %j", async (input, message) => {
    const command = new StartQueryCommand({ queryString: "limit 1", startTime: 1, endTime: 2, ...input });
    await expect(client.send(command)).rejects.toThrow(message);
  });

  it("that nobody started is not found", async () => {
    await expect(client.send(new GetQueryResultsCommand({ queryId: "no" }))).rejects.toBeInstanceOf(
      ResourceNotFoundException,
    );
  });
});

describe("a saved query", () => {
  const create = (inputs: Record<string, string | string[]>) =>
    simulation.create({ type: "aws:cloudwatch/queryDefinition:QueryDefinition", name: "errors", inputs });

  it("is kept", async () => {
    const inputs = { name: "shop/errors", queryString: "fields @message", logGroupNames: [group] };
    const { id, state } = create(inputs);
    expect(state).toEqual({ ...inputs, queryDefinitionId: id });
    const queryDefinitionNamePrefix = "shop/";
    const { queryDefinitions } = await client.send(new DescribeQueryDefinitionsCommand({ queryDefinitionNamePrefix }));
    expect(queryDefinitions).toMatchObject([{ queryDefinitionId: id, ...inputs }]);
  });

  it("is changed by its id", async () => {
    const { id: queryDefinitionId } = create({ queryString: "limit 1" });
    const changed = { queryDefinitionId, name: "new", queryString: "limit 2" };
    await client.send(new PutQueryDefinitionCommand(changed));
    const { queryDefinitions } = await client.send(new DescribeQueryDefinitionsCommand({}));
    expect(queryDefinitions).toMatchObject([changed]);
  });

  it("is refused when it could never run", () => {
    expect(() => create({ queryString: "fields a b" })).toThrow(
      '[queryString] expected "|" or the end of the query, got b (characters 9 to 10)',
    );
    expect(() => create({ queryString: "" })).toThrow("[queryString] must have 1 to 10000 characters, got 0");
    expect(() => create({ name: "", queryString: "limit 1" })).toThrow("[name] must have 1 to 255 characters, got 0");
    expect(() => create({ queryString: "limit 1", logGroupNames: "all" })).toThrow(
      '[logGroupNames] must be a list of names, got "all"',
    );
  });
});
