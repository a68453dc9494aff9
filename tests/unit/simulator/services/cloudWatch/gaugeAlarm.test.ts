// Alarms on gauges: levels, growth, and sources that fall silent.
import { describe, expect, it } from "vitest";
import { cloudWatchWorld, minutes } from "./cloudWatchWorld";

describe("an alarm on gauges", () => {
  const gauge = (name: string) => ({ namespace: "App", name, dimensions: {} });
  const metric = (metricName: string, stat = "Maximum") => ({ namespace: "App", metricName, period: 60, stat });
  const total = {
    metricQueries: [
      { id: "visible", metric: metric("Visible") },
      { id: "flying", metric: metric("NotVisible") },
      { id: "depth", expression: "FILL(visible, 0) + FILL(flying, 0)", returnData: true },
    ],
    threshold: 0,
    treatMissingData: "notBreaching",
  };

  it("follows a sum of two, and does not notice a move from one to the other", () => {
    const { world, cloudWatch, alarm, changes } = cloudWatchWorld();
    alarm(total);
    const [visible, flying] = [cloudWatch.gauge(gauge("Visible")), cloudWatch.gauge(gauge("NotVisible"))];
    visible.set({ value: 0 });
    flying.set({ value: 0 });
    world.run(minutes(5));
    visible.set({ value: 1 });
    world.run(minutes(5));
    visible.set({ value: 0 });
    flying.set({ value: 1 });
    world.run(minutes(5));
    flying.set({ value: 0 });
    world.run(minutes(5));
    expect(changes()).toEqual(["00:01 OK", "00:06 ALARM", "00:16 OK"]);
  });

  it("goes off when growth crosses the threshold, without anybody calling", () => {
    const { world, cloudWatch, alarm, changes } = cloudWatchWorld();
    alarm({ metricName: "Age", dimensions: {}, statistic: "Maximum", threshold: 7 * 86_400 });
    const age = cloudWatch.gauge(gauge("Age"));
    world.run(minutes(2));
    age.set({ secondsSince: world.clock.now });
    const steps = world.run(minutes(8 * 1440));
    expect(changes()).toEqual(["00:03 OK", "00:03 ALARM"]);
    const [, change] = world.events.all.filter(({ kind }) => kind === "cloudwatch.AlarmStateChange");
    // More than 7 days: the first minute whose end is later than that.
    expect(change?.at).toBe(Date.UTC(2026, 0, 8, 0, 3));
    expect(steps).toBeLessThan(10);
  });

  it("follows the average of a longer period exactly where growth begins anew within it", () => {
    const { world, cloudWatch, alarm, changes } = cloudWatchWorld();
    alarm({ metricName: "Age", dimensions: {}, statistic: "Average", period: 300, threshold: 600 });
    const age = cloudWatch.gauge(gauge("Age"));
    age.set({ secondsSince: 0 });
    world.run(minutes(30));
    age.set({ secondsSince: world.clock.now });
    world.run(minutes(30));
    // The average over five minutes of growth is the age two minutes before its end.
    expect(changes()).toEqual(["00:01 ALARM", "00:35 OK", "00:43 ALARM"]);
  });

  it("ends with a source that stops reporting by itself", () => {
    const { world, cloudWatch, alarm, changes } = cloudWatchWorld();
    alarm({ metricName: "Depth", dimensions: {}, statistic: "Maximum", threshold: 0 });
    cloudWatch.gauge(gauge("Depth")).set({ value: 1 }, world.clock.now + minutes(30));
    world.run(minutes(60));
    expect(changes()).toEqual(["00:01 ALARM", "00:33 INSUFFICIENT_DATA"]);
  });
});
