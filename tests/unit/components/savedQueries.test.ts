// The queries that a program saves: that CloudWatch would take them, and that they find what they are for.
import * as pulumi from "@pulumi/pulumi";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Observed } from "../../../components/observed";
import * as queries from "../../../components/queries";
import { SavedQueries, type SavedQueriesArgs } from "../../../components/savedQueries";
import { parseQuery } from "../../../simulator/services/logs/insights/queryParser";
import { insightsWorld } from "../simulator/services/logs/insights/insightsWorld";
import { MockedProgram } from "./mockedProgram";

let program: MockedProgram;

beforeEach(async () => {
  program = await MockedProgram.start();
});

afterEach(() => program.settled());

const queryDefinition = "aws:cloudwatch/queryDefinition:QueryDefinition";

function component(...logGroupNames: string[]): Observed {
  return {
    observed: {
      kind: "function",
      title: "notify",
      functionName: pulumi.output("notify"),
      logGroupNames: logGroupNames.map((name) => pulumi.output(name)),
    },
  };
}

describe("saved queries", () => {
  it("are of the Logs Insights language, over the logs of all components", async () => {
    new SavedQueries("queries", { components: [component("a", "b"), component("c")] });
    const made = await program.all(queryDefinition);
    expect(made.map(({ inputs }) => inputs.name)).toEqual([
      "respool/test/errors by class",
      "respool/test/recent errors",
      "respool/test/one piece of work",
      "respool/test/commands that failed",
      "respool/test/slowest invocations",
      "respool/test/cold starts and memory",
      "respool/test/parked and redriven",
    ]);
    for (const { inputs } of made) {
      expect(inputs.logGroupNames).toEqual(["a", "b", "c"]);
      expect(() => parseQuery(String(inputs.queryString))).not.toThrow();
    }
  });

  it("go where they are told, and are open to transform", async () => {
    const transform = { query: { logGroupNames: ["other"] } };
    new SavedQueries("queries", { components: [component("a")], folder: "shop", transform });
    const { inputs } = await program.resource(queryDefinition, "queries-recent-errors");
    expect(inputs).toMatchObject({ name: "shop/recent errors", logGroupNames: ["other"] });
  });

  it.each([
    [{ folder: "a b" }, '[folder] must be 1 to 128 characters of 0-9, A-Z, a-z, ".", "-", "_" and "/", got "a b"'],
    [{ components: [component()] }, "[components] must hold at least one component with logs, got none"],
    [{ components: [] }, "[components] must hold at least one component, got []"],
  ])("are refused with %j", (args, message) => {
    const given: SavedQueriesArgs = { components: [component("a")], ...args };
    expect(() => new SavedQueries("queries", given)).toThrow(message);
  });
});

const requestId = "11111111-2222-4333-8444-555555555555";
const report = (duration: number, rest = "") =>
  `REPORT RequestId: ${requestId}\tDuration: ${duration} ms\tBilled Duration: 9 ms\tMemory Size: 256 MB\tMax Memory Used: 80 MB${rest}\n`;

function logs() {
  const world = insightsWorld();
  const error = { level: "ERROR", service: "notify", error_class: "AwsError", error_name: "Throttled", message: "no" };
  world.write(
    `START RequestId: ${requestId} Version: $LATEST\n`,
    { ...error, work_id: "order-1", correlation_id: "c-1" },
    report(10, "\tInit Duration: 200 ms"),
    { ...error, work_id: "order-2" },
    report(30),
    { level: "ERROR", service: "notify", error_class: "Error", error_name: "Oops", work_id: "order-1" },
    { level: "INFO", service: "respool", message: "redrive started", id: "order-1", source: "notify", generation: 1 },
    { level: "INFO", service: "respool", message: "reprocess run ended", counts: { success: 1 } },
  );
  return world.query;
}

describe("the query for", () => {
  it("errors by class counts them", () => {
    expect(logs()(queries.errorsByClass())).toEqual([
      {
        service: "notify",
        error_class: "AwsError",
        error_name: "Throttled",
        failures: "2",
        last: "2026-01-01 00:00:03.000",
      },
      { service: "notify", error_class: "Error", error_name: "Oops", failures: "1", last: "2026-01-01 00:00:05.000" },
    ]);
  });

  it("recent errors shows them with their work", () => {
    expect(logs()(queries.recentErrors()).map(({ work, error_name }) => `${work} ${error_name}`)).toEqual([
      "order-1 Oops",
      "order-2 Throttled",
      "order-1 Throttled",
    ]);
  });

  it.each([
    ["order-1", ["Throttled", "Oops", "redrive started"]],
    ["c-1", ["Throttled"]],
    [requestId, ["START", "REPORT", "REPORT"]],
  ])("one piece of work shows the lines of %s in their order", (id, expected) => {
    const found = logs()(queries.linesOfWork(id));
    const whatOf = (row: Record<string, string>) => row.error_name ?? row.message;
    if (id === requestId) expect(found).toHaveLength(expected.length);
    else expect(found.map(whatOf)).toEqual(expected);
  });

  it("one piece of work takes no id that could be something else in a query", () => {
    expect(() => queries.linesOfWork('a" or "1" = "1')).toThrow(
      '[workId] must be 1 to 512 letters, digits, "-", "_", ".", ":", "/" and spaces, got "a\\" or \\"1\\" = \\"1"',
    );
  });

  it("commands that failed shows each once, by its id, as it failed last", () => {
    const world = insightsWorld();
    const line = (work_id: string, command_outcome: string, generation: number, more: object = {}) => ({
      ...{ level: "ERROR", service: "orders", command_name: "placeOrder", work_id, command_outcome, generation },
      ...{ error_name: "ProviderDown", message: "status 503" },
      ...more,
    });
    world.write(
      line("c-1", "again", 0),
      line("c-1", "parked", 0),
      line("c-2", "again", 0),
      line("c-2", "succeeded", 0, { level: "INFO" }),
      line("c-1", "rejected", 1, { level: "WARN", error_name: "CardDeclinedError", message: "no funds" }),
      line("c-3", "parked", 0),
    );
    const row = { service: "orders", command_name: "placeOrder" };
    expect(world.query(queries.commandsThatFailed())).toEqual([
      {
        ...row,
        work_id: "c-3",
        outcome: "parked",
        error: "ProviderDown",
        said: "status 503",
        generation: "0",
        last: "2026-01-01 00:00:05.000",
      },
      {
        ...row,
        work_id: "c-1",
        outcome: "rejected",
        error: "CardDeclinedError",
        said: "no funds",
        generation: "1",
        last: "2026-01-01 00:00:04.000",
      },
    ]);
  });

  it("slow invocations begins with the slowest", () => {
    expect(logs()(queries.slowestInvocations()).map((row) => row["@duration"])).toEqual(["30", "10"]);
  });

  it("cold starts and memory counts starts and shows megabytes", () => {
    expect(logs()(queries.coldStartsAndMemory())).toEqual([
      {
        "@log": "123456789012:/aws/lambda/charge",
        invocations: "2",
        coldStarts: "1",
        longestStart: "200",
        usedMB: "80",
        givenMB: "256",
      },
    ]);
  });

  it("what was parked and redriven shows the library's own lines", () => {
    expect(logs()(queries.parkedAndRedriven())).toEqual([
      {
        "@timestamp": "2026-01-01 00:00:06.000",
        message: "redrive started",
        source: "notify",
        id: "order-1",
        generation: "1",
      },
    ]);
  });
});
