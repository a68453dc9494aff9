// Runs Logs Insights queries over the lines of one log group.
import { LogsService } from "../../../../../../simulator/services/logs/logsService";
import { type TestWorld, testWorld } from "../../../../../support/simulatorWorld";

const group = "/aws/lambda/charge";

export interface InsightsWorld {
  readonly world: TestWorld;
  readonly logs: LogsService;
  /** Writes lines, a second apart. */
  write(...lines: readonly (string | object)[]): void;
  /** The rows of a query over all that was written; a row's pointer is left out. */
  query(queryString: string): Record<string, string>[];
}

export function insightsWorld(): InsightsWorld {
  const world = testWorld();
  const logs = new LogsService(world);
  world.replace({ logs });
  world.gateway.add(logs);
  logs.create(group);
  const start = world.clock.now / 1000;
  return {
    world,
    logs,
    write: (...lines) => {
      for (const line of lines) {
        world.logs.write(group, "stream", typeof line === "string" ? line : JSON.stringify(line));
        world.run(1000);
      }
    },
    query: (queryString) => {
      const endTime = Math.ceil(world.clock.now / 1000);
      const input = { logGroupName: group, startTime: start - 1, endTime, queryString };
      const { queryId } = world.call<{ queryId: string }>("logs", "StartQuery", input);
      world.runUntilQuiet();
      const { results } = world.call<{ results: { field: string; value: string }[][] }>("logs", "GetQueryResults", {
        queryId,
      });
      return results.map((row) =>
        Object.fromEntries(row.filter(({ field }) => field !== "@ptr").map(({ field, value }) => [field, value])),
      );
    },
  };
}
