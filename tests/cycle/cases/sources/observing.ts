// What an operator sees: metrics by class of error, log lines of one piece of work in every function, and alarms that come and go.
import { expect } from "vitest";
import { linesOfWork } from "../../../../components/queries";
import { type Cycle, type CycleCase, hour, minute } from "../../cycleCase";
import { direct, fifo, kinesis, type Origin, parkAt, queue, table } from "./origins";

const program = "sources.ts";

function counted(cycle: Cycle, service: string, metrics: readonly string[]): Readonly<Record<string, number>> {
  return Object.fromEntries(metrics.map((name) => [name, cycle.control.metric("Respool", name, { service })]));
}

interface Counted {
  readonly origin: Origin;
  /** Attempts before the failure waits in the spool. */
  readonly attempts: number;
}

const countedOrigins: readonly Counted[] = [
  { origin: direct, attempts: 3 },
  { origin: queue, attempts: 5 },
  { origin: fifo, attempts: 5 },
  { origin: kinesis, attempts: 4 },
  { origin: table, attempts: 4 },
];

/** The functions that a failure of the source meets. */
function functionsOf(cycle: Cycle, { functionOutput }: Origin): readonly string[] {
  return [functionOutput, "reprocessFunction", "replayFunction"].map((name) => cycle.output(name));
}

export const observingCases: readonly CycleCase[] = [
  ...countedOrigins.map(
    ({ origin, attempts }): CycleCase => ({
      name: `${origin.name}: attempts are counted by their outcome and class of error`,
      needs: "control",
      program,
      async run(cycle) {
        const names = ["Success", "Failure", "Error", "AwsError"];
        await parkAt(cycle, origin, [{ order: "o-1" }]);
        expect(counted(cycle, origin.source, names)).toEqual({
          Success: 0,
          Failure: attempts,
          Error: attempts,
          AwsError: 0,
        });
        await cycle.redrive();
        expect(counted(cycle, origin.source, names)).toMatchObject({ Success: 1, Failure: attempts });
      },
    }),
  ),
  {
    name: "an error of AWS counts as one, work that was done already as a duplicate, and work under way as in progress",
    needs: "control",
    program,
    async run(cycle) {
      // One that the SDK does not try again.
      const denied = { code: "AccessDeniedException", message: "no", status: 400 };
      cycle.control.failCalls("dynamodb.PutItem", 1, "before", denied);
      await direct.give(cycle, { order: "o-1" });
      await cycle.backend.quiet();
      expect(counted(cycle, "notify", ["AwsError", "Error", "Success"])).toEqual({ AwsError: 1, Error: 0, Success: 1 });
      cycle.control.deliver("lambda.async", [0, 1000]);
      await cycle.provider.script("o-2", ["hang", 200]);
      await direct.give(cycle, { order: "o-2" });
      await cycle.backend.quiet();
      expect(counted(cycle, "notify", ["InProgress", "Duplicate", "Success"])).toEqual({
        InProgress: 1,
        Duplicate: 1,
        Success: 3,
      });
    },
  },
  {
    name: "the history of one piece of work is in the logs of all functions that had to do with it",
    needs: "control",
    program,
    async run(cycle) {
      for (const origin of [direct, queue]) {
        await parkAt(cycle, origin, [{ order: `${origin.source}-1` }, { order: `${origin.source}-2` }]);
        const { planned = [] } = await cycle.redrive({ dryRun: true });
        const work = planned[0]?.work ?? "";
        await cycle.redrive();
        const rows = cycle.control.query(functionsOf(cycle, origin), linesOfWork(work));
        expect(rows.length).toBeGreaterThan(4);
        const text = JSON.stringify(rows);
        for (const part of ["the provider answered 503", "redrive started", "replayed"]) expect(text).toContain(part);
        expect(text).not.toContain(planned[1]?.work);
      }
    },
  },
  {
    name: "a correlation id of the sender finds the work's lines, in every attempt and replay",
    needs: "control",
    program,
    async run(cycle) {
      await cycle.provider.behave(503);
      const url = cycle.output("queueUrl");
      await cycle.backend.send(url, JSON.stringify({ order: "o-1" }), { correlationId: "cart-7" });
      await cycle.backend.send(url, JSON.stringify({ order: "o-2" }), { correlationId: "cart-8" });
      await cycle.backend.quiet();
      await cycle.redrive();
      const rows = cycle.control.query(
        [cycle.output("queueFunction")],
        'filter correlation_id = "cart-7" | stats count(*) as lines by work_id, generation, error_class',
      );
      // Five receives, then a replay that is tried twice.
      expect(rows.map(({ generation, lines }) => `${generation}: ${lines}`).toSorted()).toEqual(["0: 5", "1: 2"]);
      expect(new Set(rows.map(({ work_id: id }) => id)).size).toBe(1);
    },
  },
  {
    name: "alarms go off when a function fails, when an event is given up and when a dead letter waits, and come back",
    needs: "control",
    program,
    async run(cycle) {
      const { control } = cycle;
      const states = () =>
        Object.fromEntries(
          ["notify-errors", "notify-events-dropped", "ordered-dead-letters", "spool-depth"].map((name) => [
            name,
            control.alarmState(name),
          ]),
        );
      await control.wait(hour);
      await parkAt(cycle, direct, [{ order: "o-1" }]);
      await parkAt(cycle, fifo, [{ order: "o-2" }]);
      await control.wait(6 * minute);
      expect(states()).toMatchObject({
        "notify-events-dropped": "ALARM",
        "ordered-dead-letters": "ALARM",
        "spool-depth": "ALARM",
      });
      expect(await cycle.redrive()).toMatchObject({ success: 2, remaining: 0 });
      await control.wait(hour);
      expect(states()).toEqual({
        "notify-errors": "OK",
        "notify-events-dropped": "OK",
        "ordered-dead-letters": "OK",
        "spool-depth": "OK",
      });
    },
  },
];
