// An alarm that sleeps must change exactly when one that is evaluated every minute would.
import { describe, expect, it } from "vitest";
import { Random } from "../../../../../simulator/random";
import { Alarm } from "../../../../../simulator/services/cloudWatch/alarm";
import { alarmDefinition } from "../../../../../simulator/services/cloudWatch/alarmDefinition";
import {
  type AlarmState,
  comparisons,
  evaluate,
  evaluationRange,
  treatments,
} from "../../../../../simulator/services/cloudWatch/alarmEvaluation";
import { minute, minuteOf } from "../../../../../simulator/services/cloudWatch/gauge";
import { MetricStore } from "../../../../../simulator/services/cloudWatch/metricStore";
import { testWorld } from "../../../../support/simulatorWorld";

const identity = (name: string) => ({ namespace: "App", name, dimensions: {} });
const metric = (metricName: string, period: number, stat: string) => ({ namespace: "App", metricName, period, stat });

function pick<Item>(random: Random, items: readonly Item[]): Item {
  return items[random.integer(0, items.length - 1)] as Item;
}

/** A random alarm on a gauge, on counted data, or on math over both. */
function randomInputs(random: Random) {
  const period = 60 * pick(random, [1, 1, 5, 7, 60]);
  const stat = pick(random, ["Sum", "Average", "Maximum", "Minimum", "SampleCount", "p50"]);
  const watched = pick(random, ["Gauge", "Count", "both"]);
  const evaluationPeriods = random.integer(1, 4);
  const expression = pick(random, ["FILL(m1, 0) + FILL(m2, 0)", "IF(m1 > 300, m1, m2)", "MAX([m1, m2])"]);
  return {
    evaluationPeriods,
    datapointsToAlarm: random.integer(1, evaluationPeriods),
    treatMissingData: pick(random, treatments),
    comparisonOperator: pick(random, Object.keys(comparisons)),
    threshold: pick(random, [0, 1, 5, 300, 1000, 3000]),
    metricQueries: [
      { id: "m1", metric: metric("Gauge", period, stat), returnData: watched === "Gauge" },
      { id: "m2", metric: metric("Count", period, stat), returnData: watched === "Count" },
      ...(watched === "both" ? [{ id: "e1", expression, returnData: true }] : []),
    ],
  };
}

function changesOfBoth(seed: number) {
  const random = new Random(seed);
  const world = testWorld({ start: Date.UTC(2026, 0, 1) + random.integer(0, 100_000) });
  const store = new MetricStore(world.clock);
  const definition = alarmDefinition(randomInputs(random), "alarm", store);
  const gauge = store.gauge(identity("Gauge"));
  const count = store.get(identity("Count"));
  const created = minuteOf(world.clock.now);
  new Alarm(world, definition, () => undefined);
  for (let step = 0; step < 60; step += 1) {
    world.run(random.integer(0, 1) === 0 ? random.integer(1, 90_000) : random.integer(1, 90 * minute));
    const until = random.integer(0, 2) === 0 ? world.clock.now + random.integer(1, 40 * minute) : undefined;
    const actions = [
      () => gauge.set({ value: random.integer(0, 8) }, until),
      () => gauge.set({ secondsSince: world.clock.now - random.integer(0, 1000) * 1000 }, until),
      () => gauge.set(undefined),
      () => count.add(world.clock.now, [random.integer(0, 8)]),
      () => count.add(world.clock.now, [random.integer(0, 400), 1]),
    ];
    pick(random, actions)();
  }
  world.run(12 * 60 * minute);

  const slept = world.events.all.map(({ at, detail }) => `${at / minute} ${String(detail.to)}`);
  const polled: string[] = [];
  let state: AlarmState = "INSUFFICIENT_DATA";
  for (let at = created + 1; at <= minuteOf(world.clock.now); at += 1) {
    const period = definition.period / 60;
    const datapoints = Array.from({ length: evaluationRange(definition.rules) }, (_, age) =>
      definition.queries.datapoint(definition.watched, at - (age + 1) * period, at - age * period),
    );
    const next: AlarmState = evaluate(datapoints, definition.rules).state ?? state;
    if (next !== state) polled.push(`${at} ${next}`);
    state = next;
  }
  return { slept, polled };
}

describe("a sleeping alarm", () => {
  it.each(Array.from({ length: 12 }, (_, index) => index * 25))("misses nothing, seeds %i and the next 24", (first) => {
    for (let seed = first; seed < first + 25; seed += 1) {
      const { slept, polled } = changesOfBoth(seed);
      expect(slept, `seed ${seed}`).toEqual(polled);
    }
  });
});
