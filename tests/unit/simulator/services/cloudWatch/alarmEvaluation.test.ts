// The M-out-of-N and missing-data rules, row by row as AWS documents them.
import { describe, expect, it } from "vitest";
import {
  type AlarmState,
  evaluate,
  evaluationRange,
  type TreatMissingData,
  treatments,
} from "../../../../../simulator/services/cloudWatch/alarmEvaluation";

const letters: Readonly<Record<string, number | undefined>> = { X: 10, "0": 0, "-": undefined };

/** @param data oldest first, as in AWS's tables: X breaching, 0 not breaching, - missing */
function stateFor(data: string, treatMissingData: TreatMissingData, datapointsToAlarm: number, evaluationPeriods = 3) {
  const datapoints = data.split(" ").map((letter) => letters[letter]);
  return evaluate(datapoints.reverse(), {
    comparisonOperator: "GreaterThanThreshold",
    threshold: 5,
    evaluationPeriods,
    datapointsToAlarm,
    treatMissingData,
  }).state;
}

const none: AlarmState = "INSUFFICIENT_DATA";
const retained = undefined;

/** AWS: "How alarm state is evaluated when data is missing"; columns missing, ignore, breaching, notBreaching. */
const documented: readonly [number, string, ...(AlarmState | undefined)[]][] = [
  [3, "0 - X - X", "OK", "OK", "OK", "OK"],
  [3, "0 - - - -", "OK", "OK", "OK", "OK"],
  [3, "- - - - -", none, retained, "ALARM", "OK"],
  [3, "0 X X - X", "ALARM", "ALARM", "ALARM", "ALARM"],
  [3, "- - X - -", "ALARM", retained, "ALARM", "OK"],
  [2, "0 - X - X", "ALARM", "ALARM", "ALARM", "ALARM"],
  [2, "0 0 X 0 X", "ALARM", "ALARM", "ALARM", "ALARM"],
  [2, "0 - X - -", "OK", "OK", "ALARM", "OK"],
  [2, "- - - - 0", "OK", "OK", "ALARM", "OK"],
  [2, "- - - X -", "ALARM", retained, "ALARM", "OK"],
];

describe("AWS's tables", () => {
  it.each(documented)("%i out of 3, %s", (datapointsToAlarm, data, ...expected) => {
    expect(treatments.map((treatment) => stateFor(data, treatment, datapointsToAlarm))).toEqual(expected);
  });

  it("retrieves five datapoints for three evaluation periods", () => {
    expect(evaluationRange({ evaluationPeriods: 3 })).toBe(5);
  });
});

describe("premature alarms", () => {
  it.each(["- - - - X", "- - - X -"])("are avoided for %s when 3 datapoints must breach", (data) => {
    expect(stateFor(data, "missing", 3)).toBe("INSUFFICIENT_DATA");
    expect(stateFor(data, "ignore", 3)).toBe(retained);
  });

  it("do not hold back an alarm that has its datapoints", () => {
    expect(stateFor("- - - - X", "missing", 1, 1)).toBe("ALARM");
    expect(stateFor("- - - X X", "notBreaching", 2)).toBe("ALARM");
    expect(stateFor("- - - X X", "ignore", 2)).toBe("ALARM");
  });
});

describe("comparisons", () => {
  const compare = (comparisonOperator: Parameters<typeof evaluate>[1]["comparisonOperator"], value: number) =>
    evaluate([value], {
      comparisonOperator,
      threshold: 5,
      evaluationPeriods: 1,
      datapointsToAlarm: 1,
      treatMissingData: "missing",
    }).state === "ALARM";

  it("breach on their side of the threshold", () => {
    const breaching = (operator: Parameters<typeof compare>[0]) =>
      [4, 5, 6].filter((value) => compare(operator, value));
    expect(breaching("GreaterThanThreshold")).toEqual([6]);
    expect(breaching("GreaterThanOrEqualToThreshold")).toEqual([5, 6]);
    expect(breaching("LessThanThreshold")).toEqual([4]);
    expect(breaching("LessThanOrEqualToThreshold")).toEqual([4, 5]);
  });
});
