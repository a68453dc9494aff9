// Alarms are events, not polling: what two idle weeks cost, counted in steps of the clock.
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../../../simulator/json";
import { days, hours, sqsWorld } from "../sqs/sqsWorld";

function withEightAlarms() {
  const parts = sqsWorld();
  const { cloudWatch } = parts;
  const url = parts.createQueue("spool", { MessageRetentionPeriod: "1209600" });
  parts.createQueue("poison", { MessageRetentionPeriod: "1209600" });
  const alarm = (inputs: JsonObject) =>
    cloudWatch.resourceTypes["aws:cloudwatch/metricAlarm:MetricAlarm"]?.create(
      { comparisonOperator: "GreaterThanThreshold", evaluationPeriods: 1, threshold: 0, ...inputs },
      `alarm-${cloudWatch.alarmStates().size}`,
    );
  const metric = (metricName: string, queue = "spool") => ({
    namespace: "AWS/SQS",
    metricName,
    dimensions: { QueueName: queue },
    period: 300,
  });
  const depth = (queue: string) => ({
    metricQueries: [
      { id: "m1", metric: { ...metric("ApproximateNumberOfMessagesVisible", queue), stat: "Maximum" } },
      { id: "m2", metric: { ...metric("ApproximateNumberOfMessagesNotVisible", queue), stat: "Maximum" } },
      { id: "depth", expression: "FILL(m1, 0) + FILL(m2, 0)", returnData: true },
    ],
  });
  alarm({ name: "spool-depth", ...depth("spool") });
  alarm({ name: "poison-depth", ...depth("poison"), treatMissingData: "notBreaching" });
  const age = { ...metric("ApproximateAgeOfOldestMessage"), statistic: "Maximum" };
  alarm({ name: "age", ...age, threshold: 10 * 86_400 });
  alarm({
    name: "age-math",
    threshold: 12,
    metricQueries: [
      { id: "age", metric: { ...metric("ApproximateAgeOfOldestMessage"), stat: "Maximum" } },
      { id: "days", expression: "age / 86400", returnData: true },
    ],
  });
  alarm({ name: "sent", ...metric("NumberOfMessagesSent"), statistic: "Sum", evaluationPeriods: 3 });
  alarm({ name: "no-deletes", ...metric("NumberOfMessagesDeleted"), statistic: "Sum", treatMissingData: "breaching" });
  alarm({ name: "own", namespace: "Respool", metricName: "OldestRecordAge", period: 3600, statistic: "Maximum" });
  alarm({
    name: "own-ignore",
    namespace: "Respool",
    metricName: "Poisoned",
    period: 60,
    statistic: "Sum",
    treatMissingData: "ignore",
  });
  return { ...parts, url };
}

describe("fourteen idle days with one message parked and eight alarms", () => {
  it("take a handful of steps, and the age alarms still go off on the day", () => {
    const { world, cloudWatch, url, send, sqs } = withEightAlarms();
    send(url, "parked");
    const sentAt = sqs.messages(url)[0]?.sentAt ?? 0;
    const settling = world.run(hours(7));
    const idle = world.run(days(14) - hours(7) - 60_000);
    expect(Object.fromEntries(cloudWatch.alarmStates())).toEqual({
      "spool-depth": "ALARM",
      "poison-depth": "OK",
      age: "ALARM",
      "age-math": "ALARM",
      sent: "OK",
      "no-deletes": "OK",
      own: "INSUFFICIENT_DATA",
      "own-ignore": "INSUFFICIENT_DATA",
    });
    expect(settling).toBeLessThan(120);
    expect(idle).toBeLessThan(12);
    const wentOff = (name: string) =>
      world.events.all.find(
        ({ kind, detail }) => kind === "cloudwatch.AlarmStateChange" && detail.alarm === name && detail.to === "ALARM",
      )?.at ?? 0;
    expect((wentOff("age") - sentAt) / days(1)).toBeCloseTo(10, 2);
    expect((wentOff("age-math") - sentAt) / days(1)).toBeCloseTo(12, 2);
  });

  it("end with the message's retention: the depth alarm returns to OK", () => {
    const { world, cloudWatch, url, send } = withEightAlarms();
    send(url, "parked");
    world.run(days(14) + hours(1));
    expect(cloudWatch.alarmStates().get("spool-depth")).toBe("OK");
  });
});
