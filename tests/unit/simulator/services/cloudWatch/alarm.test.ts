// Alarms over time: when they change, what they publish, and whom they tell.
import { describe, expect, it } from "vitest";
import type { AlarmAction } from "../../../../../simulator/services/cloudWatch/alarm";
import { cloudWatchWorld, minutes } from "./cloudWatchWorld";

describe("an alarm on counted data", () => {
  it("does not keep the simulation busy", () => {
    const { world, alarm, put } = cloudWatchWorld();
    alarm();
    put(6);
    expect(world.clock.busy).toBe(false);
  });

  it("goes off at the end of the minute that breaches, and comes back when that has left its range", () => {
    const { world, alarm, put, state, changes } = cloudWatchWorld();
    alarm({ treatMissingData: "notBreaching" });
    expect(state()).toBe("INSUFFICIENT_DATA");
    world.run(minutes(10) + 30_000);
    put(6);
    world.run(minutes(20));
    // A range of three periods for one: 10:10's datapoint is in it until 10:13.
    expect(changes()).toEqual(["00:01 OK", "00:11 ALARM", "00:14 OK"]);
  });

  it("keeps its state without data when it ignores missing data, and has none when it does not", () => {
    const outcome = (treatMissingData: string) => {
      const { world, alarm, put, changes } = cloudWatchWorld();
      alarm({ treatMissingData });
      put(6);
      world.run(minutes(60));
      return changes();
    };
    expect(outcome("ignore")).toEqual(["00:01 ALARM"]);
    expect(outcome("missing")).toEqual(["00:01 ALARM", "00:04 INSUFFICIENT_DATA"]);
    expect(outcome("breaching")).toEqual(["00:01 ALARM"]);
  });

  it("counts M out of N", () => {
    const { world, alarm, put, changes } = cloudWatchWorld();
    alarm({ evaluationPeriods: 5, datapointsToAlarm: 3 });
    for (const value of [9, 0, 9, 0, 9, 0, 0, 0, 0]) {
      put(value);
      world.run(minutes(1));
    }
    expect(changes()).toEqual(["00:02 OK", "00:05 ALARM", "00:06 OK"]);
  });

  it("slides a longer period over the data minute by minute", () => {
    const { world, alarm, put, changes } = cloudWatchWorld();
    alarm({ period: 300, treatMissingData: "notBreaching" });
    world.run(minutes(3));
    put(3);
    world.run(minutes(3));
    put(3);
    world.run(minutes(30));
    expect(changes()[1]).toBe("00:07 ALARM");
    const { world: other, alarm: watch, put: count, changes: seen } = cloudWatchWorld();
    watch({ period: 300, treatMissingData: "notBreaching" });
    other.run(minutes(3));
    count(3);
    other.run(minutes(5));
    count(3);
    other.run(minutes(30));
    expect(seen()).toEqual(["00:01 OK"]);
  });

  it("sees data that was there before it was created", () => {
    const { world, alarm, put, changes } = cloudWatchWorld();
    put(9);
    world.run(minutes(1) + 1);
    alarm();
    world.run(minutes(1));
    expect(changes()).toEqual(["00:02 ALARM"]);
  });

  it("watches percentiles", () => {
    const { world, alarm, put, changes } = cloudWatchWorld();
    alarm({ statistic: undefined, extendedStatistic: "p90" });
    put(...Array.from({ length: 19 }, () => 1), 100);
    world.run(minutes(1));
    put(1, 100);
    world.run(minutes(1));
    expect(changes()).toEqual(["00:01 OK", "00:02 ALARM"]);
  });
});

describe("a change of state", () => {
  const topic = "arn:aws:sns:eu-west-1:123456789012:operators";

  it("is published to EventBridge as AWS documents it", () => {
    const { world, alarm, put } = cloudWatchWorld();
    alarm({ alarmDescription: "Too many failures" });
    put(6);
    world.run(minutes(1));
    const [event] = world.collected.busEvents;
    expect(event).toEqual({
      source: "aws.cloudwatch",
      detailType: "CloudWatch Alarm State Change",
      resources: ["arn:aws:cloudwatch:eu-west-1:123456789012:alarm:failures"],
      detail: {
        alarmName: "failures",
        configuration: {
          description: "Too many failures",
          metrics: [
            {
              id: "m1",
              metricStat: {
                metric: { namespace: "App", name: "Failures", dimensions: { Shop: "books" } },
                period: 60,
                stat: "Sum",
              },
              returnData: true,
            },
          ],
        },
        previousState: {
          value: "INSUFFICIENT_DATA",
          reason: "Unchecked: Initial alarm creation",
          timestamp: "2026-01-01T00:00:00.000+0000",
        },
        state: {
          value: "ALARM",
          reason:
            "Threshold Crossed: 1 out of the last 1 datapoints [6.0 (01/01/26 00:00:00)] was greater than the threshold (5.0) (minimum 1 datapoint for OK -> ALARM transition).",
          reasonData: expect.stringContaining('"recentDatapoints":[6],"threshold":5'),
          timestamp: "2026-01-01T00:01:00.000+0000",
        },
      },
    });
  });

  it("lists the datapoints that decided, most recent first", () => {
    const { world, alarm, put } = cloudWatchWorld();
    alarm({ evaluationPeriods: 3, datapointsToAlarm: 2 });
    for (const value of [9, 0, 7.5]) {
      put(value);
      world.run(minutes(1));
    }
    expect(world.events.all.at(-1)?.detail).toEqual({
      alarm: "failures",
      from: "OK",
      to: "ALARM",
      reason:
        "Threshold Crossed: 2 out of the last 3 datapoints [7.5 (01/01/26 00:02:00), 9.0 (01/01/26 00:00:00)] were greater than the threshold (5.0) (minimum 2 datapoints for OK -> ALARM transition).",
    });
  });

  it("says what missing data was taken for", () => {
    const { world, alarm } = cloudWatchWorld();
    alarm({ treatMissingData: "breaching" });
    world.run(minutes(1));
    expect(world.events.all.at(-1)?.detail.reason).toBe(
      "Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint was treated as [Breaching].",
    );
  });

  it("has the actions of its state done, unless actions are switched off", () => {
    const { world, cloudWatch, alarm, put } = cloudWatchWorld();
    const done: AlarmAction[] = [];
    alarm({ alarmActions: [topic], okActions: ["ok-action"], insufficientDataActions: ["none-action"] });
    alarm({ name: "silent", alarmActions: [topic], actionsEnabled: false });
    put(6);
    world.run(minutes(1));
    cloudWatch.onAction((action) => void done.push(action));
    put(0);
    world.run(minutes(60));
    const recorded = world.events.all.filter(({ kind }) => kind === "cloudwatch.AlarmAction");
    expect(recorded.map(({ detail }) => detail)).toEqual([
      { alarm: "failures", state: "ALARM", arn: topic },
      { alarm: "failures", state: "OK", arn: "ok-action" },
      { alarm: "failures", state: "INSUFFICIENT_DATA", arn: "none-action" },
    ]);
    expect(done.map(({ actionArn, state }) => [actionArn, state])).toEqual([
      ["ok-action", "OK"],
      ["none-action", "INSUFFICIENT_DATA"],
    ]);
  });
});

describe("SetAlarmState", () => {
  it("changes the state until the next evaluation, with all that a change brings", () => {
    const { world, alarm, state, changes } = cloudWatchWorld();
    alarm({ alarmActions: ["page"], treatMissingData: "notBreaching" });
    world.run(minutes(60));
    const input = { AlarmName: "failures", StateValue: "ALARM", StateReason: "rehearsal" };
    world.call("cloudwatch", "SetAlarmState", input);
    expect(state()).toBe("ALARM");
    expect(world.events.all.some(({ kind }) => kind === "cloudwatch.AlarmAction")).toBe(true);
    world.run(minutes(1));
    expect(changes()).toEqual(["00:01 OK", "01:00 ALARM", "01:01 OK"]);
  });

  it("refuses alarms and states that do not exist", () => {
    const { world, alarm } = cloudWatchWorld();
    alarm();
    const attempt = (AlarmName: string, StateValue: string) =>
      world.outcome("cloudwatch", "SetAlarmState", { AlarmName, StateValue, StateReason: "" });
    expect(attempt("other", "OK")).toMatchObject({
      error: { code: "ResourceNotFound", message: "Unknown alarm other" },
    });
    expect(attempt("failures", "FINE")).toMatchObject({
      error: { message: "[StateValue] must be one of OK, ALARM, INSUFFICIENT_DATA, got FINE" },
    });
  });
});

describe("DescribeAlarms", () => {
  it("finds alarms by name, prefix and state", () => {
    const { world, alarm } = cloudWatchWorld();
    for (const name of ["spool-depth", "spool-age", "other"]) alarm({ name });
    const names = (input = {}) =>
      world
        .call<{ MetricAlarms: { AlarmName: string }[] }>("cloudwatch", "DescribeAlarms", input)
        .MetricAlarms.map(({ AlarmName }) => AlarmName);
    expect(names()).toEqual(["spool-depth", "spool-age", "other"]);
    expect(names({ AlarmNamePrefix: "spool" })).toEqual(["spool-depth", "spool-age"]);
    expect(names({ AlarmNames: ["other"] })).toEqual(["other"]);
    expect(names({ StateValue: "ALARM" })).toEqual([]);
    expect(world.call("cloudwatch", "DescribeAlarms", { AlarmNames: ["other"] })).toMatchObject({
      MetricAlarms: [
        {
          AlarmArn: "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:other",
          StateValue: "INSUFFICIENT_DATA",
          Namespace: "App",
          MetricName: "Failures",
          Statistic: "Sum",
          Period: 60,
          Threshold: 5,
          DatapointsToAlarm: 1,
          TreatMissingData: "missing",
        },
      ],
    });
  });
});
